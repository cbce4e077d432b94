import { wholeOf } from './processTree';
import { runEngine } from './runEngine';
import type { Build } from './place';
import type { Row } from './table';

/** What an engine does when nothing happens, and when something happens outside of it. */
export async function idleRows(build: Build, stories: number, ms: number): Promise<Row[]> {
  const idle = (await runEngine(build, { kind: 'idle', stories, ms })).get('idle')?.[0];
  const perMinute = ((idle?.calls.length ?? 0) * 60_000) / ms;
  const cpu = wholeOf(idle?.cpu ?? null);
  const share = cpu === null ? '–' : `${((cpu * 1000 * 100) / ms).toFixed(2)} %`;
  return [
    {
      what: `${build.name}: idle, ${stories} stories`,
      counts: `${perMinute.toFixed(1)} git a minute`,
      ratio: `CPU ${share} of ${ms / 1000} s`,
      reach: '0 git, CPU ≤ 0.3 %',
    },
  ];
}

export async function outsideCommitRows(build: Build, stories: number): Promise<Row[]> {
  const seen = (await runEngine(build, { kind: 'outsideCommit', stories })).get('outside commit')?.[0];
  return [
    {
      what: `${build.name}: a commit made outside, ${stories} stories`,
      counts: `${seen?.calls.length ?? 0} git`,
      ratio: '',
      reach: '≤ 4 git, flat in stories',
    },
  ];
}

/** How long nothing else has its turn while an engine with so many stories starts and shows its first board. */
export async function firstBoardRows(build: Build, stories: number): Promise<Row[]> {
  const first = (await runEngine(build, { kind: 'firstBoard', stories })).get('first board')?.[0];
  return [
    {
      what: `${build.name}: first board of ${stories} stories`,
      counts: '',
      ratio: `loop blocked for ${first?.longestBlock.toFixed(0) ?? '–'} ms at most, ${first?.ms.toFixed(0) ?? '–'} ms in all`,
      reach: '≤ 50 ms in one piece',
    },
  ];
}
