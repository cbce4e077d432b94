import { AgentRuns } from './agentRuns';
import { CoderWork, type WhatIsKnown } from './coderWork';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';

/** The agents at work on stories in Coding. What a run achieved is read from git, not from what the agent says. */
export function coderRuns(ports: EnginePorts, book: StoryBook, onEnd: () => void, knowing: WhatIsKnown): AgentRuns {
  const worker = new CoderWork(ports, knowing);
  return new AgentRuns(
    ports,
    book,
    {
      kind: 'coder',
      verb: 'work',
      perform: (...work) => worker.perform(...work),
      // Where a person took over, what their agent was doing was ended, or was about to be.
      goesOn: ({ stage }) => stage.name === 'Coding' && stage.coder !== 'person',
      stillWaits: ({ stage }) => stage.name === 'Coding',
    },
    onEnd,
  );
}
