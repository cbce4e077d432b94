import { existsSync, readFileSync } from 'node:fs';
import type { ReportEvent } from './report';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Those that passed, with what each took, hooks left out. */
  readonly tests: readonly { readonly title: string; readonly ms: number }[];
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

/** The events so far; a last line that is still being written is left for the next call. */
export function readEvents(file: string): ReportEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ReportEvent);
}

/** What a finished run counted. Throws where the file is missing, stops short, or tells of no test. */
export function tallyReport(file: string): Tally {
  const events = readEvents(file);
  if (events.length === 0) throw new Error(`No test report was written to ${file}: mocha never started.`);
  const tests = events.filter((event) => event.kind === 'pass').map(({ title, ms }) => ({ title, ms }));
  const passed = tests.length;
  const failures = events.filter((event) => event.kind === 'fail').map(({ title, error }) => ({ title, error }));
  const failed = failures.length;
  if (events.at(-1)?.kind !== 'end')
    throw new Error(`The test run stopped in the middle, after ${passed} passed and ${failed} failed.`);
  if (passed + failed === 0) throw new Error('No test ran.');
  return { passed, failed, tests, failures };
}

export function printEvent(event: ReportEvent): void {
  switch (event.kind) {
    case 'suite':
      console.log(indent(event.depth, event.title));
      return;
    case 'pass':
      console.log(indent(event.depth, `✔ ${event.title} (${event.ms} ms)`));
      return;
    case 'pending':
      console.log(indent(event.depth, `- ${event.title}`));
      return;
    case 'fail':
      console.log(indent(event.depth, `✘ ${event.title}`));
      console.log(indent(event.depth + 1, event.error));
      return;
    case 'begin':
    case 'end':
      return;
    default:
      event satisfies never;
  }
}

function indent(depth: number, text: string): string {
  const margin = '  '.repeat(depth);
  return text.replaceAll(/^/gm, margin);
}
