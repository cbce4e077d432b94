import { flakeHistory, isFlakeLikelier } from '../core/gates/flaky';
import { testVerdicts, type TestVerdicts } from '../core/gates/reports/testVerdicts';
import type { TestResult } from '../core/gates/reports/testResult';
import { likelyFlakyTests } from '../core/gates/testFlakes';
import { reusable, type BuildsOn } from '../core/gates/reuse';
import type { VerdictKey, VerdictRecord } from '../core/gates/verdictRecord';
import type { GateResult } from '../core/landing/job';
import { localClock, localMoment } from '../core/words/localMoment';
import type { Verdicts } from '../ports/verdicts';
import type { Gate } from './chooseGates';
import { definitionsOf, platformOf, type GateGround } from './gateKeys';
import type { GateRan } from './gatesRequest';

/** So many of the last runs, of all gates, say how flaky a gate is. */
const HISTORY = 2000;

/** What a proof is of. */
export interface Proven {
  readonly of: VerdictRecord['of'];
  readonly commit: string;
  readonly tree: string;
  /** Null where it is of no story. */
  readonly story: { readonly key: string; readonly number: number } | null;
}

export interface PlanPorts {
  readonly verdicts: Verdicts;
  readonly ground: GateGround;
  /** Verdicts of runs that began earlier (ISO 8601) are not taken; null for no such bound. */
  readonly notBefore: string | null;
  readonly buildsOn: BuildsOn;
  /** See `RunRequest.alike`. */
  readonly alike?: ReadonlyMap<string, string>;
}

/** What is known of the gates of one proof, and how a run of one is recorded. */
export class ProofPlan {
  private constructor(
    readonly proven: Proven,
    private readonly keys: ReadonlyMap<string, VerdictKey>,
    /** Results of gates that need not run, by name. */
    readonly reused: ReadonlyMap<string, GateResult>,
    /** Gates whose red is rather a flake than a fault, by all that was known before this proof. */
    readonly likelyFlaky: ReadonlySet<string>,
    /** As `likelyFlaky`, of single tests, by gate. */
    readonly likelyFlakyTests: ReadonlyMap<string, ReadonlySet<string>>,
    private readonly verdicts: Pick<Verdicts, 'known'>,
  ) {}

  /** `gates` are all that are configured before the landing, in order; of these those named in `skipped` do not run. */
  static async of(
    gates: readonly Gate[],
    skipped: ReadonlyMap<string, string>,
    proven: Proven,
    { verdicts, ground, notBefore, buildsOn, alike }: PlanPorts,
  ): Promise<ProofPlan> {
    const definitions = definitionsOf(gates, buildsOn);
    const keys = new Map<string, VerdictKey>();
    for (const gate of gates) {
      const definition = definitions.get(gate.name) ?? '';
      const platform = await platformOf(gate, ground);
      keys.set(gate.name, { tree: proven.tree, gate: gate.name, definition, platform });
    }
    const running = gates
      .filter(({ name }) => !skipped.has(name))
      .map((gate) => {
        const key = keys.get(gate.name);
        const own = key === undefined ? [] : verdicts.known(key);
        const tree = alike?.get(gate.name);
        const isKnown = key === undefined || tree === undefined || own.length > 0;
        return { ...gate, known: isKnown ? own : verdicts.known({ ...key, tree }) };
      });
    const runs = reusable(running, { notBefore, buildsOn });
    const results = running.flatMap(({ name, command }) => {
      const run = runs.get(name);
      const key = keys.get(name);
      if (run === undefined || key === undefined) return [];
      const { tree } = run;
      const reds = verdicts.known({ ...key, tree }).filter(({ verdict }) => verdict === 'failed').length;
      return [[name, resultOf(name, command, { run, reds, ...(tree !== proven.tree && { tree }) })] as const];
    });
    const history = verdicts.recent(HISTORY);
    const flaky = gates.filter(({ name }) => isFlakeLikelier(flakeHistory(history, name)));
    const tests = new Map(gates.map(({ name }) => [name, likelyFlakyTests(history, name)]));
    return new ProofPlan(proven, keys, new Map(results), new Set(flaky.map(({ name }) => name)), tests, verdicts);
  }

  judgeTests({ name }: Gate, tests: readonly TestResult[]): TestVerdicts {
    const key = this.keys.get(name);
    const before = key === undefined ? [] : this.verdicts.known(key);
    return testVerdicts(tests, new Set(before.flatMap((run) => run.tests?.failed ?? [])));
  }

  recordOf({ gate, result, startedAt, run, digest, beside, attempt, tests }: GateRan): VerdictRecord {
    const { of, commit, tree, story } = this.proven;
    const key = this.keys.get(gate.name);
    const { command, verdict, ms } = result;
    return {
      kind: 'gate',
      key: story?.key ?? null,
      number: story?.number ?? null,
      at: new Date(startedAt).toISOString(),
      ...{ of, commit, tree, gate: gate.name, command, verdict, ms, run, digest, beside, attempt },
      definition: key?.definition ?? '',
      platform: key?.platform ?? '',
      ...(tests !== null && { tests }),
    };
  }
}

/** `reds`: how often it was red before on the same files. `tree`: where it ran, unless that is what is proven. */
function resultOf(
  gate: string,
  command: string,
  { run, reds, ...where }: { run: VerdictRecord; reds: number; tree?: string },
): GateResult {
  const { at, ms } = run;
  const onRun = reds === 0 ? '' : `, on run ${reds + 1}`;
  const detail = `Gate ${gate} passed before on these very files, ${momentOf(at)}${onRun}, so it did not run again.`;
  const attempts = reds === 0 ? {} : { attempts: reds + 1 };
  return { gate, command, verdict: 'passed', detail, ms: 0, reused: { at, run: run.run, ms, ...where }, ...attempts };
}

/** `at 14:02` of today, else with its day; by the clock of this machine. */
function momentOf(at: string): string {
  const [then, now] = [new Date(at), new Date()];
  if (then.toDateString() === now.toDateString()) return `at ${localClock(at)}`;
  return `on ${localMoment(at).slice(0, 10)} at ${localClock(at)}`;
}
