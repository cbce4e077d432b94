import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FINDING_IDS } from '../../../../src/core/doctor/examine';
import type { DoctorReport } from '../../../../src/core/doctor/report';
import { systemClock } from '../../../../src/base/systemClock';
import { runEnvironment } from '../../../../src/processes/environment';
import { examineFolder, type SessionOptions } from '../../../../src/session/services';
import { checksumOf } from '../../../../src/store/log/recordFormat';
import type { Clock } from '../../../../src/ports/clock';
import { CountingGit } from '../../../support/countingGit';
import { waitFor } from '../../../support/waitFor';
import { lookedAtError } from '../../../support/mocha/unexpectedErrors';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { KeptLog } from '../../../unit/store/storeFixtures';
import { inGerman } from '../../../support/words/german';
import { GREEN, TestWindow } from '../../engine/harness';

const idsOf = ({ findings }: DoctorReport): string[] => findings.map(({ id }) => id);

describe('Doctor in whole windows', () => {
  let repository: TemporaryRepository;
  const windows: TestWindow[] = [];
  const put: [string, string | undefined][] = [];

  before(() => {
    // What surrounds the tests is not what they are about.
    const rules = { platform: process.platform, foreignFolders: [] };
    for (const name of runEnvironment(process.env, { env: {}, id: 'x' }, rules).takenOut) {
      put.push([name, process.env[name]]);
      Reflect.deleteProperty(process.env, name);
    }
  });
  after(() => {
    for (const [name, value] of put) process.env[name] = value;
  });
  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n', '.gitattributes': '* text=auto\n' }, 'Begin');
  });
  afterEach(async () => {
    for (const window of windows.splice(0).reverse()) await window.close();
    await repository.dispose();
  });

  async function open(): Promise<TestWindow> {
    const window = new TestWindow(repository);
    windows.push(window);
    await window.open();
    return window;
  }
  const root = (): string => path.join(repository.path, '.git', 'switchyard');

  it('[P7] a repository that is new to Switchyard, and one with a landed story, are healthy', async () => {
    const window = await open();
    await window.session.settle();
    const fresh = await window.session.examine();
    assert.deepEqual([idsOf(fresh), fresh.notLooked], [[], []]);
    const story = await window.codedStory('Land it', { 'b.txt': 'b\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    await window.session.settle();
    const landed = await window.session.examine();
    assert.deepEqual([idsOf(landed), landed.notLooked], [[], []]);
  });

  it('[P7, G1] where something does not work the board says so in one line after the start, and no git is started for it', async () => {
    await writeFile(path.join(repository.path, '.git', 'refs', 'heads', 'torn'), '');
    const git = new CountingGit(repository.folder);
    const { clock, due } = lookedAtByHand();
    const window = new TestWindow(repository, { gitBinary: git.binary, clock });
    windows.push(window);
    await window.open();
    await waitFor('a round that knows all', async () => {
      const before = git.count;
      await window.engine.settle();
      return git.count === before;
    });
    const [before, notices] = [git.count, () => window.session.model()?.notices ?? []];
    assert.deepEqual(notices(), []);
    const look = (): boolean => (due.splice(0).forEach((one) => one()), notices().length > 0);
    await waitFor('the line', look, { seen: notices });
    const text = 'Doctor found 1 error: A ref cannot be read.';
    const [notice, ...others] = notices();
    assert.deepEqual([notice?.severity, notice?.text, others], ['error', text, []]);
    assert.deepEqual(notice?.action, { id: 'runDoctor', label: 'Run Doctor' });
    assert.deepEqual(git.calls(before), []);
    await rm(path.join(repository.path, '.git', 'refs', 'heads', 'torn'));
    assert.deepEqual(idsOf(await window.session.examine()), []);
    await waitFor('the line to go', () => notices().length === 0, { seen: notices });
  });

  it('[P7] what is found after the start is told once it is found again: a record that is just being made is no error', async () => {
    const { clock, due } = lookedAtByHand();
    const window = new TestWindow(repository, { clock });
    windows.push(window);
    await window.open();
    await window.session.settle();
    const record = path.join(repository.path, '.git', 'worktrees', 'half-made');
    const notices = () => window.session.model()?.notices ?? [];
    const next = (): Promise<unknown> => waitFor('the next look', () => due.length > 0);
    await next();
    await mkdir(record, { recursive: true });
    due.splice(0).forEach((look) => look());
    await next();
    assert.deepEqual(notices(), []);
    await rm(record, { recursive: true });
    due.splice(0).forEach((look) => look());
    await window.session.settle();
    assert.deepEqual([notices(), due], [[], []]);
  });

  it('[P9] where the worktree of a story was moved, the board offers to link it again', async () => {
    const window = await open();
    const story = await window.codedStory('Move it', { 'b.txt': 'b\n' });
    const folder = (await window.session.worktreeOf(story.key)) ?? '';
    await rename(folder, `${folder}-elsewhere`);
    const report = await window.session.examine();
    const moved = report.findings.find(({ id }) => id === 'worktrees.moved');
    const offers = () => window.session.model()?.notices.map(({ action }) => action?.id);
    await waitFor('the offer', () => offers()?.includes('repairWorktrees'), { seen: offers });
    assert.equal((await window.session.repair(moved?.key ?? '')).kind, 'repaired');
    await window.session.settle();
    assert.equal(await window.session.worktreeOf(story.key), `${folder}-elsewhere`);
    assert.deepEqual(idsOf(await window.session.examine()), []);
  });

  it('[P7, P5] a window that follows shows what the leader finds, and repairs through it', async () => {
    const [leader, follower] = [await open(), await open()];
    await leader.session.settle();
    assert.equal(follower.session.engine(), null);
    const record = { id: 'left-1', label: 'gate test of #1', command: ['x'], startedAt: '2026-01-01T00:00:00.000Z', main: null }; // prettier-ignore
    await mkdir(path.join(root(), 'runs'), { recursive: true });
    await writeFile(path.join(root(), 'runs', 'left-1.json'), JSON.stringify(record));
    const report = await follower.session.examine();
    assert.deepEqual(idsOf(report), ['runs.recordLeft']);
    const outcome = await follower.session.repair(report.findings[0]?.key ?? '');
    assert.equal(inGerman(outcome.said), 'Der Eintrag von Lauf left-1 ist entfernt.');
    assert.deepEqual(idsOf(await follower.session.examine()), []);
  });

  it('[P7, P1] where the store cannot be opened, what keeps it closed is found all the same', async () => {
    const name = Buffer.concat([Buffer.from('switchyard log\n', 'latin1'), Buffer.of(9)]);
    await mkdir(root(), { recursive: true });
    await writeFile(path.join(root(), 'stories.log'), Buffer.concat([name, checksumOf(name)]));
    const window = await open();
    assert.notEqual(window.session.problem(), null);
    const report = await window.session.examine();
    assert.deepEqual(idsOf(report).sort(), ['index.foreign', 'sessions.notWorking']);
    assert.deepEqual(
      report.notLooked.map(({ what }) => what),
      ['Stories against branches, worktrees and texts'],
    );
    assert.equal((await window.session.repair('content.damaged k1:body')).kind, 'refused');
    for (const error of window.errors) lookedAtError(error);
    assert.match(window.errors.join('\n'), /stories\.log/);
  });

  describe('without a session', () => {
    const log = new KeptLog();
    const examine = (gitBinary: string | null, folder = repository.path): Promise<DoctorReport> => {
      const options: Omit<SessionOptions, 'gitBinary'> = {
        folder,
        wasmPath: path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm'),
        spawner: null,
        clock: systemClock,
        log,
        settings: () => ({ target: '', gates: GREEN, agents: [], maxCoders: 1, strategy: 'merge', reviewPaths: null }),
        worktreesFolder: (main) => `${main}.worktrees`,
        permission: () => 'untrusted',
        onOutput: () => undefined,
        afterLanding: () => Promise.resolve(),
      };
      return examineFolder({ ...options, gitBinary });
    };
    const folder = new TemporaryFolder();
    after(() => folder.remove());

    it('[P7, A11] in an untrusted workspace only files are looked at, and what was not is said', async () => {
      await mkdir(path.join(root(), 'content'), { recursive: true });
      await writeFile(path.join(root(), 'content', 'strange.txt'), 'x');
      await writeFile(path.join(repository.path, '.git', 'refs', 'heads', 'torn'), '');
      const before = log.lines.length;
      const report = await examine(null);
      assert.deepEqual(idsOf(report), ['content.stranger']);
      const why = report.notLooked.find(({ what }) => what.startsWith('Refs'))?.why;
      assert.equal(why, 'no program is started here, because the workspace is not trusted');
      assert.deepEqual(log.lines.slice(before).filter((line) => line.includes('git ')), []); // prettier-ignore
    });

    it('[P7, P5] the runs of a window that leads elsewhere are its own business: nothing of them is called left', async () => {
      const runs = path.join(root(), 'runs');
      await mkdir(runs, { recursive: true });
      const leader = await open();
      const record = { id: 'at-work', label: 'gate test of #1', command: ['x'], startedAt: '2026-01-01T00:00:00.000Z', main: null }; // prettier-ignore
      await writeFile(path.join(runs, 'at-work.json'), JSON.stringify(record));
      assert.notEqual(leader.session.engine(), null);
      assert.deepEqual(idsOf(await examine('git')), []);
      await leader.close();
      assert.deepEqual(idsOf(await examine('git')), ['runs.recordLeft', 'leader.stale']);
    });

    it('[P7] a git that is too old is git.tooOld', async () => {
      const git = folder.at('git');
      await writeFile(git, '#!/bin/sh\necho git version 2.30.1\n');
      await chmod(git, 0o755);
      const [found] = (await examine(git)).findings;
      assert.deepEqual([found?.id, found?.what], ['git.tooOld', 'This is git 2.30.1; at least 2.38 is needed.']);
    });

    it('[P7] a git that is not there is git.missing', async () => {
      assert.deepEqual(idsOf(await examine(folder.at('no-git'))), ['git.missing']);
    });

    it("[P7] a repository that git refuses is git.refused, with git's reason", async () => {
      const config = path.join(repository.path, '.git', 'config');
      const text = (await readFile(config, 'utf8')).replace('repositoryformatversion = 0', 'repositoryformatversion = 1'); // prettier-ignore
      await writeFile(config, `${text}[extensions]\nstrange = true\n`);
      const [found] = (await examine('git')).findings;
      assert.equal(found?.id, 'git.refused');
      assert.match(found.what, /git says: unknown repository extension found/);
    });

    it('[P7] a folder without a repository, and a repository without a commit, are git.noRepository', async () => {
      const [nowhere] = (await examine('git', folder.path)).findings;
      assert.deepEqual([nowhere?.id, nowhere?.what], ['git.noRepository', `${folder.path} is in no git repository.`]);
      await rm(path.join(repository.path, '.git'), { recursive: true });
      await repository.git('init', '--quiet');
      const [unborn] = (await examine('git')).findings;
      assert.match(unborn?.what ?? '', /has no commit yet/);
    });
  });

  it('[P7] every kind of finding has a test that makes its damage, and there are more than thirty', async () => {
    const files = ['storeFindings', 'gitFindings', 'machineFindings', 'wholeWindows'];
    const texts = await Promise.all(files.map((name) => readFile(path.join(__dirname, `${name}.test.ts`), 'utf8')));
    const named = new Set(texts.join('\n').match(/\b[a-zA-Z]+\.[a-zA-Z]+\b/g));
    assert.deepEqual(FINDING_IDS.filter((id) => !named.has(id)), []); // prettier-ignore
    assert.ok(FINDING_IDS.length >= 30);
    assert.equal(new Set(FINDING_IDS).size, FINDING_IDS.length);
  });
});

/** The time of the system, but for the look after the start, which is the only thing that waits for just so long. */
function lookedAtByHand(): { clock: Clock; due: (() => void)[] } {
  const due: (() => void)[] = [];
  const after: Clock['after'] = (ms, callback) =>
    ms === 3000 ? (due.push(callback), { dispose: () => undefined }) : systemClock.after(ms, callback);
  return { clock: { now: () => systemClock.now(), after }, due };
}
