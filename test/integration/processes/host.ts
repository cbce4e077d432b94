/** Plays the host of a window: starts a run that never ends, and is killed by the test. */
import { createProcesses } from '../../../src/processes/processes';
import { SpawnerStarter } from '../../../src/processes/spawner/spawnerStarter';

const quiet = (): void => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const bundle = process.env['SPAWNER'];
const processes = createProcesses({
  recordDir: process.env['RECORD_DIR'] ?? '',
  log,
  ...(bundle !== undefined && { starter: new SpawnerStarter({ bundle, log }) }),
});

void processes.run({
  id: process.env['RUN_ID'] ?? '',
  command: ['sh', '-c', '(setsid sleep 600 </dev/null >/dev/null 2>&1 &); sleep 600 & echo ready; sleep 600'],
  cwd: process.cwd(),
  env: {},
  timeoutMs: null,
  silenceMs: null,
  onOutput: (text) => process.stdout.write(text),
  signal: new AbortController().signal,
  label: 'a gate',
});
