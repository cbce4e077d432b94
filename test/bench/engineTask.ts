// A real engine in a process of its own, run from a built bundle, so that two versions can be measured side by side.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { QueueBounds } from '../../src/core/pipeline/policy';
import type { Engine } from '../../src/engine/engine';
import type { Session } from '../../src/session/session';
import { readLog } from '../../src/store/log/recordFormat';
import { openBundle } from '../support/openBundle';
import { waitFor } from '../support/waitFor';
import { cpuBetween, cpuOfTree, type CpuOfTree } from './processTree';
import { ballast, standstill, timeStarts } from './standstill';
import { TracedGit } from './tracedGit';

/** What is asked of the process; JSON in its first argument. `dist` is a folder of built bundles. */
export interface EngineTask {
  readonly dist: string;
  readonly repository: string;
  readonly scratch: string;
  readonly gates: unknown;
  readonly scenario:
    /**
     * `turns`: stories, one after another, each behind a target that moved since it began. `onTip`: so many more, whose tree
     * is the one that lands. `ballast`: megabytes that the process holds meanwhile.
     */
    | { readonly kind: 'landing'; readonly turns: number; readonly onTip?: number; readonly ballast?: number }
    | { readonly kind: 'outsideCommit'; readonly stories: number }
    /** Opened again with so many stories, until the first board is there. */
    | { readonly kind: 'firstBoard'; readonly stories: number }
    | { readonly kind: 'idle'; readonly stories: number; readonly ms: number }
    /** So many stories come to the queue at once, and all of them land. */
    | { readonly kind: 'queue'; readonly stories: number; readonly queue: QueueBounds };
}

/** One measured part; in a landing there is one for each turn. `cpu` in seconds, null where it cannot be measured. */
export interface Measured {
  readonly part: string;
  readonly calls: readonly string[];
  /** How many gates ran. */
  readonly gates: number;
  readonly ms: number;
  readonly cpu: CpuOfTree | null;
  /** How long (ms) the engine's own process stood still for starting programs. */
  readonly standstill: number;
  /** The longest that the loop was blocked in one piece (ms); looked for only where a first board is made. */
  readonly longestBlock: number;
  /** After how long (ms) each story had landed, the first first; of a queue alone. */
  readonly waits?: readonly number[];
}

const task = JSON.parse(process.argv[2] ?? '') as EngineTask;
const git = new TracedGit(task.scratch);
// What the engine hands on to git.
process.env['GIT_CONFIG_GLOBAL'] = git.settings;
const measured: Measured[] = [];

async function measure<T>(part: string, work: () => Promise<T>): Promise<T> {
  const [from, gates, cpu, stood, started] = [git.bytes, gateRuns(), cpuOfTree(), standstill(), performance.now()];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  // It wakes the process all the time, which would count as the engine's work.
  if (task.scenario.kind === 'firstBoard') delay.enable();
  const result = await work();
  delay.disable();
  const [ms, cpuNow] = [performance.now() - started, cpuOfTree()];
  measured.push({
    part,
    calls: git.calls(from),
    gates: gateRuns() - gates,
    ms,
    cpu: cpuBetween(cpu, cpuNow),
    standstill: standstill() - stood,
    longestBlock: delay.max / 1e6,
  });
  return result;
}

/** Gates that ran so far, by the ledger. */
function gateRuns(): number {
  const file = path.join(task.repository, '.git', 'switchyard', 'runs.log');
  const records = existsSync(file) ? readLog(readFileSync(file)).records : [];
  return records.filter((record) => record.includes('"kind":"gate"')).length;
}

function open(): Promise<Session> {
  const silent = () => undefined;
  const { dist, repository, gates, scenario } = task;
  return openBundle(
    { repository, bundle: path.join(dist, 'engine.js'), wasmPath: path.join(dist, 'sql-wasm.wasm') },
    { gates, ...(scenario.kind === 'queue' ? { queue: scenario.queue } : {}) },
    {
      debug: silent,
      info: silent,
      warn: (text) => process.stderr.write(`warn ${text}\n`),
      error: (text) => process.stderr.write(`error ${text}\n`),
    },
  );
}

function engineOf(session: Session): Engine {
  const engine = session.engine();
  if (engine === null) throw new Error(session.problem()?.message ?? 'another process leads');
  return engine;
}

function must<T extends { kind: string; message?: string }>(outcome: T): Exclude<T, { kind: 'refused' }> {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome as Exclude<T, { kind: 'refused' }>;
}

/** Nothing was started for this long (ms): what was to be done has been done. */
const QUIET_MS = 1500;

async function untilQuiet(): Promise<void> {
  let [bytes, since] = [git.bytes, Date.now()];
  await waitFor(
    'a quiet engine',
    () => {
      if (git.bytes !== bytes) [bytes, since] = [git.bytes, Date.now()];
      return Date.now() - since > QUIET_MS;
    },
    { deadlineMs: 120_000 },
  );
}

