import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { createGit, type Git } from '../../../../src/git/door/run';
import type { GitPort } from '../../../../src/ports/git';
import { tidyLocks } from '../../../../src/git/locks/tidyLocks';
import type { CallRecord } from '../../../../src/processes/callRecords';
import { isAtWork } from '../../../../src/processes/atWork';
import { processPlatform, type ProcessPlatform } from '../../../../src/processes/platform';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { openRepository, portFor, quietLog } from '../fixture';
import { ownRunId } from '../../../support/ownRunId';

describe('locks that git leaves', () => {
  let repository: TemporaryRepository;
  let port: GitPort;
  let git: Git;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n', '.gitattributes': 'held.txt filter=hold\n' }, 'Begin');
    // The filter notes who it is and then holds git, which holds its lock meanwhile.
    const notes = path.join(repository.folder, 'filter.pid');
    await repository.git('config', 'filter.hold.clean', `sh -c 'echo $$ > "${notes}"; exec sleep 600'`);
    git = createGit({ binary: gitBinary, log: quietLog });
    git.records.at(records());
    port = portFor(repository.path);
  });
  afterEach(async () => {
    killAll();
    await repository.dispose();
  });

  const records = (): string => path.join(repository.path, '.git', 'switchyard', 'git-calls');
  const lock = (name = 'index.lock'): string => path.join(repository.path, '.git', name);
  const pids: number[] = [];
  function killAll(): void {
    const notes = path.join(repository.folder, 'filter.pid');
    if (existsSync(notes)) pids.push(Number(readFileSync(notes, 'utf8')));
    for (const pid of pids.splice(0)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
  }
  function age(file: string, minutes: number): void {
    const then = new Date(Date.now() - minutes * 60_000);
    utimesSync(file, then, then);
  }
  /** A git call of Switchyard's that holds `index.lock` until it is killed; another object stands for the next host. */
  async function holdByOwnCall(): Promise<void> {
    await repository.write('held.txt', 'held\n');
    void git.run('add', ['--', 'held.txt'], { cwd: repository.path }).catch(() => undefined);
    await waitFor(
      'git to hold its lock',
      () => existsSync(lock()) && existsSync(path.join(repository.folder, 'filter.pid')),
    );
  }
  /** The git above the filter; shells may stand in between. */
  function gitPid(): number {
    for (let pid = Number(readFileSync(path.join(repository.folder, 'filter.pid'), 'utf8')); ;) {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('git')) return pid;
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      pids.push(pid);
    }
  }

  it('[G6] the lock of a call that was killed with its host is removed once its processes are gone, not before', async () => {
    await holdByOwnCall();
    assert.equal(readdirSync(records()).length, 1);
    assert.deepEqual(await port.tidyLocks(), []);
    assert.ok(existsSync(lock()), 'a live git keeps its lock');
    process.kill(gitPid(), 'SIGKILL');
    assert.deepEqual(await port.tidyLocks(), []);
    assert.ok(existsSync(lock()), 'its filter still lives');
    killAll();
    await waitFor('the lock to be removed', async () => {
      assert.deepEqual(await port.tidyLocks(), []);
      return !existsSync(lock());
    });
    assert.deepEqual(readdirSync(records()), []);
    await repository.git('add', 'a.txt');
  });

  it('[G6, G13] a call that outlives its window is ended by the next one, and not by one of a copy of the repository; a daemon that it needed goes on', async () => {
    const [notes, daemon] = ['filter.pid', 'daemon.pid'].map((name) => path.join(repository.folder, name)) as [string, string];
    const script = path.join(repository.folder, 'filter.sh');
    const starts = `(setsid sh -c 'cd / && echo $$ > "${daemon}" && exec sleep 600' <&- >&- 2>&- &)`;
    writeFileSync(script, `${starts}\nwhile [ ! -s "${daemon}" ]; do sleep 0.02; done\necho $$ > "${notes}"\nexec sleep 600\n`);
    await repository.git('config', 'filter.hold.clean', `sh '${script}'`);
    await holdByOwnCall();
    pids.push(Number(readFileSync(daemon, 'utf8')));
    const copy = path.join(repository.folder, 'copy');
    cpSync(repository.path, copy, { recursive: true });
    const pid = gitPid();
    await portFor(copy).endLeftCalls();
    assert.ok(process.kill(pid, 0), 'it is of the other repository');
    await port.endLeftCalls();
    await waitFor('it to have ended', () => !existsSync(`/proc/${pid}`));
    assert.match(readFileSync(`/proc/${readFileSync(daemon, 'utf8').trim()}/cmdline`, 'utf8'), /^sleep/);
    assert.deepEqual(await port.tidyLocks(), []);
    assert.ok(!existsSync(lock()), 'the daemon holds no lock');
  }); // prettier-ignore

  it('[G6] a call that ends by itself leaves no record', async () => {
    await git.run('update-index', ['-q', '--refresh'], { cwd: repository.path });
    assert.deepEqual(readdirSync(records()), []);
    await git.run('rev-parse', ['HEAD'], { cwd: repository.path });
    assert.deepEqual(readdirSync(records()), []);
  });

  it('[G6] any other old lock is named with its age and stays until a person removes it', async () => {
    const others = [lock(), lock('packed-refs.lock'), lock(path.join('refs', 'heads', 'main.lock'))];
    for (const file of others) {
      writeFileSync(file, '');
      age(file, 10);
    }
    writeFileSync(lock('config.lock'), 'young');
    const found = await port.tidyLocks();
    assert.deepEqual(found.map((one) => one.path).sort(), [...others].sort());
    assert.ok(others.every((file) => existsSync(file)));
    const [first] = found;
    assert.ok(first !== undefined && first.holder === 'none');
    const another = await port.removeLock({ ...first, since: new Date().toISOString() });
    assert.match(another.kind === 'refused' ? another.why : '', /is another one by now/);
    const elsewhere = await port.removeLock({ ...first, path: path.join(repository.path, 'a.txt') });
    assert.equal(elsewhere.kind, 'removed');
    assert.equal(await repository.read('a.txt'), 'a\n');
    for (const one of found) assert.deepEqual(await port.removeLock(one), { kind: 'removed' });
    assert.deepEqual(
      others.filter((file) => existsSync(file)),
      [],
    );
    assert.ok(existsSync(lock('config.lock')));
  });

  it('[G6] a lock that a living git of a person’s can hold is neither named nor removed', async () => {
    await repository.write('held.txt', 'held\n');
    const person = spawn(gitBinary, ['add', 'held.txt'], { cwd: repository.path, stdio: 'ignore' });
    pids.push(person.pid ?? 0);
    await waitFor(
      'git to hold its lock',
      () => existsSync(lock()) && existsSync(path.join(repository.folder, 'filter.pid')),
    );
    age(lock(), 10);
    assert.deepEqual(await port.tidyLocks(), []);
    const since = new Date(statSync(lock()).mtimeMs).toISOString();
    const asked = await port.removeLock({ path: lock(), since, holder: 'none' });
    assert.ok(asked.kind === 'refused' && /^A git command is at work there/.test(asked.why), JSON.stringify(asked));
    assert.ok(existsSync(lock()));
  });

  /** What a call left that was killed with its host. */
  function leave(change: Partial<CallRecord> = {}): void {
    const left = { runId: ownRunId('left'), kind: 'call', folder: repository.path, host: hostname(), at: Date.now() };
    mkdirSync(records(), { recursive: true });
    writeFileSync(path.join(records(), left.runId), JSON.stringify({ ...left, ...change }));
  }

  it('[G6] a lock is not removed for a call of another machine or another folder, or one that began long before it', async () => {
    for (const change of [{ host: 'another' }, { folder: repository.folder }, { at: Date.now() - 120_000 }]) {
      leave(change);
      writeFileSync(lock(), '');
      await port.tidyLocks();
      assert.ok(existsSync(lock()), JSON.stringify(change));
      rmSync(lock());
    }
    leave();
    writeFileSync(lock(), '');
    await port.tidyLocks();
    assert.ok(!existsSync(lock()), 'it is that call’s');
  });

  it('[G6] a lock that another git took while it was looked at stays', async () => {
    const own = await openRepository(repository.path);
    own.git.records.at(records());
    const isAtWork: Git['isAtWork'] = async (work) => {
      const said = await own.git.isAtWork(work);
      rmSync(lock());
      writeFileSync(lock(), 'another’s');
      age(lock(), 0.1);
      return said;
    };
    leave();
    writeFileSync(lock(), '');
    await tidyLocks({ ...own, git: { ...own.git, isAtWork } });
    assert.equal(readFileSync(lock(), 'utf8'), 'another’s');
  });

  it('[G6] a git that ends while it is looked for is not at work', async () => {
    if (process.platform !== 'linux') return; // elsewhere no folder of a process is shown
    const child = spawn(gitBinary, ['hash-object', '--stdin'], {
      cwd: repository.folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const real = processPlatform('linux');
    const platform: ProcessPlatform = {
      ...real,
      nameOf: async (pid) => {
        const name = (await real.nameOf?.(pid)) ?? null;
        if (pid === child.pid) child.kill('SIGKILL');
        if (pid === child.pid) await ended;
        return name;
      },
    };
    const folders = [repository.path];
    await waitFor('the git', async () => (await real.nameOf?.(child.pid ?? 0)) === 'git');
    assert.equal(await isAtWork(platform, { runIds: [], folders }), 'no');
  });

  it('[G6] what an agent’s run left in its worktree goes with the run; what was there before stays', async () => {
    const tree = path.join(repository.folder, 'tree');
    await repository.git('worktree', 'add', '--quiet', tree, '-b', 'work');
    const inTree = path.join(await repository.gitIn(tree, 'rev-parse', '--absolute-git-dir'), 'index.lock');
    writeFileSync(inTree, '');
    age(inTree, 10);
    await (
      await port.noteRun({ runId: ownRunId('run-1'), folder: tree })
    )();
    assert.ok(existsSync(inTree));
    assert.deepEqual(await port.removeLock((await port.tidyLocks())[0]!), { kind: 'removed' });
    const ended = await port.noteRun({ runId: ownRunId('run-2'), folder: tree });
    writeFileSync(inTree, '');
    writeFileSync(lock(), '');
    await ended();
    assert.ok(!existsSync(inTree));
    assert.ok(existsSync(lock()), 'another tree’s lock is not this run’s');
  });
});
