import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createDirectRuns } from '../../../src/agents/keeper/directRuns';
import { createKeptRuns } from '../../../src/agents/keeper/keptRuns';
import { systemClock } from '../../../src/base/systemClock';
import type { KeptRequest, KeptRuns } from '../../../src/ports/keptRuns';
import { directStarter } from '../../../src/processes/directStarter';
import { processPlatform } from '../../../src/processes/platform';
import { createProcesses } from '../../../src/processes/processes';
import { noteError } from '../../support/mocha/unexpectedErrors';
import { programBundle } from '../../support/programBundle';

let bundled: string | null = null;

/** The keeper's bundle, built from the sources as they are, once in a test run. */
export function keeperBundle(): string {
  bundled ??= programBundle('keeper', 'keeper');
  return bundled;
}

/** Warnings of the runs under test, the latest last. */
export const warnings: string[] = [];
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: (text: string) => void warnings.push(text), error: noteError };

/** Runs with keepers, on record in this folder. */
export function keptIn(folder: string, bundle = keeperBundle()): KeptRuns {
  return createKeptRuns({
    bundle,
    dir: path.join(folder, 'runs'),
    starter: directStarter,
    platform: processPlatform(process.platform),
    clock: systemClock,
    log,
    foreignFolders: () => Promise.resolve([]),
  });
}

/** Every way there is. */
export const ways: Readonly<Record<string, (folder: string) => Promise<KeptRuns>>> = {
  'with a keeper': (folder) => Promise.resolve(keptIn(folder)),
  'that end with their window': (folder) => {
    const recordDir = path.join(folder, 'runs');
    mkdirSync(recordDir, { recursive: true });
    return Promise.resolve(createDirectRuns(createProcesses({ recordDir, log }), systemClock));
  },
};

const AGENT = path.join(import.meta.dirname, 'scriptedAgent.mjs');
let count = 0;

/** A run of the scripted agent. */
export function scripted(cwd: string, steps: readonly string[], change: Partial<KeptRequest> = {}): KeptRequest {
  count += 1;
  return {
    id: `run-${process.pid}-${count}`,
    command: [process.execPath, AGENT, ...steps],
    cwd,
    env: {},
    input: 'none',
    clocks: { wallMs: null, silenceMs: null, firstOutputMs: null },
    label: 'agent scripted of #1',
    about: null,
    ...change,
  };
}
