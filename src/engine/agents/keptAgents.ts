import { readRunMemory, type RunMemory } from '../../core/agents/runMemory';
import type { StoryRecord } from '../../core/story/story';
import type { KeptRecord } from '../../ports/keptRuns';
import type { EnginePorts } from '../ports';

/** Who goes on with runs of one kind. */
interface GoesOn {
  /** False where the story does not wait for them any more. */
  goOn(story: StoryRecord, runs: readonly string[], memory: RunMemory): Promise<boolean>;
}

/** The runs for one story, the oldest first, and what is known of the last. */
interface Group {
  readonly runs: string[];
  memory: RunMemory;
}

type Ports = Pick<EnginePorts, 'kept' | 'store' | 'log'>;

/**
 * Goes on with the agents that an earlier window started, whether they work or have ended meanwhile. What nobody waits for is
 * ended. Resolves once each is listened to or gone.
 */
export async function goOnWithAgents(ports: Ports, agents: Readonly<Record<RunMemory['kind'], GoesOn>>): Promise<void> {
  const groups = new Map<string, Group>();
  const unwanted: string[] = [];
  for (const { id, about } of await ports.kept.list()) {
    const memory = readRunMemory(about);
    if (memory === null) unwanted.push(id);
    else {
      const group = groups.get(`${memory.kind} ${memory.key}`) ?? { runs: [], memory };
      group.runs.push(id);
      group.memory = memory;
      groups.set(`${memory.kind} ${memory.key}`, group);
    }
  }
  // One after another: each is compared with what was before the first.
  for (const { runs, memory } of groups.values()) {
    const story = ports.store.get(memory.key);
    if (story === undefined || !(await agents[memory.kind].goOn(story, runs, memory))) unwanted.push(...runs);
  }
  await Promise.all(unwanted.map((id) => endUnwanted(ports, id)));
}

/** Nothing more is kept of these runs, which are over. */
export async function forgetRuns({ kept }: Pick<Ports, 'kept'>, which: (memory: RunMemory) => boolean): Promise<void> {
  const isMeant = ({ about }: KeptRecord): boolean => {
    const memory = readRunMemory(about);
    return memory !== null && which(memory);
  };
  const meant = (await kept.list()).filter(isMeant);
  await Promise.all(meant.map(({ id }) => kept.forget(id)));
}

async function endUnwanted({ kept, log }: Ports, id: string): Promise<void> {
  const run = await kept.attach(id, () => undefined);
  run.stop();
  await run.ended;
  await kept.forget(id);
  log.info(`[agent] ended run ${id}, for which no story waits any more`);
}
