import type net from 'node:net';
import type * as z from 'zod/mini';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import { MessageHandler, type Answers } from '../../protocol/messageHandler';
import type { entrySchema } from '../../protocol/greeting';
import { greetingSchema } from '../../protocol/greeting';
import { followerSide, leaderSide } from '../../protocol/windowMessages';
import { refuse, say, tell, tellingError, type Refusal, type Said, type Told } from '../../core/words/said';
import type { CallName } from '../pipelineCalls';
import { Frames } from './frames';
import { TO_FOLLOWER_LIMIT, TO_LEADER_LIMIT } from './limits';

/** How often (ms) the leader is asked whether it is there. */
const PING_MS = 3000;
/** After so many questions without an answer the person is told. */
const PATIENCE = 2;

type Asks<N extends CallName> = z.input<(typeof leaderSide.requests)[N]['asks']>;
type Gives<N extends CallName> = z.output<(typeof leaderSide.requests)[N]['gives']>;

interface LinkParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly told: Answers<typeof followerSide>['notifications'];
  readonly onTrouble: () => void;
  /** What the leader is told of this window. */
  readonly openFolders: () => readonly string[];
}

/** The way to the window that leads. It says what is wrong with it in words for people. */
export class HubLink {
  readonly #frames: Frames;
  /** Whether the leader can be talked to; false once the way closed before that. */
  readonly #entered: Promise<boolean>;
  #enter: (entered: boolean) => void = () => undefined;
  #messages: MessageHandler<typeof followerSide, typeof leaderSide> | null = null;
  #timer: Disposable;
  #unanswered = 0;
  #trouble: Said | null = null;
  #closed = false;
  /** It said what cannot be read. */
  #isForeign = false;

  constructor(
    private readonly leader: { readonly pid: number; readonly token: string; readonly connection: net.Socket },
    private readonly parts: LinkParts,
  ) {
    const { connection } = leader;
    this.#entered = new Promise((resolve) => (this.#enter = resolve));
    const limits = { limit: TO_FOLLOWER_LIMIT, sendLimit: TO_LEADER_LIMIT };
    this.#frames = new Frames(connection, limits, (why) => this.#giveUp(why));
    connection.once('close', () => this.dispose());
    this.#frames.listen((message) => this.#greeted(message));
    this.#timer = this.#pingLater();
    if (connection.destroyed) this.dispose();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** What keeps this window from knowing, in a sentence; null while all is well. */
  get trouble(): Told | null {
    return this.#trouble === null ? null : tell(this.#trouble);
  }

  /** Has something done. What comes back of a leader that dies meanwhile is a refusal that says what is known of it. */
  async command<N extends CallName>(name: N, asked: Asks<N>, what: Said): Promise<Gives<N> | Refusal> {
    if (Buffer.byteLength(JSON.stringify(asked)) > TO_LEADER_LIMIT / 2) {
      return refuse(say('{0} is too large to be handed to the window that runs Switchyard. Shorten the text.', what));
    }
    if (!(await this.#entered) || this.#messages === null) {
      if (!this.#closed && this.#trouble !== null) return refuse(this.#trouble);
      return refuse(
        say('The window that ran Switchyard closed, so nothing was done with {0}. Try again.', inside(what)),
      );
    }
    const reply = await this.#messages.request(name, asked);
    if (reply.kind === 'answered') return reply.value;
    if (reply.kind === 'failed') return refuse(reply.message);
    return refuse(
      say(
        'The window that ran Switchyard closed before it answered. Whether {0} was changed is not known: look at it before you try again.',
        inside(what),
      ),
    );
  }

  /** Asks for what only the leader knows. */
  async look<N extends CallName>(name: N, asked: Asks<N>): Promise<Gives<N>> {
    const isIn = await this.#entered;
    const reply = isIn ? await this.#messages?.request(name, asked) : undefined;
    if (reply?.kind === 'answered') return reply.value;
    if (reply?.kind === 'failed') throw new Error(reply.message);
    if (!this.#closed && this.#trouble !== null) throw tellingError(this.#trouble);
    throw tellingError(say('The window that ran Switchyard closed before it answered. Try again.'));
  }

  tell(what: 'poke' | 'boardLost'): void {
    if (what === 'poke') this.#messages?.notify('openFolders', this.parts.openFolders());
    this.#messages?.notify(what, null);
  }

  /** Hears nothing more. The connection is ended by who found it. */
  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.dispose();
    this.#messages?.dispose();
    this.#messages = null;
    this.#enter(false);
  }

  #greeted(message: unknown): void {
    if (this.#isForeign) return;
    if (!greetingSchema.safeParse(message).success) return this.#giveUp('its greeting is another');
    this.#frames.send({ token: this.leader.token } satisfies z.infer<typeof entrySchema>);
    this.#messages = new MessageHandler({
      here: followerSide,
      there: leaderSide,
      answers: { requests: {}, notifications: this.parts.told },
      transport: this.#frames,
      onProblem: (problem) => this.#giveUp(problem),
    });
    this.#messages.notify('openFolders', this.parts.openFolders());
    this.#enter(true);
  }

  /** Who says what cannot be read is not talked to any more. It leads all the same: the connection shows that it lives. */
  #giveUp(why: string): void {
    if (this.#closed || this.#isForeign) return;
    this.#isForeign = true;
    this.parts.log.warn(`[hub] the leader (process ${this.leader.pid}) cannot be understood: ${why}`);
    this.#timer.dispose();
    this.#messages?.dispose();
    this.#messages = null;
    this.#enter(false);
    this.#say(
      say(
        'The window that runs Switchyard for this repository (process {0}) cannot be understood by this one; it may have another version of it. Reload both windows.',
        this.leader.pid,
      ),
    );
  }

  #pingLater(): Disposable {
    return this.parts.clock.after(PING_MS, () => {
      this.#unanswered += 1;
      if (this.#unanswered > PATIENCE) {
        this.#say(
          say(
            'The window that runs Switchyard for this repository (process {0}) does not answer. What is shown may be old. Close that window if it stays so; this one takes over then.',
            this.leader.pid,
          ),
        );
      }
      void this.#messages?.request('ping', null).then(({ kind }) => {
        if (kind !== 'answered') return;
        this.#unanswered = 0;
        this.#say(null);
      });
      if (!this.#closed) this.#timer = this.#pingLater();
    });
  }

  #say(trouble: Said | null): void {
    if (trouble?.text === this.#trouble?.text || this.#closed) return;
    this.#trouble = trouble;
    this.parts.onTrouble();
  }
}

/** In the middle of a sentence. */
function inside(what: Said): Said {
  return { ...what, text: what.text.charAt(0).toLowerCase() + what.text.slice(1) };
}
