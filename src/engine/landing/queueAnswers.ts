import type { PipelineFacts } from '../../core/pipeline/facts';
import type { WhatIfChange } from '../../core/pipeline/whatIfChange';
import { shortRef } from '../../core/story/names';
import type { StoryRecord } from '../../core/story/story';
import { localClock } from '../../core/words/localMoment';
import type { SaidReport } from '../../core/words/saidReport';
import type { Said } from '../../core/words/said';

/** Why a story has not landed, for reading. `said`: what its card says. Loaded when somebody asks. */
export async function answerWhy(
  story: StoryRecord,
  facts: PipelineFacts,
  said: readonly Said[] | null,
): Promise<SaidReport> {
  const { whyNotLanded } = await import('../../core/pipeline/whyNotLanded');
  const { whyNotLandedText } = await import('../../core/pipeline/whyNotLandedText');
  return whyNotLandedText(whyNotLanded(story, facts, said), facts.now);
}

/** When stories will land, and what one change, or each, would make of it. */
export async function answerWhatIf(facts: PipelineFacts, change: WhatIfChange | null): Promise<SaidReport> {
  const { whatIf } = await import('../../core/pipeline/whatIf');
  const { whatIfText } = await import('../../core/pipeline/whatIfText');
  const target = facts.target.kind === 'found' ? shortRef(facts.target.ref) : null;
  const found = change === null ? whatIf(facts) : whatIf(facts, [change]);
  return whatIfText(found, { target, queue: facts.queue ?? null, moment: localClock });
}