async function landing(engine: Engine, turn: number, stands: 'behind the target' | 'on its tip'): Promise<void> {
  const name = (part: string): string => (stands === 'on its tip' ? `on the tip: ${part}` : part);
  await untilQuiet();
  const create = () => engine.createStory({ title: `Change file ${turn}`, type: 'story', body: '- [ ] it works' });
  const { story } = must(await measure(name('create'), create));
  const stage = () => engine.stories().find((one) => one.key === story.key)?.stage.name;
  await measure(name('create, then quiet'), untilQuiet);
  must(await measure(name('start'), () => engine.perform(story.key, { event: 'Start' })));
  await measure(name('start, then quiet'), untilQuiet);
  const worktree = (await engine.worktreeOf(story.key)) ?? '';
  commitIn(worktree, `changed-${turn}.txt`);
  if (stands === 'behind the target') commitIn(task.repository, `beside-${turn}.txt`);
  await untilQuiet();
  await measure(name('ready for QA → queued'), async () => {
    must(await engine.perform(story.key, { event: 'GatesStarted' }));
    await waitForStage(engine, () => stage() === 'Merge' || stage() === 'Done');
  });
  await measure(name('queued → cleaned'), () =>
    waitForStage(engine, () => stage() === 'Done' && engine.questions.mergeStatus(story.key).kind !== 'running'),
  );
  await measure(name('cleaned, then quiet'), untilQuiet);
}

function commitIn(folder: string, name: string): void {
  writeFileSync(path.join(folder, name), 'changed\n');
  execFileSync('git', ['-C', folder, 'add', name]);
  execFileSync('git', ['-C', folder, 'commit', '-qm', `Change ${name}`]);
}

async function waitForStage(engine: Engine, is: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => is() && resolve();
    engine.onDidChange(look);
    look();
  });
}

async function seed(engine: Engine, stories: number): Promise<void> {
  for (let at = 0; at < stories; at += 1)
    must(await engine.createStory({ title: `Story ${at}`, type: 'story', body: '- [ ] it works' }));
  await untilQuiet();
}

async function outsideCommit(engine: Engine, stories: number): Promise<void> {
  await seed(engine, stories);
  await measure('outside commit', async () => {
    execFileSync('git', ['-C', task.repository, 'commit', '--allow-empty', '-qm', 'Meanwhile']);
    const tip = execFileSync('git', ['-C', task.repository, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    await waitForStage(engine, () => engine.model()?.target?.tip === tip);
    await untilQuiet();
  });
}

async function queue(engine: Engine, stories: number): Promise<void> {
  const keys: string[] = [];
  for (let at = 0; at < stories; at += 1) {
    const { story } = must(await engine.createStory({ title: `Story ${at}`, type: 'story', body: '' }));
    must(await engine.perform(story.key, { event: 'Start' }));
    commitIn((await engine.worktreeOf(story.key)) ?? '', `changed-${at}.txt`);
    keys.push(story.key);
  }
  await untilQuiet();
  const part = 'queued → all landed';
  const waits = await measure(part, async () => {
    for (const key of keys) must(await engine.perform(key, { event: 'QaSkipped' }));
    return waitsUntilLanded(engine);
  });
  const at = measured.findIndex((one) => one.part === part);
  measured.splice(at, 1, ...measured.slice(at, at + 1).map((one) => ({ ...one, waits })));
}

/** When (ms from now) each story of the engine has landed. */
async function waitsUntilLanded(engine: Engine): Promise<number[]> {
  const [started, waits] = [performance.now(), new Map<string, number>()];
  await waitForStage(engine, () => {
    for (const { key, stage } of engine.stories())
      if (stage.name === 'Done' && !waits.has(key)) waits.set(key, performance.now() - started);
    return waits.size === engine.stories().length;
  });
  return [...waits.values()];
}

async function main(): Promise<void> {
  const { scenario } = task;
  const held = ballast(scenario.kind === 'landing' ? (scenario.ballast ?? 0) : 0);
  timeStarts();
  let session = await measure('open', open);
  const engine = engineOf(session);
  await waitForStage(engine, () => engine.model() !== null);
  switch (scenario.kind) {
    case 'landing':
      for (let turn = 0; turn < scenario.turns; turn += 1) await landing(engine, turn, 'behind the target');
      for (let turn = 0; turn < (scenario.onTip ?? 0); turn += 1)
        await landing(engine, scenario.turns + turn, 'on its tip');
      break;
    case 'outsideCommit':
      await outsideCommit(engine, scenario.stories);
      break;
    case 'firstBoard':
      await seed(engine, scenario.stories);
      await session.dispose();
      session = await measure('first board', async () => {
        const again = await open();
        await waitForStage(engineOf(again), () => again.model() !== null);
        return again;
      });
      break;
    case 'queue':
      await queue(engine, scenario.stories);
      break;
    case 'idle':
      await seed(engine, scenario.stories);
      await measure('idle', () => new Promise((resolve) => setTimeout(resolve, scenario.ms)));
      break;
  }
  await session.dispose();
  held.length = 0;
  process.stdout.write(JSON.stringify(measured));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
