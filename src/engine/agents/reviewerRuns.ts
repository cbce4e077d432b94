import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { AgentRuns } from './agentRuns';
import type { EnginePorts } from '../ports';
import type { ReviewerWork } from './reviewerWork';
import type { StoryBook } from '../stories/storyBook';

/** The agents that review what gates let through. Their work is loaded with the first of them. */
export function reviewerRuns(ports: EnginePorts, book: StoryBook, onEnd: () => void): AgentRuns {
  let worker: Promise<ReviewerWork> | null = null;
  const load = (): Promise<ReviewerWork> =>
    (worker ??= import('./reviewerWork').then((work) => new work.ReviewerWork(ports)));
  return new AgentRuns(
    ports,
    book,
    {
      kind: 'reviewer',
      verb: 'review',
      perform: async (...work) => (await load()).perform(...work),
      goesOn: (story, { before }) => waitsAt(story, before),
      stillWaits: (now, { stage }) => stage.name === 'QA' && waitsAt(now, stage.tip),
    },
    onEnd,
  );
}

function waitsAt({ stage }: StoryRecord, tip: Oid): boolean {
  return stage.name === 'QA' && stage.review !== undefined && stage.tip === tip;
}
