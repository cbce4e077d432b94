import type { StoryRecord } from '../../src/core/story/story';
import { runScript } from '../support/childProcess';
import type { EngineTask } from './engineProcess';

/** How an engine's process ended; `stories` as it left them, none where it was killed. */
export interface TaskEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stories: readonly StoryRecord[];
  readonly stderr: string;
}

/** Runs an engine in a process of its own, from the bundle of `engineProcess`, until it has done its task, or was killed. */
export async function runTask(script: string, task: EngineTask): Promise<TaskEnd> {
  const { stdout, ...ended } = await runScript(script, task);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const said = lines.map((line) => JSON.parse(line) as { said: string; stories?: StoryRecord[] });
  return { ...ended, stories: said.find((one) => one.said === 'ended')?.stories ?? [] };
}
