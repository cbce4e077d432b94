import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HistoryEntry } from '../../../src/core/story/history';
import type { StoryRecord } from '../../../src/core/story/story';
import { RUN_VARIABLE } from '../../../src/processes/processEntry';
import { openReadOnly } from '../../../src/store/openReadOnly';

/** What the recording gate writes down of each run. */
export interface GateRun {
  readonly pid: number;
  readonly cwd: string;
  readonly headTree: string;
  readonly indexTree: string;
  readonly changes: string;
}

export function readGateRuns(record: string): GateRun[] {
  if (!existsSync(record)) return [];
  const lines = readFileSync(record, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as GateRun);
}

/** The run that a process belongs to, from its environment; null where it has ended or belongs to none. */
export function runOf(pid: number): string | null {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return variables.find((one) => one.startsWith(`${RUN_VARIABLE}=`))?.slice(RUN_VARIABLE.length + 1) ?? null;
  } catch {
    return null;
  }
}

/** Every process that carries this run in its environment. */
export function membersOf(run: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => runOf(pid) === run);
}

/** A story and its history as they are on disk, beside the window that writes them. */
export async function readStory(
  repository: string,
  number: number,
): Promise<{ story: StoryRecord; history: readonly HistoryEntry[] }> {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const store = await openReadOnly({ dir: path.join(repository, '.git', 'switchyard'), log: quiet });
  try {
    const story = store.stories.stories().find((one) => one.number === number);
    if (story === undefined) throw new Error(`There is no #${number} on disk.`);
    return { story, history: store.stories.history({ cursor: 0, limit: 1000, key: story.key }) };
  } finally {
    await store.close();
  }
}
