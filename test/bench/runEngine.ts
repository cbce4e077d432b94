import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../support/projectRoot';
import type { EngineTask, Measured } from './engineTask';
import { Place, type Build } from './place';

/** A gate that costs next to nothing. */
const CHEAP_GATE = [{ name: 'check', command: [process.platform === 'win32' ? 'where' : 'true'] }];

/** Runs a scenario with the engine of a build, in a new process on a new repository. */
export async function runEngine(
  build: Build,
  scenario: EngineTask['scenario'],
  { files = 100, gates = CHEAP_GATE }: { readonly files?: number; readonly gates?: EngineTask['gates'] } = {},
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const place = new Place(files);
  try {
    const { repository, scratch } = place;
    const task: EngineTask = { dist: build.dist, repository, scratch, gates, scenario };
    const measured = JSON.parse(await output(task)) as Measured[];
    const parts = new Map<string, Measured[]>();
    for (const one of measured) parts.set(one.part, [...(parts.get(one.part) ?? []), one]);
    return parts;
  } finally {
    place.remove();
  }
}

function output(task: EngineTask): Promise<string> {
  const script = path.join(projectRoot, 'test', 'bench', 'engineTask.ts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(task)], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(new Error(`The measured engine ended with exit code ${code ?? 'none'}.`));
    });
  });
}
