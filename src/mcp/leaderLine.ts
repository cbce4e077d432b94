import type net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ToolAnswer } from '../core/agents/agentTools';
import { agentSide, serverSide } from '../protocol/agentMessages';
import { MessageHandler } from '../protocol/messageHandler';
import { AGENT_VERSION, greetingToAgentSchema } from '../protocol/greeting';
import { Frames } from '../session/hub/frames';
import { ENTRY_LIMIT, FROM_AGENT_LIMIT, TO_LEADER_LIMIT } from '../session/hub/limits';
import { addressOf } from '../store/leader/claim';
import { highestEpoch, readClaim } from '../store/leader/epochs';
import { folderIdOf } from '../store/leader/folderId';
import { knock } from '../store/leader/leaderSocket';

type Messages = MessageHandler<typeof serverSide, typeof agentSide>;
type ToolName = keyof typeof agentSide.requests;

/** Windows reload and change places: a leader is looked for so long (ms), this often (ms). */
const LOOK_FOR_MS = 10_000;
const LOOK_EVERY_MS = 250;
/** How long (ms) a leader has to let this process in. */
const ENTRY_MS = 5000;

type Entry =
  | { kind: 'in'; messages: Messages }
  /** It does not take this token. */
  | { kind: 'sentAway' }
  /** It is of a version that talks otherwise. */
  | { kind: 'updated' }
  | { kind: 'nobody' };

const NOBODY =
  'No VS Code window with Switchyard is open on this repository now, so nothing was done. Go on with your work and commit it; ask again later.';
const SENT_AWAY =
  'Switchyard does not let this run in any more: its access ends with the run, or the story was taken from it. Commit what you have and end your turn.';
const UPDATED =
  'Switchyard was updated while you work, and these tools cannot reach the new version, so nothing was done. Go on without them: commit your work and end your turn. What you have committed is judged all the same, and your next run has the tools again.';
const CUT_OFF =
  'The window that runs Switchyard closed before it answered. Whether this was done is not known: look at it before you ask again.';

/** The way to the window that leads, whichever it is at the moment. */
export class LeaderLine {
  #messages: Messages | null = null;

  constructor(private readonly place: { readonly folder: string; readonly token: string }) {}

  /** Has a tool used. What it is asked with is checked on the other side, which alone decides. Never rejects. */
  async ask(tool: ToolName, asked: unknown): Promise<ToolAnswer> {
    const entry = await this.#enter();
    switch (entry.kind) {
      case 'nobody':
        return { kind: 'refused', text: NOBODY };
      case 'sentAway':
        return { kind: 'refused', text: SENT_AWAY };
      case 'updated':
        return { kind: 'refused', text: UPDATED };
      case 'in': {
        // The types say what each tool takes; this has been read by its schema before.
        const reply = await entry.messages.request(tool, asked as never);
        if (reply.kind === 'answered') return reply.value;
        return { kind: 'refused', text: reply.kind === 'failed' ? reply.message : CUT_OFF };
      }
      default:
        return entry satisfies never;
    }
  }

  async #enter(): Promise<Entry> {
    if (this.#messages !== null) return { kind: 'in', messages: this.#messages };
    const giveUpAt = Date.now() + LOOK_FOR_MS;
    for (;;) {
      const entry = await this.#knock();
      if (entry.kind !== 'nobody' || Date.now() > giveUpAt) return entry;
      await pause(LOOK_EVERY_MS);
    }
  }

  async #knock(): Promise<Entry> {
    const { folder } = this.place;
    const { holder } = await readClaim(folder, await highestEpoch(folder).catch(() => 0));
    const id = holder === null ? null : await folderIdOf(folder).catch(() => null);
    const address = holder === null || id === null ? null : addressOf(holder.socket, folder, id);
    if (address === null) return { kind: 'nobody' };
    const answer = await knock(address);
    return answer.kind === 'open' ? this.#introduce(answer.connection) : { kind: 'nobody' };
  }

  #introduce(connection: net.Socket): Promise<Entry> {
    return new Promise((resolve) => {
      let said = false;
      const limits = { limit: ENTRY_LIMIT, sendLimit: FROM_AGENT_LIMIT };
      const frames = new Frames(connection, limits, () => connection.destroy());
      const late = setTimeout(() => connection.destroy(), ENTRY_MS);
      connection.once('close', () => {
        clearTimeout(late);
        this.#messages?.dispose();
        this.#messages = null;
        resolve(said ? { kind: 'sentAway' } : { kind: 'nobody' });
      });
      frames.listen((message) => {
        const greeting = greetingToAgentSchema.safeParse(message);
        if (greeting.success && greeting.data.agents !== AGENT_VERSION) resolve({ kind: 'updated' });
        if (!greeting.success || greeting.data.agents !== AGENT_VERSION) return void connection.destroy();
        frames.allow(TO_LEADER_LIMIT);
        const messages = new MessageHandler({
          here: serverSide,
          there: agentSide,
          answers: {
            requests: {},
            notifications: {
              welcome: () => {
                clearTimeout(late);
                this.#messages = messages;
                resolve({ kind: 'in', messages });
              },
            },
          },
          transport: frames,
          onProblem: () => undefined, // the answer says it
        });
        said = true;
        frames.send({ token: this.place.token });
      });
    });
  }
}
