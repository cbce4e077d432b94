import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { agentSessionSchema, describeKey, isSameKey, type AgentSession } from '../../core/agents/sessions/agentSession';
import { describeLookUp, judgeSession } from '../../core/agents/sessions/lookUp';
import { standingSchema, type Attempt, type Standing } from '../../core/agents/sessions/standing';
import type { AgentSessions } from '../../ports/agentSessions';
import type { Log } from '../../ports/log';
import { say } from '../../core/words/said';
import { readCheckedList, writeCheckedList, type CheckedList, type CheckedListOptions } from '../checkedList';

/** How many attempts are kept, of all stories: those of earlier stays count no more. */
const ATTEMPTS_KEPT = 1000;

interface Files {
  readonly sessions: string;
  readonly standings: string;
}

/**
 * The conversations of agents, and how agents stand, in two small files. One that cannot be read begins anew: agents then
 * start cold, and nothing waits.
 */
export async function openSessions(files: Files, log: Log, options: CheckedListOptions = {}): Promise<AgentSessions> {
  const sessions = await KeptList.open({ file: files.sessions, schema: z.array(agentSessionSchema), what: say('A conversation of an agent') }, log, options); // prettier-ignore
  const standings = await KeptList.open({ file: files.standings, schema: z.array(standingSchema), what: say('How an agent stands') }, log, options); // prettier-ignore
  const note = (text: string): void => log.info(`session_store ${text}`);
  return {
    list: () => sessions.list(),
    lookUp: (key, number, start) => {
      const found = judgeSession(sessions.list().find((one) => isSameKey(one, key)) ?? null, start);
      note(`look-up ${describeKey(key, number)}: ${describeLookUp(found)}`);
      return found;
    },
    record: async (session) => {
      note(`record ${describeKey(session, session.number)}: session_id=${session.id} (${session.idFrom}, ${session.transport}), ${describeState(session)}`); // prettier-ignore
      await sessions.change((list) => [...list.filter((one) => !isSameKey(one, session)), session]);
    },
    prune: async (key, why) => {
      const found = sessions.list().find((one) => isSameKey(one, key));
      if (found === undefined) return;
      note(`prune ${describeKey(found, found.number)}: session_id=${found.id}, pruned: ${why}`);
      await sessions.change((list) => list.filter((one) => !isSameKey(one, key)));
    },
    pruneStory: async (storyKey, why) => {
      for (const one of sessions.list().filter((session) => session.storyKey === storyKey)) {
        note(`prune ${describeKey(one, one.number)}: session_id=${one.id}, pruned: ${why}`);
      }
      await sessions.change((list) => list.filter((one) => one.storyKey !== storyKey));
      await standings.change((list) => list.filter((one) => one.kind !== 'attempt' || one.storyKey !== storyKey));
    },
    standings: () => standings.list(),
    addAttempt: (attempt) => standings.change((list) => withAttempt(list, attempt)),
    putLimit: (limit) =>
      standings.change((list) => [...list.filter((one) => one.kind !== 'limit' || one.agent !== limit.agent), limit]),
    endLimit: async (agent) => {
      const isOfAgent = (one: Standing): boolean => one.kind === 'limit' && one.agent === agent;
      if (standings.list().some(isOfAgent)) await standings.change((list) => list.filter((one) => !isOfAgent(one)));
    },
  };
}

function withAttempt(known: readonly Standing[], attempt: Attempt): Standing[] {
  const list = known.filter((one) => one.kind !== 'attempt' || one.run === undefined || one.run !== attempt.run);
  const attempts = list.filter((one) => one.kind === 'attempt');
  const dropped = new Set<Standing>(attempts.slice(0, Math.max(0, attempts.length + 1 - ATTEMPTS_KEPT)));
  return [...list.filter((one) => !dropped.has(one)), attempt];
}

function describeState({ state }: AgentSession): string {
  switch (state.kind) {
    case 'live':
      return `live in run ${state.run}`;
    case 'resumable':
      return 'resumable';
    case 'dead':
      return `dead: ${state.why}`;
    default:
      return state satisfies never;
  }
}

/** A list in one file. A change counts at once, and where it cannot be written it counts all the same. */
class KeptList<T> {
  readonly #turns = new SerialQueue();

  private constructor(
    private readonly kept: CheckedList<T>,
    private current: readonly T[],
  ) {}

  static async open<T>(kept: CheckedList<T>, log: Log, options: CheckedListOptions): Promise<KeptList<T>> {
    return new KeptList(kept, await readCheckedList(kept, log, options));
  }

  list(): readonly T[] {
    return this.current;
  }

  change(how: (list: readonly T[]) => readonly T[]): Promise<void> {
    const next = how(this.current);
    if (next.length === 0 && this.current.length === 0) return Promise.resolve();
    this.current = next;
    return this.#turns.run(() => writeCheckedList(this.kept, [...this.current]));
  }
}
