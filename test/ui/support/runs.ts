import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import type { HistoryEntry } from '../../../src/core/story/history';
import type { StoryRecord } from '../../../src/core/story/story';
import { RUN_VARIABLE } from '../../../src/processes/processEntry';
import { projectRoot } from '../../support/projectRoot';
import { openStore } from '../../../src/store/openStore';

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

/** A story and its history as they are on disk, read from a copy: the window that writes them is at work. */
export async function readStory(
  repository: string,
  number: number,
): Promise<{ story: StoryRecord; history: readonly HistoryEntry[] }> {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const wasmPath = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');
  const copy = mkdtempSync(path.join(tmpdir(), 'switchyard-copy-'));
  cpSync(path.join(repository, '.git', 'switchyard', 'stories.log'), path.join(copy, 'stories.log'));
  const store = await openStore({ dir: copy, wasmPath, clock: systemClock, log: quiet });
  try {
    const story = store.stories.stories().find((one) => one.number === number);
    if (story === undefined) throw new Error(`There is no #${number} on disk.`);
    return { story, history: await store.stories.history({ cursor: 0, limit: 1000, key: story.key }) };
  } finally {
    await store.close();
    rmSync(copy, { recursive: true, force: true });
  }
}
