import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { directStarter } from '../../../src/processes/directStarter';
import { endOf } from '../../../src/processes/outputOf';
import { SpawnerStarter } from '../../../src/processes/spawner/spawnerStarter';
import type { ProgramEnd, Started, Starter, StartRequest } from '../../../src/processes/starter';
import { folderOfThisRun } from '../../support/programBundle';
import { spawnerBundle } from '../../support/sharedSpawner';

/** One way to start programs, as the contract asks for it. */
export interface StarterUnderTest {
  readonly starter: Starter;
  dispose(): void;
}

/** A program in place of the spawner that cannot run on this machine, and says why. */
export function brokenBundle(): string {
  const file = path.join(folderOfThisRun('sy-spawner-'), 'broken.js');
  writeFileSync(file, "process.stderr.write('Not on this machine.'); process.exitCode = 7;");
  return file;
}

const silent = (): void => undefined;

/** Every way there is. The third is what is left where a spawner cannot run. */
export const starters: Readonly<Record<string, () => Promise<StarterUnderTest>>> = {
  'from this process': () => Promise.resolve({ starter: directStarter, dispose: silent }),
  'through the spawner': () => Promise.resolve(underTest(spawnerBundle())),
  'without a spawner that runs': () => Promise.resolve(underTest(brokenBundle())),
};

function underTest(bundle: string): StarterUnderTest {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const starter = new SpawnerStarter({ bundle, log });
  return { starter, dispose: () => starter.dispose() };
}

/** A program in Node, with nothing but what is asked for. */
export function nodeProgram(script: string, change: Partial<StartRequest> = {}): StartRequest {
  return {
    program: process.execPath,
    args: ['-e', script],
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '' },
    stdin: 'pipe',
    group: 'shared',
    ...change,
  };
}

export interface Gathered {
  readonly end: ProgramEnd;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Everything that comes of a program. */
export async function gather(started: Started, input: string | Buffer | null = ''): Promise<Gathered> {
  if (input !== null) started.stdin.end(input);
  const [end, stdout, stderr] = await Promise.all([endOf(started), read(started.stdout), read(started.stderr)]);
  return { end, stdout, stderr };
}

async function read(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
