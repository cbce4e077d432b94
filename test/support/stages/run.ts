import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { tallyReport, type Tally } from '../mocha/readReport';
import { reportVariable } from '../mocha/report';
import { projectRoot } from '../projectRoot';
import { makeMemoryFolder, removeMemoryFolder } from './memoryFolder';
import { stages, type Stage } from './stages';

/*
 * `npm test`, or `npm test -- NAME…` for some of it: one stage after the other, or two at a time where they write nothing.
 * What fails holds up only the stages that need it. The last line is what all test runs counted.
 */

/** Where tests write, if not where the system says. */
const memoryFolder = makeMemoryFolder();

const reports = path.join(projectRoot, 'test-results', 'reports');

/** How many stages run at a time where they may. */
const LANES = 2;

/** Somebody ended the run: what runs is ended with it, and nothing more begins. */
let isEnded = false;

interface Outcome extends Tally {
  readonly name: string;
  readonly seconds: number;
  readonly failure: string | undefined;
}

async function runStages(chosen: readonly Stage[]): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const batch of batchesOf(chosen)) {
    const waiting = [...batch];
    const lane = async (): Promise<void> => {
      for (let stage = waiting.shift(); stage !== undefined && !isEnded; stage = waiting.shift())
        outcomes.push(await runAndSay(stage, outcomes));
    };
    await Promise.all(Array.from({ length: Math.min(LANES, batch.length) }, lane));
  }
  if (isEnded) return false;
  printSlowest(outcomes);
  printFailures(outcomes);
  printSummary(outcomes);
  return outcomes.every(({ failure }) => failure === undefined);
}

/** Those that may run beside others, as far as they stand together; each of the others is alone. */
function batchesOf(chosen: readonly Stage[]): readonly (readonly Stage[])[] {
  const batches: Stage[][] = [];
  for (const stage of chosen) {
    const last = batches.at(-1);
    if (stage.besideOthers === true && last?.[0]?.besideOthers === true) last.push(stage);
    else batches.push([stage]);
  }
  return batches;
}

async function runAndSay(stage: Stage, before: readonly Outcome[]): Promise<Outcome> {
  const missing = before.filter(({ name, failure }) => failure !== undefined && stage.needs?.includes(name));
  console.log(`\n== ${stage.name}`);
  const outcome = missing.length > 0 ? notRun(stage, missing) : await runStage(stage);
  console.log(`== ${stage.name}: ${outcome.failure ?? 'good'} (${outcome.seconds.toFixed(1)} s)`);
  return outcome;
}

/** Tests that could not even run have not passed: one is counted as failed, so that no count hides them. */
function notRun(stage: Stage, missing: readonly Outcome[]): Outcome {
  const failure = `not run, because it needs ${missing.map(({ name }) => name).join(' and ')}`;
  return { name: stage.name, seconds: 0, failure, ...nothing, failed: stage.testFolders ? 1 : 0 };
}

async function runStage(stage: Stage): Promise<Outcome> {
  const started = performance.now();
  const report = path.join(reports, `${stage.name}.jsonl`);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const status = await runProgram(stage, report);
  const { tally, problem } = stage.testFolders ? readTally(report) : { tally: nothing, problem: undefined };
  const failure = problem ?? (status === 0 ? undefined : `failed (${status})`);
  // A run that failed outside a test, in a hook or while loading, is a failure all the same.
  const failed = failure !== undefined && stage.testFolders ? Math.max(1, tally.failed) : tally.failed;
  return { ...tally, name: stage.name, seconds: (performance.now() - started) / 1000, failure, failed };
}

const nothing: Tally = { passed: 0, failed: 0, tests: [], failures: [] };

function readTally(report: string): { tally: Tally; problem: string | undefined } {
  try {
    return { tally: tallyReport(report), problem: undefined };
  } catch (error) {
    return { tally: nothing, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The exit status, or the name of the signal that ended it. Tools of the project are found before the machine's. */
async function runProgram(
  { command: [program, ...args], besideOthers, testFolders }: Stage,
  report: string,
): Promise<number | string> {
  const tools = path.join(projectRoot, 'node_modules', '.bin');
  const child = spawn(program, args, {
    cwd: projectRoot,
    stdio: besideOthers === true ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32', // the tools are scripts there; every argument is a constant of ours
    env: {
      ...process.env,
      PATH: [tools, process.env['PATH'] ?? ''].join(path.delimiter),
      [reportVariable]: report,
      ...(memoryFolder === null || testFolders === undefined ? {} : { TMPDIR: memoryFolder }),
    },
  });
  const printed: Buffer[] = [];
  child.stdout?.on('data', (some: Buffer) => printed.push(some));
  child.stderr?.on('data', (some: Buffer) => printed.push(some));
  const end = (signal: NodeJS.Signals): void => {
    isEnded = true;
    child.kill(signal);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end);
    process.stdout.write(Buffer.concat(printed));
  }
}

/** Where the time goes: what a test costs everybody is seen at each run, not only when somebody measures. */
function printSlowest(outcomes: readonly Outcome[]): void {
  const tests = outcomes.flatMap(({ name, tests }) => tests.map((test) => ({ ...test, stage: name })));
  const slowest = tests.sort((a, b) => b.ms - a.ms).slice(0, 10);
  if (slowest.length === 0) return;
  console.log('\nThe slowest tests:');
  for (const { ms, stage, title } of slowest)
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${stage}: ${title}`);
}

/** Once more at the end: of a long log, the end is what is kept and read. */
function printFailures(outcomes: readonly Outcome[]): void {
  for (const { name, failures } of outcomes) {
    for (const { title, error } of failures)
      console.log(`\nFailed in ${name}: ${title}\n${error.split('\n').slice(0, 12).join('\n')}`);
  }
}

function printSummary(outcomes: readonly Outcome[]): void {
  console.log('');
  for (const { name, seconds, passed, failed, failure } of outcomes) {
    const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed` : '';
    console.log(
      [name.padEnd(12), seconds.toFixed(1).padStart(6), ' s  ', failure ?? 'good', counts && `  ${counts}`].join(''),
    );
  }
  const sum = (count: (outcome: Outcome) => number): number => outcomes.reduce((total, one) => total + count(one), 0);
  console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
}

/** A test file in a folder that no stage names would never run, and nobody would notice. */
function refuseForgottenTests(): void {
  const folders = new Set(stages.flatMap(({ testFolders = [] }) => testFolders));
  const files = readdirSync(path.join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' });
  const forgotten = files.filter((file) => /\.test\.tsx?$/.test(file) && !folders.has(file.split(path.sep)[0]!));
  if (forgotten.length > 0) throw new Error(`No stage runs ${forgotten.join(', ')}: add the folder to stages.ts.`);
}

function chooseStages(names: readonly string[]): readonly Stage[] {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  const known = stages.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`There is no stage ${unknown.join(', ')}; there are ${known}.`);
  return names.length === 0 ? stages : stages.filter(({ name }) => names.includes(name));
}

process.once('exit', () => {
  if (memoryFolder !== null) removeMemoryFolder(memoryFolder);
});
refuseForgottenTests();
runStages(chooseStages(process.argv.slice(2))).then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
