import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { tallyReport, type Tally } from '../mocha/readReport';
import { reportVariable } from '../mocha/report';
import { projectRoot } from '../projectRoot';
import { stages, type Stage } from './stages';

/*
 * `npm test`, or `npm test -- NAME…` for some of it: one stage after the other, to the first that fails.
 * The last line is what all test runs counted.
 */

const reports = path.join(projectRoot, 'test-results', 'reports');

interface Outcome extends Tally {
  readonly name: string;
  readonly seconds: number;
  readonly failure: string | undefined;
}

async function runStages(chosen: readonly Stage[]): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const stage of chosen) {
    console.log(`\n== ${stage.name}`);
    const outcome = await runStage(stage);
    outcomes.push(outcome);
    console.log(`== ${stage.name}: ${outcome.failure ?? 'good'} (${outcome.seconds.toFixed(1)} s)`);
    if (outcome.failure !== undefined) break;
  }
  printSummary(outcomes, chosen.length);
  return outcomes.every(({ failure }) => failure === undefined);
}

async function runStage(stage: Stage): Promise<Outcome> {
  const started = performance.now();
  const report = path.join(reports, `${stage.name}.jsonl`);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const status = await runProgram(stage.command, report);
  const { tally, problem } = stage.testFolders
    ? readTally(report)
    : { tally: { passed: 0, failed: 0 }, problem: undefined };
  const failure = problem ?? (status === 0 ? undefined : `failed (${status})`);
  // A run that failed outside a test, in a hook or while loading, is a failure all the same.
  const failed = failure !== undefined && stage.testFolders ? Math.max(1, tally.failed) : tally.failed;
  return { name: stage.name, seconds: (performance.now() - started) / 1000, failure, passed: tally.passed, failed };
}

function readTally(report: string): { tally: Tally; problem: string | undefined } {
  try {
    return { tally: tallyReport(report), problem: undefined };
  } catch (error) {
    return { tally: { passed: 0, failed: 0 }, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The exit status, or the name of the signal that ended it. Tools of the project are found before the machine's. */
async function runProgram([program, ...args]: Stage['command'], report: string): Promise<number | string> {
  const tools = path.join(projectRoot, 'node_modules', '.bin');
  const child = spawn(program, args, {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32', // the tools are scripts there; every argument is a constant of ours
    env: {
      ...process.env,
      PATH: [tools, process.env['PATH'] ?? ''].join(path.delimiter),
      [reportVariable]: report,
    },
  });
  const pass = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGTERM', pass).on('SIGINT', pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
  } finally {
    process.off('SIGTERM', pass).off('SIGINT', pass);
  }
}

function printSummary(outcomes: readonly Outcome[], planned: number): void {
  console.log('');
  for (const { name, seconds, passed, failed, failure } of outcomes) {
    const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed` : '';
    console.log(
      [name.padEnd(12), seconds.toFixed(1).padStart(6), ' s  ', failure ?? 'good', counts && `  ${counts}`].join(''),
    );
  }
  if (outcomes.length < planned) console.log(`${planned - outcomes.length} of ${planned} stages were not run.`);
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
