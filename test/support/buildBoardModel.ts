import type { PipelineFacts } from '../../src/core/pipeline/facts';
import { BoardMaker } from '../../src/core/board/boardMaker';
import type { BoardModel } from '../../src/core/board/boardModel';

/** One board of facts, for who needs no second one. */
export function buildBoardModel(facts: PipelineFacts): BoardModel {
  return new BoardMaker().make(facts);
}
