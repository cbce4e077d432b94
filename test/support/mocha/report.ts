import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Where a run writes its events; a run without it only prints. */
export const reportVariable = 'SWITCHYARD_TEST_REPORT';

export type ReportEvent =
  | { readonly kind: 'begin' }
  | { readonly kind: 'suite'; readonly title: string; readonly depth: number }
  | { readonly kind: 'pass'; readonly title: string; readonly depth: number; readonly ms: number }
  | { readonly kind: 'pending'; readonly title: string; readonly depth: number }
  | { readonly kind: 'fail'; readonly title: string; readonly depth: number; readonly error: string }
  | { readonly kind: 'end'; readonly passes: number; readonly failures: number; readonly pending: number };

const events = Mocha.Runner.constants;

/**
 * Prints like mocha's own `spec`, and writes each event as one line of JSON while the run goes on.
 * The file is what a runner believes: one that stops short of `end` tells of a host that died.
 */
export class Report extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env[reportVariable];
    if (file === undefined) return;
    const write = (event: ReportEvent): void => appendFileSync(file, `${JSON.stringify(event)}\n`);

    runner.on(events.EVENT_RUN_BEGIN, () => write({ kind: 'begin' }));
    runner.on(events.EVENT_SUITE_BEGIN, (suite) => {
      if (!suite.root) write({ kind: 'suite', title: suite.title, depth: depthOf(suite) });
    });
    runner.on(events.EVENT_TEST_PASS, (test) =>
      write({ kind: 'pass', title: test.title, depth: depthOf(test), ms: test.duration ?? 0 }),
    );
    runner.on(events.EVENT_TEST_PENDING, (test) => write({ kind: 'pending', title: test.title, depth: depthOf(test) }));
    runner.on(events.EVENT_TEST_FAIL, (test, error: unknown) =>
      write({ kind: 'fail', title: test.title, depth: depthOf(test), error: describe(error) }),
    );
    runner.on(events.EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      write({ kind: 'end', passes, failures, pending });
    });
  }
}

/** Files that run side by side come from other processes, and tell no place in the tree of suites. */
function depthOf(node: Partial<Pick<Mocha.Suite, 'titlePath'>>): number {
  return node.titlePath?.().length ?? 1;
}

/** What comes from another process, as the errors of files that run side by side do, has only the form of an error. */
function describe(thrown: unknown): string {
  const error = thrown as Partial<Error> | null | undefined;
  if (typeof error?.message !== 'string') return String(thrown);
  return error.stack?.includes(error.message) ? error.stack : `${error.message}\n${error.stack ?? ''}`;
}
