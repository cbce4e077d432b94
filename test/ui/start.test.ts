import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../support/projectRoot';
import { RunScope } from '../support/runScope';
import { waitFor } from '../support/waitFor';
import { openBrowser } from '../support/workbench/chromium';

describe('npm start', () => {
  let scope: RunScope;

  before(() => {
    scope = new RunScope();
  });
  after(() => scope.close());

  it('opens the sample project with the extension in it, and an interrupt ends everything', async () => {
    const { child, output } = start(scope);
    const address = await waitFor('an address', () => /http:\/\/\S+/.exec(output())?.[0], {
      seen: output,
    });
    const browser = await openBrowser(scope);
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.goto(address);
    await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="README.md"]').waitFor();
    await page.locator('.activitybar [aria-label^="Switchyard"]').first().waitFor();
    await browser.close();

    child.kill('SIGINT');
    await waitFor('npm start to end', () => child.exitCode !== null || child.signalCode !== null, { seen: output });
    await assert.rejects(fetch(address), 'the workbench no longer listens');
  });
});

function start(scope: RunScope): { child: ChildProcess; output: () => string } {
  let text = '';
  // Without the caller's display: this is about the lane that every machine has.
  const env = { ...scope.personsEnvironment(), DISPLAY: '', WAYLAND_DISPLAY: '' };
  const child = scope.start(process.execPath, [path.join('test', 'support', 'start.mjs')], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}
