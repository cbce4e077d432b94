import { join, sep } from 'node:path';
import { asError } from '../base/messageOf';
import { judgeGate } from '../core/gates/gateVerdict';
import { NOTHING_ASIDE, onlyAsideFailed } from '../core/gates/quarantine';
import { failedWords, testVerdicts, type TestVerdicts } from '../core/gates/reports/testVerdicts';
import type { GateResult } from '../core/landing/job';
import { namesOf } from '../core/words/durations';
import type { TreeState } from '../ports/gateTrees';
import type { Gate } from './chooseGates';
import type { Turn } from './gateTurns';
import { OutputSummary } from './outputSummary';
import type { GateRan, GatesRequest, GateTree } from './gatesRequest';
import { runSetUp } from './runSetUp';
import { OutputTail } from './outputTail';
import { TapOutput } from './tapOutput';
import { TestReport } from './testReport';
import { undoShared } from './undoShared';

export interface LaneRequest extends Omit<
  GatesRequest,
  'gates' | 'skipped' | 'reused' | 'parallel' | 'anotherTree' | 'output'
> {
  readonly tree: GateTree;
  /** What was said to be kept from the environment of gates; once is enough. */
  readonly takenOut: Set<string>;
  /** How many gates there are. */
  readonly total: number;
  /** Nothing builds on what a gate leaves in this tree. */
  readonly isLast: (gate: Gate) => boolean;
}

/** Where a gate's run may say what its single tests said. */
interface Printed {
  readonly report: TestReport | null;
  readonly tap: TapOutput;
  readonly tail: OutputTail;
  readonly verdict: GateResult['verdict'];
}

/** Runs gates one after another in one tree, each on files that equal the commit. */
export class GateLane {
  #write: (text: string) => void = () => undefined;
  #isSetUp = false;
  /** What the last run of each gate said of single tests. */
  readonly #tests = new Map<Gate, TestVerdicts>();
  /** Null: a gate has run, and nobody has looked since. */
  #tree: TreeState | null = { kind: 'asCommit' };

  constructor(private readonly request: LaneRequest) {}

