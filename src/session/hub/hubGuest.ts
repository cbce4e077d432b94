import { timingSafeEqual } from 'node:crypto';
import type net from 'node:net';
import type { Disposable } from '../../base/disposable';
import { headOf } from '../../core/board/boardHead';
import { ModelFeed } from '../../core/board/modelFeed';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import { MessageHandler, type Answers } from '../../protocol/messageHandler';
import { entrySchema, GREETING } from '../../protocol/greeting';
import { followerSide, leaderSide } from '../../protocol/windowMessages';
import type { Pipeline } from '../pipeline';
import { answersOf } from '../pipelineCalls';
import { serveAgent, type AgentVisits } from './agentGuest';
import { Frames } from './frames';
import { ENTRY_LIMIT, TO_FOLLOWER_LIMIT, TO_LEADER_LIMIT } from './limits';
import type { LiveOutput } from './liveOutput';

/** How long (ms) who connects may take to show the token. */
const ENTRY_MS = 10_000;

export interface GuestParts {
  readonly token: string;
  readonly pipeline: Pipeline;
  readonly outputs: LiveOutput;
  /** Runs of agents that may talk to their own story. */
  readonly agents: AgentVisits;
  readonly clock: Clock;
  readonly log: Log;
}

/** One connection to the leader: a stranger until it shows a token, then a window that follows, or an agent. */
export class HubGuest {
  readonly #frames: Frames;
  readonly #deadline: Disposable;
  readonly #feed = new ModelFeed();
  readonly #listensTo = new Set<string>();
  /** As this window says; none before it said so. */
  openFolders: readonly string[] = [];
  #messages: MessageHandler<typeof leaderSide, typeof followerSide> | null = null;
  /** Where it is an agent and no window. */
  #agent: Disposable | null = null;
  #commands = '';

  constructor(
    private readonly connection: net.Socket,
    private readonly parts: GuestParts,
  ) {
    const limits = { limit: ENTRY_LIMIT, sendLimit: TO_FOLLOWER_LIMIT };
    this.#frames = new Frames(connection, limits, (why) => this.#drop(why));
    this.#deadline = parts.clock.after(ENTRY_MS, () => this.#drop('it did not say who it is'));
    connection.once('close', () => this.#end());
    connection.on('drain', () => this.show());
    this.#frames.listen((message) => this.#enter(message));
    this.#frames.send(GREETING);
  }

  get isStranger(): boolean {
    return this.#messages === null && this.#agent === null;
  }

  /** Sends what changed of board and commands. Who does not keep up gets the sum of it later. */
  show(): void {
    if (this.#messages === null || this.connection.writableNeedDrain) return;
    const { pipeline } = this.parts;
    const model = pipeline.model();
    const board = model === null ? null : this.#feed.next(model);
    if (board !== null) this.#messages.notify('board', board);
    const commands = pipeline.commands();
    const said = JSON.stringify(commands);
    if (said === this.#commands) return;
    this.#commands = said;
    this.#messages.notify('commands', commands);
  }

  /** Stories were changed on disk: what this one has open of them may be old. */
  written(): void {
    this.#messages?.notify('written', null);
  }

  /** Stories change other files than before: no board says so. */
  filesChanged(): void {
    this.#messages?.notify('files', null);
  }

  output(story: { readonly key: string; readonly number: number }, text: string): void {
    if (!this.#listensTo.has(story.key)) return;
    if (this.connection.writableNeedDrain) {
      this.#listensTo.delete(story.key); // it asks again when it is shown again
      return;
    }
    this.#messages?.notify('output', { key: story.key, number: story.number, text });
  }

  close(): void {
    this.connection.destroy();
  }

  #enter(message: unknown): void {
    const entry = entrySchema.safeParse(message);
    if (!entry.success) return this.#drop('it said something else than who it is');
    const visit = this.parts.agents.enter(entry.data.token);
    if (visit !== null) {
      this.#deadline.dispose();
      this.#agent = serveAgent(this.connection, this.#frames, visit, this.parts.log);
      return;
    }
    if (!isSame(entry.data.token, this.parts.token)) return this.#drop('it showed a wrong token');
    this.#deadline.dispose();
    this.#frames.allow(TO_LEADER_LIMIT);
    this.#messages = new MessageHandler({
      here: leaderSide,
      there: followerSide,
      answers: this.#answers(),
      transport: this.#frames,
      onProblem: (problem, kind) => {
        if (kind === 'misfit') this.#drop(problem);
        else this.parts.log.warn(`[hub] ${problem}`);
      },
    });
    this.show();
  }

  #answers(): Answers<typeof leaderSide> {
    const { pipeline } = this.parts;
    return {
      requests: {
        ...answersOf(pipeline),
        settle: async () => {
          await pipeline.settle();
          this.show();
          return null;
        },
        outputsOf: (key) => this.#outputsOf(key),
        agentTextOf: ({ key, which, run }) => {
          this.#listensTo.add(key);
          return pipeline.agentTextOf(key, which, run);
        },
        boardAt: async (time) => {
          const board = await pipeline.boardAt(time);
          return { head: headOf(board), cards: board.cards };
        },
        ping: () => null,
      },
      notifications: {
        poke: () => pipeline.poke(),
        openFolders: (folders) => void (this.openFolders = folders),
        boardLost: () => {
          this.#feed.startOver();
          this.show();
        },
      },
    };
  }

  /** What a run of this engine said is complete here sooner than on disk. */
  async #outputsOf(key: string): Promise<string[]> {
    const kept = await this.parts.pipeline.outputsOf(key);
    this.#listensTo.add(key);
    const live = this.parts.outputs.of(key);
    return live === null ? kept : [live];
  }

  #drop(why: string): void {
    this.parts.log.warn(`[hub] a connection was dropped: ${why}`);
    this.connection.destroy();
  }

  #end(): void {
    this.#deadline.dispose();
    this.#messages?.dispose();
    this.#messages = null;
    this.#agent?.dispose();
  }
}

/** Takes the same time wherever the first difference is. */
function isSame(shown: string, token: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
