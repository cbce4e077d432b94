import { isSameKey } from '../../core/agents/sessions/agentSession';
import type { McpServerCommand } from '../../core/agents/mcpServer';
import type { PermissionAnswer } from '../../core/agents/permission';
import type { MessageTime, TakeOverOutcome } from '../../core/agents/takeOver';
import type { Commands } from '../../gates/readCommands';
import type { EngineParts } from '../engineParts';
import type { PersonRequest } from '../stories/personCommands';
import type { EnginePorts } from '../ports';
import type { ChangeOutcome } from '../stories/storyBook';
import type { TalkOutcome } from './talks/agentTalks';
import { startFresh } from './talks/startFresh';
import { takeOver } from './talks/takeOver';

interface AgentLoop {
  /** As of the last round; null before the first. */
  readonly commands: () => Commands | null;
  readonly perform: (key: string, request: PersonRequest) => Promise<ChangeOutcome>;
  readonly worktreeOf: (key: string) => Promise<string | null>;
}

/** What a person has to do with the agent of one story. */
export class StoryAgents {
  constructor(
    private readonly ports: Pick<EnginePorts, 'sessions' | 'store'>,
    private readonly parts: Pick<EngineParts, 'talks' | 'coders' | 'mergemasters' | 'agentOf' | 'hold' | 'agentDoor'>,
    private readonly loop: AgentLoop,
  ) {}

  /** Answers what it asks; `question` null for the one that it asks now. */
  answer(key: string, question: string | null, answer: PermissionAnswer): Promise<TalkOutcome> {
    return this.parts.talks.answer(key, question, answer);
  }

  write(key: string, text: string, when: MessageTime): Promise<TalkOutcome> {
    return this.parts.talks.write(key, text, when);
  }

  /** A person goes on in its place: its run ends, and no other begins. */
  takeOver(key: string): Promise<TakeOverOutcome> {
    const { sessions } = this.ports;
    return takeOver({
      perform: (request) => this.loop.perform(key, request),
      stop: () => this.parts.coders.runs.stop(key, 'a person takes it over'),
      worktreeOf: () => this.loop.worktreeOf(key),
      coder: () => this.parts.agentOf('coder', key),
      session: ({ name: agent, model = null }) => {
        const found = sessions.list().find((one) => isSameKey(one, { storyKey: key, agent, model }));
        return found === undefined || found.state.kind === 'dead' ? null : found.id;
      },
    });
  }

  /** Throws the conversations about a story away; one begins anew with what is in the worktree. */
  startFresh(key: string): Promise<TalkOutcome> {
    const { sessions, store } = this.ports;
    const why = 'a person wants it to begin anew';
    const agents = [this.parts.coders.runs, this.parts.mergemasters.agents.runs];
    return startFresh({
      sessions,
      story: () => store.get(key),
      agent: (stage) => this.parts.agentOf(stage === 'Coding' ? 'coder' : 'mergemaster', key)?.name ?? null,
      hold: () => this.parts.hold(key),
      stop: async () => {
        await Promise.all(agents.map((runs) => runs.stop(key, why)));
      },
      perform: (request) => this.loop.perform(key, request),
    });
  }

  /** The server by which VS Code's own agent reaches the story whose worktree this folder (absolute) is; null for none. */
  serverFor(folder: string): Promise<McpServerCommand | null> {
    return this.parts.agentDoor.serverFor(folder);
  }
}