  /**
   * A gate that ran beside another and found its address in use says nothing yet: it runs once more when it is alone. So
   * does one whose red is rather a flake than a fault, on the same files. Null when it was stopped before it could begin.
   */
  async run(gate: Gate, index: number, write: (text: string) => void): Promise<GateResult | null> {
    this.#write = write;
    const failed = await this.#setUp(gate);
    if (failed !== null) return failed;
    const first = await this.#turn(gate, index, 1, gate.exclusive ? 'alone' : 'beside others');
    if (first === null) return null;
    const { result, hadCompany } = first;
    if (result.verdict === 'addressInUse' && hadCompany) {
      this.#say(`Gate ${gate.name} ran beside another gate. It runs again when that one has ended.\n\n`);
      return (await this.#turn(gate, index, 2, 'alone'))?.result ?? null;
    }
    if (result.verdict !== 'failed' || !this.#isLikelyFlake(gate)) return result;
    this.#say(`Gate ${gate.name} was red and passed on the same files before, so it runs once more on these.\n\n`);
    const second = await this.#turn(gate, index, 2, gate.exclusive ? 'alone' : 'beside others');
    if (second === null) return null;
    const both = onRun2(result, second.result);
    // The last line of an output is what is shown of it.
    this.#say(`${both.detail}\n\n`);
    return both;
  }

  /** What the last run of a gate in this tree said of single tests. */
  testsOf(gate: Gate): TestVerdicts | undefined {
    return this.#tests.get(gate);
  }

  /** By the history of the gate, or of each test that failed. What is quarantined anyway is not asked again. */
  #isLikelyFlake(gate: Gate): boolean {
    const { likelyFlaky, likelyFlakyTests, aside = NOTHING_ASIDE } = this.request;
    const tests = this.#tests.get(gate);
    if (onlyAsideFailed(gate.name, tests, aside)) return false;
    if (likelyFlaky?.has(gate.name) === true) return true;
    const likely = likelyFlakyTests?.get(gate.name);
    if (tests === undefined || likely === undefined || tests.failed.length === 0 || tests.failedMore > 0) return false;
    return tests.failed.every((name) => likely.has(name));
  }

  /** Makes the tree ready before its first gate; a result where that did not work. */
  async #setUp(gate: Gate): Promise<GateResult | null> {
    const { tree, label } = this.request;
    const { setUp = [] } = gate;
    if (this.#isSetUp || setUp.length === 0) return null;
    this.#isSetUp = true;
    this.#tree = null;
    const env = { CI: 'true', SWITCHYARD_COMMIT: tree.commit };
    const named = { label: `set-up for ${label}`, write: (text: string) => this.#say(text) };
    const outcome = await runSetUp({ ...this.request, ...named, commands: setUp, folder: tree.folder, env });
    if (outcome.kind === 'done') return null;
    const about = { gate: gate.name, command: gate.command, ms: 0 };
    if (outcome.kind === 'stopped') return { ...about, verdict: 'stopped', detail: 'The set-up was stopped.' };
    const detail = `Gate ${gate.name} did not run, because its worktree could not be set up: ${outcome.detail}`;
    return { ...about, verdict: 'setUpFailed', detail };
  }

  async #turn(
    gate: Gate,
    index: number,
    attempt: number,
    how: 'alone' | 'beside others',
  ): Promise<{ result: GateResult; hadCompany: boolean } | null> {
    const { turns, signal, total, onProgress, onRan, now } = this.request;
    const identity = `${gate.name}\n${gate.argv.join('\0')}`;
    const { resources = [] } = gate;
    const turn: Turn | null = await turns.begin({ gate: identity, exclusive: how === 'alone', resources, signal });
    if (turn === null) return null;
    try {
      await this.#makeReady();
      const startedAt = now();
      onProgress({ gate: gate.name, index, total, startedAt });
      const { result, run, digest } = await this.#run(gate);
      const tests = this.#tests.get(gate) ?? null;
      onRan({ gate, result, startedAt, run, digest, beside: turn.beside(), attempt, tests });
      return { result, hadCompany: turn.hadCompany() };
    } finally {
      turn.end();
    }
  }

  /** Before each gate HEAD, index and files equal the commit; where the last look found so, nothing has to be done. */
  async #makeReady(): Promise<void> {
    if (this.#tree?.kind !== 'asCommit') await this.request.tree.restore();
    this.#tree = null;
  }

  async #run(gate: Gate): Promise<Pick<GateRan, 'result' | 'run' | 'digest'>> {
    const { tree, processes, signal, label, log, newRunId, watchShared } = this.request;
    const summary = new OutputSummary();
    const printed = { tap: new TapOutput(), tail: new OutputTail() };
    const report = gate.report === undefined ? null : await TestReport.at(tree.folder, gate.report);
    const id = newRunId();
    this.#say(`$ ${gate.command}\n`);
    const watch = await watchShared(id, tree.folder);
    const run = processes.run({
      id,
      command: gate.argv,
      cwd: tree.folder,
      env: { CI: 'true', SWITCHYARD_GATE: gate.name, SWITCHYARD_COMMIT: tree.commit, ...watch.env },
      timeoutMs: gate.timeoutMs,
      silenceMs: null,
      onOutput: (text) => {
        this.#say(text);
        summary.write(text);
        printed.tap.write(text);
        if (report === null) printed.tail.write(text);
      },
      onTakenOut: (line) => this.#sayTakenOut(line),
      signal,
      label: `gate ${gate.name}, ${label}`,
    });
    const undone = await run.then(
      () => undoShared(watch, log, label),
      (error: unknown) => undoShared(watch, log, label).then(() => Promise.reject(asError(error))),
    );
    const { outcome, leftBehind, durationMs } = await run;
    const judged = judgeGate({
      gate: gate.name,
      outcome,
      output: summary.text(),
      leftBehind,
      addressInUse: summary.addressInUse(),
    });
    const { verdict, detail } = judged.verdict === 'passed' ? await this.#lookAtTree(gate, judged) : judged;
    // Where it did not end by itself, or is red for what it left, single tests do not say why.
    const isByTests = outcome.kind === 'exited' && verdict === judged.verdict;
    const tests = isByTests ? await this.#readTests(gate, { report, ...printed, verdict }) : this.#forgetTests(gate);
    const told = [withTests(detail, verdict, tests), ...undone].join(' ');
    this.#say(`${summary.endsLine() ? '' : '\n'}${told}\n\n`);
    const result = { gate: gate.name, command: gate.command, verdict, detail: told, ms: durationMs };
    return { result, run: id, digest: summary.digest() };
  }

