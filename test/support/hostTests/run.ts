import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeSampleRepository } from '../sampleProject';
import { printEvent, readEvents, tallyReport, type Tally } from '../mocha/readReport';
import { reportVariable } from '../mocha/report';
import { projectRoot } from '../projectRoot';
import { withRunScope, type RunScope } from '../runScope';
import { waitFor } from '../waitFor';
import { browserLane } from './browserLane';
import { desktopLane, findDesktop } from './desktopLane';
import type { Lane } from './lane';

/** Runs the bundled host tests in a real VS Code, prints them, and fails unless at least one passed and none failed. */
async function runHostTests(): Promise<Tally> {
  const lane = await chooseLane();
  console.log(`Host tests run in: ${lane.name}`);
  return withRunScope(async (scope) => {
    const report = process.env[reportVariable] ?? scope.path('report.jsonl');
    const repository = await makeSampleRepository(scope.path('greeter'));
    const live = printWhileRunning(report);
    try {
      await startsIn(
        report,
        lane.runTests({
          scope,
          repository: repository.folder,
          testModule: path.join(projectRoot, 'out', 'host', 'index.js'),
          env: {
            [reportVariable]: report,
            SWITCHYARD_TEST_REPOSITORY: repository.folder,
            SWITCHYARD_TEST_SCRATCH: scope.path('scratch'),
            SWITCHYARD_TEST_SUPPORT: path.join(projectRoot, 'test', 'support'),
            ...(lane.vscodeVersion === undefined ? {} : { SWITCHYARD_TEST_VSCODE_VERSION: lane.vscodeVersion }),
            ...(process.env['SWITCHYARD_TEST_GREP']
              ? { SWITCHYARD_TEST_GREP: process.env['SWITCHYARD_TEST_GREP'] }
              : {}),
          },
        }),
      );
    } catch (error) {
      // The report, not the lane, tells a red suite from a host that never came up.
      console.log(`The lane ended with: ${error instanceof Error ? error.message : String(error)}`);
      await keepLogs(scope);
    } finally {
      live.finish();
    }
    return tallyReport(report);
  });
}

async function chooseLane(): Promise<Lane> {
  const desktop = await findDesktop();
  if (desktop.kind === 'found') return desktopLane(desktop);
  console.log(`Not in desktop VS Code: ${desktop.reasons.join('; ')}.`);
  return browserLane();
}

/** A host that never calls `run()` says nothing: it is given up long before the suite's own deadline. */
async function startsIn(report: string, running: Promise<void>): Promise<void> {
  const started = waitFor('the extension host to start the tests', () => readEvents(report).length > 0, {
    deadlineMs: 120_000,
  });
  started.catch(() => undefined); // nobody waits for it any more when the lane ended first
  await Promise.race([running, started]);
  await running;
}

async function keepLogs(scope: RunScope): Promise<void> {
  const kept = path.join(projectRoot, 'test-results', 'host-logs');
  await rm(kept, { recursive: true, force: true });
  const keep = async (name: string, folder: string): Promise<void> => {
    if (existsSync(folder)) await cp(folder, path.join(kept, name), { recursive: true });
  };
  await keep('vscode', scope.path('user-data', 'logs'));
  await keep('server.log', scope.path('server.log'));
  console.log(`The host's logs are in ${kept}`);
}

/** Shows results as the host writes them, so that a suite that hangs shows where. */
function printWhileRunning(report: string): { finish(): void } {
  let printed = 0;
  const print = (): void => {
    const events = readEvents(report);
    for (const event of events.slice(printed)) printEvent(event);
    printed = events.length;
  };
  const timer = setInterval(print, 250);
  return {
    finish() {
      clearInterval(timer);
      print();
    },
  };
}

runHostTests().then(
  ({ passed, failed }) => {
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed > 0 ? 1 : 0);
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
