import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunMembers } from '../../src/keeper/runFolder';
import { inOrder } from '../support/mocha/inOrder';
import { isAlive } from '../support/isAlive';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { sampleAgent, testGate } from './support/settings';
import { Stories } from './support/stories';

describe('An agent whose window is reloaded and killed', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  const mayGoOn = folder.at('coding');
  let workbench: Workbench;
  let stories: Stories;
  let agent: number;

  before(async () => {
    workbench = await openWorkbench({ settings: { ...testGate, ...sampleAgent } });
    stories = new Stories(workbench);
    await stories.open();
    await stories.create({ title: 'Wave goodbye', details: `until: ${mayGoOn}` });
    await stories.approve();
    await stories.run('Start', 1);
    agent = await waitFor('the agent', agentAtWork);
    await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ (s|min)\b/);
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[A8, P5] it goes on when the window is reloaded, and the tree shows it at work', async () => {
    await workbench.reload();
    await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ /);
    assert.equal(agentAtWork(), agent);
    assert.ok(isAlive(agent));
    await workbench.screenshot('agent-after-reload');
  });

  it('[A8, A9] it goes on when the extension host is killed; its output is whole and its work lands', async () => {
    await workbench.killExtensionHost();
    await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ /);
    assert.equal(agentAtWork(), agent);
    await stories.run('Show Output', 1);
    await workbench.output.waitForLine('Working on: Wave goodbye');
    assert.equal(await shown(/^Working on: /), 1);
    writeFileSync(mayGoOn, '');
    await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === '1');
    // A panel that opens for the first time may not tell VS Code that it is looked at; asking for the output once more does.
    await stories.run('Show Output', 1);
    await workbench.output.waitForLine('Gate test passed.');
    await workbench.screenshot('agent-landed');
    await workbench.output.toTop();
    await workbench.output.waitForLine(/^Committed [0-9a-f]+: Wave goodbye$/);
    assert.equal(await shown(/^Working on: /), 1);
    assert.equal(isAlive(agent), false);
  });

  async function shown(what: RegExp): Promise<number> {
    return (await workbench.output.lines()).filter((line) => what.test(line)).length;
  }

  /** Process id of the only agent that is kept; 0 where there is none yet. */
  function agentAtWork(): number {
    const runs = path.join(workbench.repository.folder, '.git', 'switchyard', 'agents');
    const [run] = readdirSync(runs);
    const members = JSON.parse(readFileSync(path.join(runs, run ?? '', 'members.json'), 'utf8')) as RunMembers;
    return members.main?.pid ?? 0;
  }
});