  #forgetTests(gate: Gate): null {
    this.#tests.delete(gate);
    return null;
  }

  /**
   * A report that cannot be read is said, and the exit code alone counts. Where there is none, and the output is no TAP, a red
   * gate's own words are read.
   */
  async #readTests(gate: Gate, { report, tap, tail, verdict }: Printed): Promise<TestVerdicts | null> {
    this.#forgetTests(gate);
    const reading = report === null ? tap.read() : await report.read();
    if (reading?.kind === 'unreadable') {
      this.#say(`The report of gate ${gate.name} is not read: ${reading.why}.\n`);
      return null;
    }
    const judge = this.request.judgeTests ?? ((_, tests) => testVerdicts(tests, new Set()));
    const isPrinted = report === null && verdict === 'failed';
    // A file that fails as a whole is named by its path, and a test is known by its name in whatever tree it ran.
    const bare = (text: string): string => text.replaceAll(join(this.request.tree.folder, sep), '');
    const named = reading?.tests.map((test) => ({ ...test, name: bare(test.name) }));
    const tests = named !== undefined ? judge(gate, named) : isPrinted ? await printedIn(bare(tail.text())) : null;
    if (tests !== null) this.#tests.set(gate, tests);
    return tests;
  }

  /** A gate that passed by changing what it was to prove has proven something else. */
  async #lookAtTree(gate: Gate, passed: Pick<GateResult, 'verdict' | 'detail'>): Promise<typeof passed> {
    // Nothing builds on what the last one leaves; whether it kept the files of the commit is what counts.
    const files = this.request.isLast(gate) ? 'tracked' : 'all';
    const left = await this.request.tree.look(files);
    if (files === 'all') this.#tree = left;
    if (left.kind === 'asCommit') return passed;
    const { tracked: changed, meddled } = left;
    const told =
      meddled.length === 0
        ? ''
        : ` It changed how git works in its worktree (${namesOf(meddled)}); that worktree is made anew.`;
    if (told !== '') this.request.log.warn(`[gates] ${this.request.label}, gate ${gate.name}:${told}`);
    if (changed.length === 0) return { ...passed, detail: `${passed.detail}${told}` };
    if (gate.writes) return { ...passed, detail: `${passed.detail} It changed ${namesOf(changed)}, as it may.${told}` };
    return {
      verdict: 'failed',
      detail:
        `Gate ${gate.name} changed ${namesOf(changed)}, so what passed is not what would land. ` +
        `Commit what it makes, or say "writes: true" for it.${told}`,
    };
  }

  #sayTakenOut(line: string): void {
    const { takenOut } = this.request;
    if (takenOut.size === 0) this.#say(line);
    takenOut.add(line);
  }

  #say(text: string): void {
    this.#write(text);
  }
}

/** Loaded where a gate is red. */
async function printedIn(output: string): Promise<TestVerdicts | null> {
  const { readPrinted } = await import('../core/gates/reports/printed/readPrinted');
  return readPrinted(output);
}

/** `Gate test exited with code 1: 2 of 40 tests failed: cart › adds and cart › rounds.` */
function withTests(detail: string, verdict: GateResult['verdict'], tests: TestVerdicts | null): string {
  const failed = verdict === 'failed' && tests !== null ? failedWords(tests) : null;
  return failed === null ? detail : `${detail.replace(/\.$/, '')}: ${failed}.`;
}

function onRun2(first: GateResult, second: GateResult): GateResult {
  const said = second.verdict === 'passed' ? `Gate ${second.gate} passed on run 2.` : `On run 2: ${second.detail}`;
  const more = second.verdict === 'passed' ? second.detail.replace(`Gate ${second.gate} passed.`, '').trimEnd() : '';
  return { ...second, detail: `${said} Run 1: ${first.detail}${more}`, attempts: 2 };
}
