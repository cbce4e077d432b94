import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';

describe('The packaged extension in a real workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });

  after(async () => {
    await workbench.close();
  });

  it('[U12] is activated from its .vsix once the window is up', async () => {
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
  });

  it('[U2] a dark, a light and a high-contrast window can be looked at', async () => {
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await workbench.setTheme(theme);
      const file = await workbench.screenshot(`workbench-${theme}`);
      assert.ok((await stat(file)).size > 10_000, 'the picture shows something');
    }
  });
});
