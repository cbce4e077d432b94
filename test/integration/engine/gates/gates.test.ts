import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { GREEN, TestWindow } from '../harness';

describe('gates of a story', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const shell = (script: string) => [{ name: 'test', command: ['sh', '-ec', script] }];

  it('[MQ10, MQ6] a target that is deleted while gates run does not lose their verdict: the story says what is missing', async () => {
    const until = path.join(repository.folder, 'until');
    window.settings = {
      ...window.settings,
      target: 'main',
      gates: shell(`echo started; while [ ! -e ${until} ]; do sleep 0.02; done; echo "# pass 1"`),
    };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await waitFor('the gate', () => window.output.join('').includes('started\n'));
    const tip = await repository.git('rev-parse', 'main');
    await repository.git('update-ref', '-d', 'refs/heads/main');
    writeFileSync(until, '');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, /^The target branch main does not exist/);
    await repository.git('update-ref', 'refs/heads/main', tip);
    window.settings = { ...window.settings, gates: GREEN };
    await window.must(story, 'Unblock');
    await window.waitForStage(story, 'Done');
  });

  it('[G10] nothing of a person’s work tree reaches a gate by its environment, and what was kept from it is said once', async () => {
    const before = { ...process.env };
    try {
      process.env['VIRTUAL_ENV'] = path.join(repository.path, '.venv');
      process.env['PATH'] =
        `${path.join(repository.path, '.venv', 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
      process.env['CLAUDECODE'] = '1';
      const [one] = shell('echo "seen:$VIRTUAL_ENV:$CLAUDECODE:"; case "$PATH" in *.venv*) echo in-path;; esac');
      window.settings = { ...window.settings, gates: [one, { ...one, name: 'again' }] };
      const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
      await window.must(story, 'GatesStarted');
      await waitFor('the gates of the story', () => window.now(story).stage.name !== 'QA');
      const said = window.output.join('').split('Gate again passed.')[0] ?? '';
      assert.equal(said.match(/^seen:::$/gm)?.length, 2, said);
      assert.doesNotMatch(said, /^in-path$/m);
      assert.equal(said.match(/Kept from this run/g)?.length, 1);
      assert.match(said, /VIRTUAL_ENV/);
      await window.waitForStage(story, 'Done');
    } finally {
      for (const name of ['VIRTUAL_ENV', 'PATH', 'CLAUDECODE']) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
      }
    }
  });

  it('[MQ3] a gate that makes a repository of its own in its tree blocks no later story', async () => {
    window.settings = { ...window.settings, gates: shell('rm -rf .git; git init -q; echo "# pass 1"') };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    const next = await window.codedStory('Three', { 'c.txt': 'three\n' });
    await window.must(next, 'GatesStarted');
    await window.waitForStage(next, 'Done');
    assert.equal(existsSync(path.join(`${repository.path}.worktrees`, 'agents-gate-1-set-aside-1')), false);
  });
});
