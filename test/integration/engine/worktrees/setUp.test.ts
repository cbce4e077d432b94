import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setUpChoices } from '../../../../src/core/setUp/setUpChoices';
import type { EngineSettings } from '../../../../src/engine/ports';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

/** An agent that says what it is told and what it finds. */
const AGENT = [
  {
    name: 'coder',
    role: 'coder',
    command: ['sh', '-c', 'cat "$SWITCHYARD_PROMPT_FILE"; ls -A; echo w > w.txt; git add w.txt; git commit -qm Work'],
  },
];

describe('the set-up of a worktree', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit(
      { '.gitignore': '.env*\nconf/\nnode_modules\ninstalled\nlinked\n', 'package-lock.json': '{}\n' },
      'Begin',
    );
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  async function open(settings: Partial<EngineSettings> = {}): Promise<void> {
    window = new TestWindow(repository, { settings });
    await window.open();
  }

  const inMain = (name: string): string => path.join(repository.path, name);

  async function started(): Promise<string> {
    const story = await window.newStory('Work');
    await window.must(story, 'Start');
    const folder = await window.engine.worktreeOf(story.key);
    assert.ok(folder !== null);
    return folder;
  }

  it('[G4] ignored files are copied by the setting, by .worktreeinclude and by VS Code’s own setting', async () => {
    await repository.commit({ '.worktreeinclude': '# keys\n.env\n' }, 'Include');
    writeFileSync(inMain('.env'), 'A=1\n', { mode: 0o600 });
    writeFileSync(inMain('.env.local'), 'B=1\n');
    mkdirSync(inMain('conf/deep'), { recursive: true });
    writeFileSync(inMain('conf/deep/key'), 'C=1\n');
    writeFileSync(inMain('.env.other'), 'no\n');
    for (const name of ['[id] {a,b}*', 'i {a,b}*']) mkdirSync(inMain(name));
    for (const name of ['[id] {a,b}*', 'i {a,b}*']) writeFileSync(inMain(`${name}/.env.other`), 'no\n');
    const offered = setUpChoices({ names: ['[id] {a,b}*/.env.other'] }, { setUp: [], copy: [] });
    const copy = ['/conf/', ...offered.flatMap((one) => (one.kind === 'copy' ? one.pattern : []))];
    await open({ worktree: { copy }, worktreeIncludeFiles: ['**/.env.{local,none}'] });
    const folder = await started();
    assert.equal(readFileSync(path.join(folder, '.env'), 'utf8'), 'A=1\n');
    assert.equal(readFileSync(path.join(folder, '.env.local'), 'utf8'), 'B=1\n');
    assert.equal(readFileSync(path.join(folder, 'conf/deep/key'), 'utf8'), 'C=1\n');
    const others = ['.env.other', '[id] {a,b}*/.env.other', 'i {a,b}*/.env.other'];
    assert.deepEqual(
      others.filter((name) => existsSync(path.join(folder, name))),
      [others[1]],
    );
  });

  it('[G4] never a link, nothing behind one, nothing over what is there, and nothing that git would show as new', async () => {
    mkdirSync(inMain('conf'));
    writeFileSync(inMain('conf/tracked'), 'theirs\n');
    await repository.git('add', '--force', 'conf/tracked');
    await repository.commit({}, 'Tracked');
    writeFileSync(path.join(repository.folder, 'outside'), 'secret\n');
    symlinkSync(path.join(repository.folder, 'outside'), inMain('.env'));
    mkdirSync(path.join(repository.folder, 'elsewhere'));
    writeFileSync(path.join(repository.folder, 'elsewhere', 'key'), 'secret\n');
    symlinkSync(path.join(repository.folder, 'elsewhere'), inMain('linked'));
    writeFileSync(inMain('new.txt'), 'plain\n');
    writeFileSync(inMain('conf/tracked'), 'mine\n');
    await open({ worktree: { copy: ['.env', 'linked', 'new.txt', 'conf/'] } });
    const folder = await started();
    for (const name of ['.env', 'linked', 'new.txt']) assert.ok(!existsSync(path.join(folder, name)), name);
    assert.equal(readFileSync(path.join(folder, 'conf/tracked'), 'utf8'), 'theirs\n');
    assert.match(window.warnings.join('\n'), /new\.txt was not copied: git does not ignore it/);
  });

  it('[G4] commands run once before the agent, in its worktree, and it finds what they made', async () => {
    const setUp = [['sh', '-c', 'pwd; echo "for $SWITCHYARD_STORY" >> installed; mkdir node_modules']];
    await open({ worktree: { setUp }, agents: AGENT });
    const story = await window.newStory('Work');
    await window.must(story, 'Start');
    await window.waitForStage(story, 'Done');
    const output = window.output.join('');
    const folder = (await window.engine.worktreeOf(story.key)) ?? '';
    assert.ok(output.indexOf(`${folder}\n`) < output.indexOf('Work on story'), output);
    assert.match(output, /^installed$/m);
    assert.doesNotMatch(output, /Not there, or not installed/);
    assert.equal(readFileSync(path.join(folder, 'installed'), 'utf8'), 'for 1\n');
  });

  it('[G4] what is missing stands on the card and in what the agent is told', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 3000\n`;
    await repository.commit(
      {
        'art/.gitattributes': '*.bin filter=lfs -text\n',
        'art/a.bin': pointer,
        'art/b.bin': 'stored before\n',
        'services/api/package-lock.json': '{}\n',
        'test/fixture/package-lock.json': '{}\n',
      },
      'Below the top',
    );
    writeFileSync(inMain('.env'), 'A=1\n');
    mkdirSync(inMain('services/api/node_modules'));
    await open();
    const story = await window.newStory('Work');
    await window.must(story, 'Start');
    const card = await window.waitForCard(story, 'what is missing', ({ facts }) => facts.length > 0);
    assert.deepEqual(card.facts, ['no node_modules, services/api/node_modules and 2 more here']);
    window.settings = { ...window.settings, agents: AGENT };
    window.session.poke();
    await window.waitForStage(story, 'Done');
    assert.match(
      window.output.join(''),
      /- node_modules: npm ci brings it\n- services\/api\/node_modules: npm ci --prefix services\/api brings it\n- \.env.*\n- art\/a\.bin \(LFS\): git lfs pull brings it/,
    );
  });

  it('[G4, MQ4] a set-up that fails blocks the story without a strike, says what failed, and runs again when a person says so', async () => {
    const flag = path.join(repository.folder, 'flag');
    await open({ worktree: { setUp: [['sh', '-c', `echo tried; test -e ${flag}`]] }, agents: AGENT });
    const story = await window.newStory('Work');
    await window.must(story, 'Start');
    const { reason, fix } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /^Its set-up failed: sh -c .* exited with code 1\.$/);
    assert.equal(fix, 'editGates');
    assert.deepEqual(window.now(story).strikes, []);
    assert.match((await window.session.outputsOf(story.key)).join(''), /^tried$/m);
    writeFileSync(flag, '');
    await window.must(story, 'Unblock');
    await window.waitForStage(story, 'Done');
  });

  it('[A11, G4] nothing that was not approved runs: the agent and the set-up wait together', async () => {
    await open({ worktree: { setUp: [['touch', 'installed']] }, agents: AGENT });
    window.permission = 'unapproved';
    const story = await window.newStory('Work');
    await window.must(story, 'Start');
    const folder = (await window.engine.worktreeOf(story.key)) ?? '';
    await window.session.settle();
    assert.ok(!existsSync(path.join(folder, 'installed')));
    assert.match(window.session.commands()?.text ?? '', /^set-up: \["touch","installed"\]$/m);
    window.permission = 'granted';
    window.session.poke();
    await window.waitForStage(story, 'Done');
    assert.ok(existsSync(path.join(folder, 'installed')));
  });

  it('[G4] a set-up under way ends with its story, and the next engine begins it anew', async () => {
    const setUp = [['sh', '-c', 'echo begun; sleep 600']];
    await open({ worktree: { setUp } });
    const story = await window.newStory('Work');
    await window.must(story, 'Start');
    await window.waitForCard(story, 'the set-up', ({ facts }) => facts.includes('set-up'));
    await window.close();
    await open({ worktree: { setUp: [['touch', 'installed']] } });
    const folder = (await window.engine.worktreeOf(story.key)) ?? '';
    await window.waitForCard(story, 'the end of the set-up', () => existsSync(path.join(folder, 'installed')));
  });

  it('[G4] the tear-down runs in a worktree before it is removed, and what it says stands in what was done', async () => {
    const gone = path.join(repository.folder, 'gone');
    const tearDown = ['sh', '-c', `pwd > ${gone}; exit 3`];
    await open({ worktree: { tearDown } });
    const folder = await started();
    const [story] = window.engine.stories();
    const [result] = await window.session.remove({ keys: [story?.key ?? ''], what: 'delete', large: 'refuse' });
    assert.equal(result?.kind, 'done');
    assert.match(result.message, /Before it was removed, sh -c .* exited with code 3\./);
    assert.equal(readFileSync(gone, 'utf8'), `${folder}\n`);
    assert.ok(!existsSync(folder));
  });

  it('[G4, G7] what a tear-down deletes was kept before', async () => {
    await open({ worktree: { tearDown: ['sh', '-c', 'rm notes.txt'] } });
    writeFileSync(path.join(await started(), 'notes.txt'), 'written nowhere else\n');
    const [story] = window.engine.stories();
    const [result] = await window.session.remove({ keys: [story?.key ?? ''], what: 'delete', large: 'refuse' });
    assert.match(result?.message ?? '', /What was in it is kept/);
    const refs = (await repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/rescue/')).split('\n');
    const kept = await Promise.all(refs.map(async (ref) => (await window.session.keptFiles(ref)).files));
    assert.ok(
      kept.some((files) => files.includes('notes.txt')),
      JSON.stringify(kept),
    );
  });

  it('[G4, G9] submodules come from what this clone has of them, without the network; one that it has not is said to be empty', async () => {
    await repository.git('init', '--quiet', '../part');
    const part = path.join(repository.folder, 'part');
    for (const args of [
      ['config', 'user.name', 'S'],
      ['config', 'user.email', 's@example.com'],
      ['commit', '--quiet', '--allow-empty', '-m', 'Part'],
    ])
      await repository.gitIn(part, ...args);
    await repository.gitIn(part, 'checkout', '--quiet', '--detach');
    writeFileSync(path.join(part, 'value.txt'), '42\n');
    await repository.gitIn(part, 'add', 'value.txt');
    await repository.gitIn(part, 'commit', '--quiet', '-m', 'Value');
    await repository.gitIn(part, 'branch', 'late');
    const allow = ['-c', 'protocol.file.allow=always'];
    await repository.git(...allow, 'submodule', '--quiet', 'add', '-b', 'late', '../part', 'lib/part');
    await repository.git(...allow, 'submodule', '--quiet', 'add', '-b', 'late', '../part', 'lib/lost');
    await repository.commit({}, 'Parts');
    rmSync(path.join(repository.path, '.git', 'modules', 'lib', 'lost'), { recursive: true });
    const config = readFileSync(path.join(repository.path, '.git', 'config'), 'utf8');
    rmSync(part, { recursive: true });
    // In a gate tree the set-up fills one, patches it and builds in it.
    const kept = path.join(repository.path, '.git', 'modules', 'lib', 'part');
    const fill = `git -c protocol.file.allow=always -c submodule.lib/part.url='${kept}' submodule --quiet update --init lib/part`;
    const patch = 'echo patched > lib/part/value.txt; echo built > lib/part/built';
    const setUp = [['sh', '-c', `case $PWD in *agents-gate*) ${fill} && ${patch};; esac`]];
    const looks = 'cat lib/part/built; test "$(cat lib/part/value.txt)" = 42 && echo "# tests 1"';
    await open({
      worktree: { setUp, gateTrees: true },
      gates: [
        { name: 'looks', command: ['sh', '-c', looks] },
        { name: 'holds', command: ['false'] },
      ],
    });
    const folder = await started();
    assert.equal(readFileSync(path.join(folder, 'lib/part/value.txt'), 'utf8'), '42\n');
    assert.equal(await repository.gitIn(path.join(folder, 'lib/part'), 'config', 'remote.origin.url'), part);
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '');
    assert.equal(readFileSync(path.join(repository.path, '.git', 'config'), 'utf8'), config);
    const [story] = window.engine.stories();
    assert.ok(story !== undefined);
    await window.waitForCard(story, 'what is missing', ({ facts }) => JSON.stringify(facts).includes('lib/lost'));
    // What the gates see is what would land: the commit's own file, and what was built beside it.
    await window.commit(story, { 'w.txt': 'w\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForCard(story, 'the second gate to be red', ({ facts }) =>
      JSON.stringify(facts).includes('holds'),
    );
    assert.match(window.output.join(''), /^built\n# tests 1$/m);
    await window.must(story, 'Freeze');
    const [result] = await window.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' });
    assert.equal(result?.kind, 'done', result?.message);
    assert.ok(!existsSync(folder), result.message);
  });

  it('[G9] submodules of submodules are filled as well; of these too one that is not here is said to be empty', async () => {
    const allow = ['-c', 'protocol.file.allow=always'];
    const at = (name: string): string => path.join(repository.folder, name);
    for (const name of ['inner', 'outer']) {
      await repository.git('init', '--quiet', `../${name}`);
      await repository.gitIn(at(name), 'config', 'user.name', 'S');
      await repository.gitIn(at(name), 'config', 'user.email', 's@example.com');
    }
    writeFileSync(path.join(at('inner'), 'value.txt'), '42\n');
    await repository.gitIn(at('inner'), 'add', '--all');
    await repository.gitIn(at('inner'), 'commit', '--quiet', '-m', 'Value');
    for (const place of ['deep/inner', 'lost'])
      await repository.gitIn(at('outer'), ...allow, 'submodule', '--quiet', 'add', at('inner'), place);
    await repository.gitIn(at('outer'), 'commit', '--quiet', '-m', 'Inner parts');
    await repository.git(...allow, 'submodule', '--quiet', 'add', '../outer', 'lib/outer');
    await repository.git(...allow, 'submodule', '--quiet', 'update', '--init', '--recursive');
    await repository.commit({}, 'Parts');
    rmSync(path.join(repository.path, '.git', 'modules', 'lib', 'outer', 'modules', 'lost'), { recursive: true });
    for (const name of ['inner', 'outer']) rmSync(at(name), { recursive: true });
    await open();
    const folder = await started();
    assert.equal(readFileSync(path.join(folder, 'lib/outer/deep/inner/value.txt'), 'utf8'), '42\n');
    assert.equal(await repository.gitIn(path.join(folder, 'lib/outer/deep/inner'), 'config', 'remote.origin.url'), at('inner')); // prettier-ignore
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '');
    const [story] = window.engine.stories();
    assert.ok(story !== undefined);
    await window.waitForCard(story, 'what is missing', ({ facts }) => JSON.stringify(facts).includes('lib/outer/lost'));
    const [result] = await window.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' });
    assert.equal(result?.kind, 'done', result?.message);
    assert.ok(!existsSync(folder), result.message);
  });

  it('[G4] where the target is behind its upstream, as this clone knows it, Start and the board say so, and nothing is fetched', async () => {
    await repository.git('clone', '--quiet', '--bare', '.', '../origin.git');
    await repository.git('remote', 'add', 'origin', '../origin.git');
    await repository.git('fetch', '--quiet', 'origin');
    await repository.git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
    await open();
    const first = await window.newStory('First');
    const started = await window.session.perform(first.key, { event: 'Start' });
    assert.ok(started.kind === 'changed' && started.message === undefined);
    await repository.branch('ahead', 'main');
    const ahead = await repository.commitOn('ahead', { 'b.txt': 'b\n' }, 'Elsewhere');
    await repository.git('update-ref', 'refs/remotes/origin/main', ahead);
    const second = await window.newStory('Second');
    const late = await window.session.perform(second.key, { event: 'Start' });
    assert.ok(late.kind === 'changed');
    assert.match(late.message ?? '', /^main is 1 commit behind origin\/main, .*Pull brings it up to date\.$/);
    await window.session.settle();
    const notice = window.session.model()?.notices.find(({ action }) => action?.id === 'pullTarget');
    assert.equal(notice?.severity, 'info');
    await repository.commit({ 'c.txt': 'c\n' }, 'Here');
    await window.session.settle();
    const diverged = window.session.model()?.notices.find(({ text }) => text.includes('behind origin/main'));
    assert.equal(diverged?.action, null);
    assert.match(diverged.text, /also has 1 commit that origin\/main lacks/);
  });
});
