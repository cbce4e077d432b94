import { execFileSync } from 'node:child_process';
import type { QueueBounds } from '../../src/core/pipeline/policy';
import { bareLanding } from './bareLanding';
import type { Measured } from './engineTask';
import type { Build } from './place';
import { wholeOf } from './processTree';
import { runEngine } from './runEngine';
import { times, type Row } from './table';

/** A gate that takes a second and no processor. */
const COMMAND = ['sleep', '1'] as const;
const SLOW_GATE = [{ name: 'check', command: COMMAND }];

/** Files of the repository that stories land in. */
const FILES = 100;

const WAYS: readonly { readonly name: string; readonly queue: QueueBounds; readonly reach: string }[] = [
  { name: 'one at a time', queue: { wanted: 'one', parallel: 1, batch: 1 }, reach: '' },
  { name: 'train of 2', queue: { wanted: 'train', parallel: 2, batch: 1 }, reach: '' },
  { name: 'train of 4', queue: { wanted: 'train', parallel: 4, batch: 1 }, reach: '≥ 3.6 ×' },
  { name: 'batch of 4', queue: { wanted: 'batch', parallel: 1, batch: 4 }, reach: '' },
];

/**
 * So many stories at once in the queue, behind a gate of one second: when all have landed, how long one waited in the mean,
 * and beside it bare git, which lands and gates them one after another.
 */
export async function queueRows(build: Build, stories: number): Promise<Row[]> {
  const bare = stories * (bareLanding(FILES).ms + gateAlone());
  const rows: Row[] = [];
  let alone: Measured | null = null;
  for (const { name, queue, reach } of WAYS) {
    const parts = await runEngine(build, { kind: 'queue', stories, queue }, { files: FILES, gates: SLOW_GATE });
    const [all] = parts.get('queued → all landed') ?? [];
    if (all === undefined) continue;
    alone ??= all;
    const row: Row = {
      what: `${build.name}: ${stories} stories with a gate of 1 s, ${name}`,
      counts: `${all.calls.length} git, ${all.gates} gate runs`,
      ratio: `${times(alone.ms, all.ms)} faster than one at a time, ${times(all.ms, bare)} of bare git (${seconds(bare)}); ${spent(all)}`,
      reach,
    };
    // A run that is cut off leaves what it has measured.
    process.stderr.write(`  ${row.what}: ${row.counts}; ${row.ratio}\n`);
    rows.push(row);
  }
  return rows;
}

function spent({ ms, cpu, waits = [] }: Measured): string {
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  const whole = wholeOf(cpu);
  const each = whole === null ? '' : `, CPU ${((whole * 1000) / waits.length).toFixed(0)} ms a story`;
  return `${seconds(ms)}, mean wait ${seconds(mean)}${each}`;
}

/** How long (ms) the gate takes with nothing around it. */
function gateAlone(): number {
  const [command, ...args] = COMMAND;
  const started = performance.now();
  execFileSync(command, args);
  return performance.now() - started;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
