import type { PipelineFacts } from '../pipeline/facts';
import { BoardMaker } from './boardMaker';
import type { BoardModel } from './boardModel';

/** One board of facts, for who needs no second one. */
export function buildBoardModel(facts: PipelineFacts): BoardModel {
  return new BoardMaker().make(facts);
}
