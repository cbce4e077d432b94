import { bareLanding, type Bare } from './bareLanding';
import type { Measured } from './engineTask';
import type { Build } from './place';
import { wholeOf } from './processTree';
import { runEngine } from './runEngine';
import { median, times, type Row } from './table';

/** Stories that land after the first one, which finds no gate tree and an engine that has just begun. */
const LATER = 6;
/** Stories on the target's tip, whose tree was proven in QA. */
const ON_TIP = 2;

/** Stories from their start to their end, part by part: the first of an engine, and the later ones in the mean. */
export async function landingRows(build: Build, files: number): Promise<Row[]> {
  const parts = await runEngine(build, { kind: 'landing', turns: 1 + LATER, onTip: ON_TIP }, { files });
  const bare = bareLanding(files);
  const rows = (part: string, reach: string): Row[] => {
    const [first, ...later] = parts.get(part) ?? [];
    if (first === undefined) return [];
    const row = (which: string, some: readonly Measured[], wanted: string): Row => ({
      what: `${build.name}: ${part}, ${which}, ${files} files`,
      counts: countsOf(some),
      ratio: ratios(some, bare, part === LANDING),
      reach: wanted,
    });
    return [row('first', [first], ''), row('later', later, reach)];
  };
  return [
    ...rows('create', ''),
    ...rows('start', ''),
    ...rows('ready for QA → queued', ''),
    ...rows(LANDING, '≤ 16 git, CPU ≤ 1.5 ×'),
    ...rows('cleaned, then quiet', ''),
    relandingRow(build, files, parts.get(`on the tip: ${LANDING}`) ?? []),
  ];
}

/** The tree that lands was proven before. */
function relandingRow(build: Build, files: number, some: readonly Measured[]): Row {
  const ms = median(some.map((one) => one.ms));
  return { what: `${build.name}: re-landing of a proven tree, ${files} files`, counts: countsOf(some), ratio: `${ms.toFixed(0)} ms`, reach: '0 gate runs' }; // prettier-ignore
}

function countsOf(some: readonly Measured[]): string {
  const most = (of: (one: Measured) => number): number => Math.max(...some.map(of));
  return `${most(({ calls }) => calls.length)} git, ${most(({ gates }) => gates)} gate runs`;
}

const LANDING = 'queued → cleaned';

/** CPU in milliseconds with its parts, and against bare git where there is something like it. */
function ratios(some: readonly Measured[], bare: Bare, isLike: boolean): string {
  const mean = (of: (one: Measured) => number | null): number | null =>
    some.reduce<number | null>((sum, one) => {
      const value = of(one);
      return sum === null || value === null ? null : sum + value / some.length;
    }, 0);
  const ms = median(some.map((one) => one.ms));
  const whole = mean((one) => wholeOf(one.cpu));
  const shown = (seconds: number | null): string => (seconds === null ? '–' : (seconds * 1000).toFixed(0));
  const cpu = [mean((one) => one.cpu?.own ?? null), mean((one) => one.cpu?.running ?? null), mean((one) => one.cpu?.ended ?? null)]; // prettier-ignore
  const spent = `CPU ${shown(whole)} ms (engine ${shown(cpu[0] ?? null)}, spawner ${shown(cpu[1] ?? null)}, git ${shown(cpu[2] ?? null)}), ${ms.toFixed(0)} ms`; // prettier-ignore
  if (!isLike) return spent;
  const ours = whole === null || bare.gate === null ? null : whole - bare.gate;
  return `CPU ${times(ours, bare.cpu)}, time ${times(ms, bare.ms)} of bare git (${shown(bare.cpu)} ms, ${bare.ms.toFixed(0)} ms); ${spent}`;
}
