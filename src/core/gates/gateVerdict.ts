import type { RunOutcome } from '../pipeline/runOutcome';
import type { GateResult } from '../landing/job';
import { testsSeen } from './testSummaries';

/** What a gate did. `output` may be all it printed, or only the lines that `summaryLines` keeps of it and its end. */
export interface GateRun {
  readonly gate: string;
  readonly outcome: RunOutcome;
  readonly output: string;
  readonly leftBehind: readonly number[];
  /** Its output says that a port was taken. */
  readonly addressInUse?: boolean;
}

export type GateVerdict = Pick<GateResult, 'verdict' | 'detail'>;

/** Exit codes by which sh and cmd.exe say that they could not start a program. */
const NOT_FOUND_CODES = [126, 127, 9009];

/** Runners that fail when they find no test. Others exit with an error for another reason, so theirs is a failure. */
const FAIL_WITHOUT_TESTS = [
  'jest',
  'vitest',
  'mocha',
  'pytest',
  'unittest',
  'playwright',
  'ava',
  'phpunit',
  'cargo nextest',
  'ctest',
];

/**
 * Whether a gate proved something. Exit code 0 alone does not: a runner that found no test proved nothing. A gate that is
 * not there, or ran too long, says nothing about the story; only `failed` does.
 */
export function judgeGate({ gate, outcome, output, leftBehind, addressInUse = false }: GateRun): GateVerdict {
  switch (outcome.kind) {
    case 'exited':
      if (addressInUse && outcome.code !== 0) {
        const what = 'A program of this machine has it: end it, or let the gate use SWITCHYARD_PORT.';
        return { verdict: 'addressInUse', detail: `Gate ${gate} found its network address in use. ${what}` };
      }
      return judgeExit(gate, outcome.code, output, leftBehind);
    case 'notFound':
      return notFound(gate, `no program named ${outcome.program}`);
    case 'killed':
      return { verdict: 'failed', detail: `Gate ${gate} was ended by signal ${outcome.signal}.` };
    case 'timedOut':
      return {
        verdict: 'timedOut',
        detail: `Gate ${gate} ran longer than ${seconds(outcome.afterMs)} and was ended${behind(leftBehind)}.`,
      };
    case 'silent':
      return {
        verdict: 'timedOut',
        detail: `Gate ${gate} printed nothing for ${seconds(outcome.afterMs)} and was ended${behind(leftBehind)}.`,
      };
    case 'stopped':
      return { verdict: 'stopped', detail: `Gate ${gate} was stopped.` };
    case 'lost':
      return {
        verdict: 'lost',
        detail: `How gate ${gate} ended is not known: the process that had started it died. Run it again.`,
      };
    default:
      return outcome satisfies never;
  }
}

function judgeExit(gate: string, code: number, output: string, leftBehind: readonly number[]): GateVerdict {
  if (NOT_FOUND_CODES.includes(code)) {
    const why = shellsWords(output) ?? `exit code ${code} means that its shell could not start a program`;
    return notFound(gate, why);
  }
  const tests = testsSeen(output);
  if (tests.kind === 'none' && (code === 0 || FAIL_WITHOUT_TESTS.includes(tests.runner))) {
    return {
      verdict: 'ranNoTest',
      detail: `Gate ${gate} ran no test, so it proved nothing (${tests.runner}, exit code ${code}).`,
    };
  }
  if (code !== 0) return { verdict: 'failed', detail: `Gate ${gate} exited with code ${code}.` };
  const more = leftBehind.length === 0 ? '' : ` It left ${processes(leftBehind)} behind, now ended.`;
  return { verdict: 'passed', detail: `Gate ${gate} passed.${more}` };
}

function notFound(gate: string, why: string): GateVerdict {
  return { verdict: 'notFound', detail: `Gate ${gate} was not found: ${why}. Check the gate's command.` };
}

/** The program that sh, bash, zsh or cmd.exe says it did not find. */
function shellsWords(output: string): string | null {
  const end = output.slice(-4000);
  const unix = /(?:^|[\s:])([^\s:]{1,200}): (?:command )?not found\s*$/m.exec(end)?.[1];
  const zsh = /command not found: (\S{1,200})/.exec(end)?.[1];
  const windows = /'([^']{1,200})' is not recognized as an internal or external command/.exec(end)?.[1];
  const program = zsh ?? unix ?? windows;
  return program === undefined ? null : `no program named ${program}`;
}

function behind(leftBehind: readonly number[]): string {
  return leftBehind.length === 0 ? '' : `, with ${processes(leftBehind)} it had left behind`;
}

function processes({ length }: readonly number[]): string {
  return length === 1 ? '1 process' : `${length} processes`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
