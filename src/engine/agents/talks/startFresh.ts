import type { Disposable } from '../../../base/disposable';
import { COLD_CAUSES } from '../../../core/agents/sessions/lookUp';
import { underlyingStage } from '../../../core/story/stage';
import { stageWord } from '../../../core/story/stageWords';
import type { StoryRecord } from '../../../core/story/story';
import type { AgentSessions } from '../../../ports/agentSessions';
import type { PersonRequest } from '../../stories/personCommands';
import type { ChangeOutcome } from '../../stories/storyBook';
import type { TalkOutcome } from './agentTalks';
import { refuse, say, tell } from '../../../core/words/said';
import { NO_STORY } from '../../../core/story/noStory';

interface FreshPorts {
  readonly sessions: AgentSessions;
  readonly story: () => StoryRecord | undefined;
  /** Name of the agent that begins anew in the story's stage; null where there is none. */
  readonly agent: (stage: 'Coding' | 'MergeFailure') => string | null;
  /** Nothing begins on the story until it is disposed. */
  readonly hold: () => Disposable;
  /** Resolves once the agent that works on the story has ended. */
  readonly stop: () => Promise<void>;
  readonly perform: (request: PersonRequest) => Promise<ChangeOutcome>;
}

/**
 * Throws away what agents know of a story, and lets one begin anew with what is in the worktree. The conversations are dead on
 * disk before anything else can begin; a kill before that leaves them as they were.
 */
export async function startFresh(ports: FreshPorts): Promise<TalkOutcome> {
  const story = ports.story();
  if (story === undefined) return NO_STORY;
  const { number } = story;
  const stage = story.stage.name === 'Blocked' ? underlyingStage(story.stage) : story.stage;
  if (stage.name !== 'Coding' && stage.name !== 'MergeFailure') {
    const message = say('#{0} is in {1}, where no agent works on it.', number, stageWord(story.stage.name));
    return refuse(message);
  }
  const agent = ports.agent(stage.name);
  if (agent === null) {
    return stage.name === 'Coding'
      ? refuse(say('No agent is set up for coding. Set one up first.'))
      : refuse(say('No agent is set up for failed merges. Set one up first.'));
  }
  const held = ports.hold();
  try {
    await ports.stop();
    await endConversations(ports.sessions, story.key);
    const refused = await comeToAgent(ports);
    return (
      refused ?? { kind: 'done', ...tell(say('#{0}: {1} begins anew, with what is in the worktree.', number, agent)) }
    );
  } finally {
    held.dispose();
  }
}

async function endConversations(sessions: AgentSessions, storyKey: string): Promise<void> {
  const state = { kind: 'dead', cause: 'fresh', why: COLD_CAUSES.fresh } as const;
  for (const session of sessions.list().filter((one) => one.storyKey === storyKey))
    await sessions.record({ ...session, state });
}

/** A story that waits for a person is an agent's again. */
async function comeToAgent({ story, perform }: FreshPorts): Promise<TalkOutcome | null> {
  if (story()?.stage.name === 'Blocked') {
    const unblocked = await perform({ event: 'Unblock' });
    if (unblocked.kind === 'refused') return unblocked;
  }
  const { stage } = story() ?? { stage: null };
  if (stage?.name !== 'Coding' || stage.coder !== 'person') return null;
  const given = await perform({ event: 'GivenBack' });
  return given.kind === 'refused' ? given : null;
}
