import type { QueueBounds } from '../../src/core/pipeline/policy';
import type { Build } from './place';
import { runEngine } from './runEngine';
import { times, type Row } from './table';

/** A gate that takes a second and no processor. */
const SLOW_GATE = [{ name: 'check', command: [process.execPath, '-e', 'setTimeout(() => {}, 1000)'] }];

const WAYS: readonly { readonly name: string; readonly queue: QueueBounds; readonly reach: string }[] = [
  { name: 'one at a time', queue: { wanted: 'one', parallel: 1, batch: 1 }, reach: '' },
  { name: 'train of 2', queue: { wanted: 'train', parallel: 2, batch: 1 }, reach: '' },
  { name: 'train of 4', queue: { wanted: 'train', parallel: 4, batch: 1 }, reach: '≥ 3.6 ×' },
  { name: 'batch of 4', queue: { wanted: 'batch', parallel: 1, batch: 4 }, reach: '' },
];

/** So many stories at once in the queue, behind a gate of one second: how much sooner all have landed. */
export async function queueRows(build: Build, stories: number): Promise<Row[]> {
  const rows: Row[] = [];
  let alone = 0;
  for (const { name, queue, reach } of WAYS) {
    const parts = await runEngine(build, { kind: 'queue', stories, queue }, { gates: SLOW_GATE });
    const [all] = parts.get('queued → all landed') ?? [];
    if (all === undefined) continue;
    if (alone === 0) alone = all.ms;
    rows.push({
      what: `${build.name}: ${stories} stories with a gate of 1 s, ${name}`,
      counts: `${all.calls.length} git`,
      ratio: `${times(alone, all.ms)} faster than one at a time; ${(all.ms / 1000).toFixed(0)} s`,
      reach,
    });
  }
  return rows;
}
