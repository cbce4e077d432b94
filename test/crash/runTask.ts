import { spawn } from 'node:child_process';
import path from 'node:path';
import type { StoryRecord } from '../../src/core/story/story';
import { projectRoot } from '../support/projectRoot';
import type { EngineTask } from './engineProcess';

/** How an engine's process ended; `stories` as it left them, none where it was killed. */
export interface TaskEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stories: readonly StoryRecord[];
  readonly stderr: string;
}

/** Runs an engine in a process of its own until it has done its task, or was killed. */
export function runTask(task: EngineTask): Promise<TaskEnd> {
  const script = path.join(__dirname, 'engineProcess.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(task)], {
    cwd: projectRoot,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      const said = lines.map((line) => JSON.parse(line) as { said: string; stories?: StoryRecord[] });
      resolve({ code, signal, stories: said.find((one) => one.said === 'ended')?.stories ?? [], stderr });
    });
  });
}
