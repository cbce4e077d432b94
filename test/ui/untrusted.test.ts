import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeSampleRepository, type SampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

const hooks = [
  'post-checkout',
  'post-commit',
  'post-index-change',
  'post-merge',
  'pre-commit',
  'reference-transaction',
];

describe('A hostile repository in a workspace that is not trusted', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  let repository: SampleRepository;
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    mkdirSync(folder.at('ran'));
    repository = await makeHostileRepository(folder);
    workbench = await openWorkbench({ trust: 'ask', folder: repository.folder });
    stories = new Stories(workbench);
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[A11, U6] nothing of it runs, and the view says why and leads to trust', async () => {
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
    await workbench.openActivity('Switchyard');
    const text = (): Promise<string> => stories.tree.welcomeText();
    const why = /not trusted.*runs nothing here.*Manage Workspace Trust/s;
    await waitFor('the view to say why', async () => why.test(await text()), { seen: text });
    const offered = await workbench.findCommands('Switchyard:');
    assert.deepEqual(
      offered.filter((one) => /New Story|: Start|Open Board|Approve/.test(one)),
      [],
    );
    await workbench.screenshot('untrusted');
    assert.deepEqual(ran(), []);
  });

  it('[P7, A11] Doctor looks at files alone, says what it did not look at, and still runs nothing', async () => {
    await workbench.runCommand('Switchyard: Run Doctor');
    await workbench.waitForEditor(/^Switchyard Doctor/);
    const lines = workbench.page.locator('.editor-instance .view-lines .view-line');
    const shown = async () => (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
    await waitFor('the reason', async () => /no program is started here, because the workspace is not/.test(await shown()), { seen: shown }); // prettier-ignore
    await workbench.screenshot('untrusted-doctor');
    assert.deepEqual(ran(), []);
  });

  it('[A11, G2] once trusted it works: stories start without its hooks, and its commands wait to be approved', async () => {
    await workbench.grantTrust();
    await workbench.openActivity('Switchyard');
    await waitFor('the welcome of a ready repository', async () =>
      /No story yet/.test(await stories.tree.welcomeText()),
    );
    await stories.create({ title: 'Wave goodbye' });
    await stories.run('Start', 1);
    await stories.waitInGroup(1, 'Coding', /approve the configured commands/);
    await stories.command('Review Commands…');
    assert.match(await workbench.dialog.text(), /Gate evil: .*Agent evil /s);
    await workbench.screenshot('untrusted-approval');
    await workbench.dialog.click('Cancel');
    // VS Code's own git may ask fsmonitor and write the index; what only Switchyard did ran no hook.
    const forbidden = ['gate', 'agent', 'setting', 'reference-transaction', 'post-checkout', 'post-merge'];
    assert.deepEqual(
      ran().filter((one) => forbidden.includes(one)),
      [],
    );
  });

  /** The names of everything hostile that was run. */
  function ran(): string[] {
    return readdirSync(folder.at('ran'));
  }
});

/** A project whose settings, hooks, filters and monitor each leave a mark when they are run. */
async function makeHostileRepository(folder: TemporaryFolder): Promise<SampleRepository> {
  const script = (name: string): string => {
    const file = folder.at(`${name}.sh`);
    writeFileSync(file, `#!/bin/sh\n: > "${folder.at('ran', name)}"\ncat\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const settings = {
    'switchyard.gates': [{ name: 'evil', command: [script('gate')] }],
    'switchyard.agents': [{ name: 'evil', role: 'coder', command: [script('agent'), '{promptFile}'] }],
    'git.path': script('setting'),
  };
  const repository = await makeSampleRepository(folder.at('hostile'), {
    '.vscode/settings.json': JSON.stringify(settings),
    '.gitattributes': '*.md filter=evil merge=evil diff=evil\n',
  });
  for (const hook of hooks) {
    const file = path.join(repository.folder, '.git', 'hooks', hook);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n: > "${folder.at('ran', hook)}"\n`);
    chmodSync(file, 0o755);
  }
  await repository.git('config', 'merge.evil.driver', script('merge'));
  await repository.git('config', 'diff.evil.command', script('diff'));
  await repository.git('config', 'filter.evil.smudge', script('smudge'));
  await repository.git('config', 'filter.evil.clean', script('clean'));
  await repository.git('config', 'core.fsmonitor', script('fsmonitor'));
  return repository;
}
