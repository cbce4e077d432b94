import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { processPlatform } from '../../../../src/processes/platform';
import { RunRecords } from '../../../../src/processes/runRecords';
import { claimEpoch } from '../../../../src/store/leader/epochs';
import type { FindingId } from '../../../../src/core/doctor/examine';
import { Clinic } from './clinic';

const HOUR = 3_600_000;

describe('what Doctor finds around a repository', () => {
  let clinic: Clinic;
  before(async () => {
    clinic = await Clinic.open();
    await clinic.story(1);
    await clinic.write(leader(), '');
    await rm(leader());
    await mkdir(leader(), { mode: 0o700 });
    await mkdir(clinic.home);
  });
  after(() => clinic.close());

  const leader = (...names: string[]): string => path.join(clinic.root, 'leader', ...names);
  const runs = (): RunRecords => new RunRecords(path.join(clinic.root, 'runs'));
  const aged = async (file: string, ms = 2 * HOUR): Promise<void> => {
    const then = new Date(Date.now() - ms);
    await utimes(file, then, then);
  };

  describe('in its settings', () => {
    let [config, before] = ['', ''];
    beforeEach(async () => {
      config = clinic.file('config');
      before = await readFile(config, 'utf8');
    });
    afterEach(() => writeFile(config, before));

    const configured = (id: FindingId, says: RegExp, lines: string): void => {
      it(`[P7] \`${lines.replaceAll('\n', ' ')}\` is ${id}`, async () => {
        await clinic.shows({
          id,
          says,
          make: () => writeFile(config, `${before}${lines}\n`),
          undo: () => writeFile(config, before),
        });
      });
    };
    configured('git.sparse', /core\.sparseCheckout is on/, '[core]\nsparseCheckout = true');
    configured('git.workTree', /core\.worktree is \/somewhere/, '[core]\nworktree = /somewhere');
    configured('git.extensions', /extensions\.strange is set/, '[extensions]\nstrange = true');
    configured('git.hooksPath', /core\.hooksPath is .*\/no\/hooks/, '[core]\nhooksPath = no/hooks');
    configured('git.ignoreCase', /core\.ignoreCase is o(?:n|ff), and the file system/, `[core]\nignoreCase = ${process.platform === 'linux'}`); // prettier-ignore
    configured('git.signer', /no-such-gpg is not on PATH/, '[commit]\ngpgSign = true\n[gpg]\nprogram = no-such-gpg');
    configured('git.identity', /user\.name or user\.email is not set/, '[user]\nname =\nemail =');
    configured('git.partialClone', /Some files are only at the remote/, '[extensions]\npartialClone = origin');
  });

  it('[P7] a shallow clone is git.shallow', async () => {
    const tip = await clinic.repository.git('rev-parse', 'main');
    await clinic.shows({
      id: 'git.shallow',
      says: /only the newest commits/,
      make: () => writeFile(clinic.file('shallow'), `${tip}\n`),
      undo: () => rm(clinic.file('shallow')),
    });
  });

  it('[P7, MQ9] a hook that could refuse a merge is git.guards, unless git may not start it', async () => {
    const hook = clinic.file('hooks', 'reference-transaction');
    await clinic.shows({
      id: 'git.guards',
      says: /reference-transaction could refuse/,
      make: () => clinic.write(hook, '').then(() => chmod(hook, 0o755)),
      undo: () => (process.platform === 'win32' ? rm(hook) : chmod(hook, 0o644)),
    });
  });

  it('[P7] a grafted history is git.grafts', async () => {
    await clinic.shows({
      id: 'git.grafts',
      says: /info\/grafts/,
      make: () => clinic.write(clinic.file('info', 'grafts'), ''),
      undo: () => rm(clinic.file('info', 'grafts')),
    });
  });

  it('[P7] objects borrowed from a folder that is gone are git.alternates', async () => {
    const file = clinic.file('objects', 'info', 'alternates');
    await clinic.shows({
      id: 'git.alternates',
      says: /\/nowhere\/objects is not there/,
      make: () => clinic.write(file, '/nowhere/objects\n'),
      undo: () => rm(file),
    });
  });

  it('[P7, G3] a branch in the place of the branches of stories is refs.prefixTaken', async () => {
    await clinic.shows({
      id: 'refs.prefixTaken',
      says: /There is a branch named story/,
      make: () => clinic.repository.branch('story'),
      undo: () => clinic.repository.git('branch', '-D', 'story'),
    });
  });

  describe('on its target', () => {
    let begin = '';
    before(async () => (begin = await clinic.repository.git('rev-parse', 'main')));
    afterEach(async () => {
      await clinic.repository.git('reset', '--hard', '--quiet', begin);
    });
    const back = (): Promise<string> => clinic.repository.git('reset', '--hard', '--quiet', begin);
    const config = '.switchyard/config.yaml';
    const gate = (command: string): string => `gates:\n  - name: test\n    command: ${command}\n`;

    const committed = (id: FindingId, says: RegExp, files: Record<string, string | null>, title: string): void => {
      it(`[P7, MQ10] ${title} is ${id}`, async () => {
        await clinic.shows({ id, says, make: () => clinic.repository.commit(files, 'Change'), undo: back });
      });
    };
    committed('configuration.invalid', /config\.yaml, line 1/, { [config]: 'gates: [' }, 'YAML that cannot be read');
    committed('configuration.unknownKey', /line 1.*[gG]ate/, { [config]: 'gate: []\n' }, 'a key that is a typo');
    committed('configuration.noGates', /Neither .* nor the settings/, { [config]: 'gates: []\n' }, 'no gate at all');
    committed('configuration.gateNotFound', /Gate test: no-such-tool is not on PATH/, { [config]: gate('no-such-tool x') }, 'a gate that is not on PATH'); // prettier-ignore
    committed('configuration.gateNeedsInstall', /Gate test runs a script/, { [config]: gate('npm test'), 'package.json': '{"devDependencies":{"mocha":"1"}}' }, 'a gate that needs packages which no gate installs'); // prettier-ignore
    committed('git.lfs', /git-lfs is not on PATH|filter\.lfs is not configured/, { '.gitattributes': '* text=auto\n*.png filter=lfs diff=lfs\n' }, 'Git LFS that does not work here'); // prettier-ignore

    it('[P7, MQ10] a gate that is in the checkout alone is configuration.gateOnlyHere', async () => {
      await clinic.shows({
        id: 'configuration.gateOnlyHere',
        says: /Gate test: \.\/check\.sh is in your checkout, and not in the target's last commit/,
        make: async () => {
          await clinic.repository.commit({ [config]: gate('./check.sh') }, 'Gate');
          await clinic.repository.write('check.sh', '#!/bin/sh\n');
        },
        undo: async () => {
          await rm(path.join(clinic.repository.path, 'check.sh'));
          await back();
        },
      });
    });

    it('[P7, MQ10] gates that are edited and not committed are configuration.differsHere', async () => {
      await clinic.shows({
        id: 'configuration.differsHere',
        says: /config\.yaml is not as on the target/,
        make: () => clinic.repository.write(config, gate('node --version')),
        undo: () => clinic.repository.remove('.switchyard'),
      });
    });

    it('[P7, G8] line endings that depend on who checks out are git.lineEndings', async () => {
      const configFile = clinic.file('config');
      const text = await readFile(configFile, 'utf8');
      await clinic.shows({
        id: 'git.lineEndings',
        says: /core\.autocrlf is input/,
        make: async () => {
          await clinic.repository.commit({ '.gitattributes': null }, 'No attributes');
          await writeFile(configFile, `${text}[core]\nautocrlf = input\n`);
        },
        undo: async () => {
          await writeFile(configFile, text);
          await back();
        },
      });
    });
  });

  describe('in its own settings', () => {
    const set = (id: FindingId, says: RegExp, change: Partial<Clinic['settings']>, title: string): void => {
      it(`[P7] ${title} is ${id}`, async () => {
        const { settings } = clinic;
        await clinic.shows({
          id,
          says,
          make: () => (clinic.settings = { ...settings, ...change }),
          undo: () => (clinic.settings = settings),
        });
      });
    };
    const agents = [{ name: 'Ada', command: 'no-such-agent --go' }];
    set('configuration.targetMissing', /There is no branch nowhere/, { target: 'nowhere' }, 'a target that is gone');
    set('configuration.agentsInvalid', /The setting for agents/, { agents: 'claude' }, 'a list of agents that is none');
    set('configuration.agentNotFound', /Agent Ada is started as no-such-agent/, { agents }, 'an agent without a program'); // prettier-ignore
  });

  describe('of its runs', () => {
    let child: ChildProcess | null = null;
    afterEach(async () => {
      if (child?.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      child = null;
    });

    /** A process that carries the name of a run, in a worktree of the repository. */
    async function works(id: string): Promise<{ pid: number; startedAt: number; boot: string }> {
      const script = 'console.log("begun"); setInterval(() => undefined, 1000)';
      const env = { PATH: process.env['PATH'], SWITCHYARD_RUN: id };
      child = spawn(process.execPath, ['-e', script], { cwd: clinic.home, env, stdio: ['ignore', 'pipe', 'ignore'] });
      if (child.stdout !== null) await once(child.stdout, 'data');
      const pid = child.pid ?? 0;
      const platform = processPlatform(process.platform);
      return { pid, startedAt: (await platform.startOf(pid)) ?? 0, boot: platform.boot };
    }
    const record = (id: string, main: { pid: number; startedAt: number; boot: string } | null): Promise<void> =>
      runs().write({ id, label: 'gate test of #1', command: ['x'], startedAt: '2026-01-01T00:00:00.000Z', main });

    it('[P7] a run on record whose processes are gone is runs.recordLeft', async () => {
      await clinic.shows({
        id: 'runs.recordLeft',
        says: /gate test of #1 runs, and no process of it lives/,
        make: () => record('left-1', null),
        repair: 'Remove This Record',
      });
    });

    it('[P7] a record of a run that cannot be read is runs.unreadable', async () => {
      await clinic.shows({
        id: 'runs.unreadable',
        says: /The record of run left-2 is damaged/,
        make: () => clinic.write(path.join(clinic.root, 'runs', 'left-2.json'), '{'),
        repair: 'Remove This Record',
      });
    });

    it('[P7] processes of a run that a killed window had started are runs.processesLeft, and can be ended', async () => {
      await clinic.shows({
        id: 'runs.processesLeft',
        says: /gate test of #1 was started by a window that is gone\. 1 process of it still works: \d+/,
        make: async () => record('left-3', await works('left-3')),
        repair: 'End These Processes',
      });
    });

    it('[P7] processes of a run that is on no record are runs.withoutRecord, and can be ended', async () => {
      await clinic.shows({
        id: 'runs.withoutRecord',
        says: /Run left-4 works in a worktree of this repository\. 1 process of it still works/,
        make: () => works('left-4'),
        repair: 'End These Processes',
      });
    });

    it('[P7] a run that the engine of this window has started is no finding', async () => {
      await record('mine-1', await works('mine-1'));
      clinic.liveRuns = ['mine-1'];
      assert.deepEqual(await clinic.ids(), []);
      clinic.liveRuns = [];
      await runs().remove('mine-1');
    });

    it('[P7, A8] an agent that a keeper answers for is no finding, and is not offered to be ended', async () => {
      await clinic.write(path.join(clinic.root, 'agents', 'kept-1', 'members.json'), '{}');
      await works('kept-1');
      assert.deepEqual(await clinic.ids(), []);
      await rm(path.join(clinic.root, 'agents', 'kept-1'), { recursive: true });
    });
  });

  it('[P7, A12] what an agent changed and nobody has decided about is sessions.undecided', async () => {
    const finding = { id: 'f1', at: '2026-01-01T00:00:00.000Z', agent: 'Ada', storyKey: 'k1', number: 1, kind: 'sharedChanged', changes: [] } as const; // prettier-ignore
    await clinic.shows({
      id: 'sessions.undecided',
      says: /Ada, at work on #1, changed what all worktrees share/,
      make: () => clinic.opened.findings.add({ ...finding, changes: [] }),
      undo: async () => {
        await clinic.opened.findings.remove('f1');
        await rm(path.join(clinic.root, 'findings.json'));
      },
    });
  });

  describe('of the window that leads', () => {
    const holder = { token: 'ab'.repeat(32), pid: 4242, startedAt: '2026-01-01T00:00:00.000Z' };
    const claim = (name: string): Promise<boolean> =>
      claimEpoch(leader(), 7, { ...holder, socket: { at: 'folder', name } });

    it('[P7, P5] a claim that cannot be read is leader.unreadable, and is set aside', async () => {
      await clinic.closeStore();
      await writeFile(leader('epoch-9.json'), '{"socket"', { mode: 0o600 });
      const { findings } = await clinic.examine();
      const found = findings.find(({ id }) => id === 'leader.unreadable');
      assert.match(found?.what ?? '', /epoch-9\.json in .* names no window/);
      assert.equal((await clinic.doctor.repair(found?.key ?? '')).kind, 'repaired');
      assert.ok((await clinic.examine()).findings.every(({ id }) => id !== 'leader.unreadable'));
      assert.deepEqual((await readdir(leader())).filter((name) => !name.startsWith('set-aside-')), []); // prettier-ignore
      await clinic.openStore();
    });

    it('[P7, P5] the claim of a window that was killed is leader.stale, and nothing has to be done', async () => {
      await clinic.closeStore();
      await claim('00.sock');
      const { findings } = await clinic.examine();
      const found = findings.find(({ id }) => id === 'leader.stale');
      assert.match(found?.what ?? '', /Process 4242 holds epoch 7, and nobody listens on its socket/);
      assert.equal(found?.repair, null);
      await rm(leader('epoch-7.json'));
      await clinic.openStore();
    });

    it('[P7, P5] a claim with a number that nobody can have counted up to is leader.absurd', async () => {
      await clinic.shows({
        id: 'leader.absurd',
        says: /epoch-99999999999999\.json/,
        make: () => writeFile(leader('epoch-99999999999999.json'), '{}', { mode: 0o600 }),
        repair: 'Set These Claims Aside',
        differs: /set-aside-/,
      });
    });

    it('[P7, P5] a folder of claims that others can enter is leader.exposed, and is made private again', async () => {
      await clinic.shows({
        id: 'leader.exposed',
        says: /\/leader is open to others/,
        make: () => chmod(leader(), 0o755),
        repair: 'Make It Yours Alone',
      });
      assert.equal((await stat(leader())).mode & 0o777, 0o700);
    });

    it('[P7, P5] a claim that others can read is leader.exposed too', async () => {
      await clinic.shows({
        id: 'leader.exposed',
        says: /epoch-3\.json is open to others/,
        make: () => writeFile(leader('epoch-3.json'), '{}', { mode: 0o644 }),
        repair: 'Make It Yours Alone',
        differs: /epoch-3/,
        undo: () => rm(leader('epoch-3.json')),
      });
    });

    it('[P7, P5] a socket on which nobody listens is leader.socketLeft, and is removed', async () => {
      const [socket, moved] = [leader('0a.sock'), leader('0b.sock')];
      await clinic.shows({
        id: 'leader.socketLeft',
        says: /Nobody listens on .*0b\.sock/,
        make: async () => {
          const server = net.createServer();
          await new Promise<void>((resolve) => server.listen(socket, resolve));
          await chmod(socket, 0o600);
          await rename(socket, moved); // what a kill leaves: the file stays when nobody listens any more
          await new Promise((resolve) => server.close(resolve));
          await aged(moved);
        },
        repair: 'Remove This Socket',
      });
    });
  });

  describe('of the disk', () => {
    it('[P7, P6] a disk that is nearly full is disk.low', async () => {
      const { probes } = clinic;
      const freeBytes = (folder: string): Promise<number> => Promise.resolve(folder === clinic.home ? 12e6 : 50e9);
      await clinic.shows({
        id: 'disk.low',
        says: /12 MB are free for .*\.worktrees/,
        make: () => (clinic.probes = { ...probes, freeBytes }),
        undo: () => (clinic.probes = probes),
      });
    });

    it('[P7, P6] a folder that may not be written to is disk.noPermission', async () => {
      await clinic.shows({
        id: 'disk.noPermission',
        says: /\/content may not be written to/,
        make: () => chmod(path.join(clinic.root, 'content'), 0o555),
        undo: () => chmod(path.join(clinic.root, 'content'), 0o755),
      });
    });

    it('[P7, P6] a disk that the system made read-only is disk.readOnly', async () => {
      const { probes } = clinic;
      const writing: typeof probes.writing = async (folder) =>
        folder === clinic.home ? 'readOnly' : probes.writing(folder);
      await clinic.shows({
        id: 'disk.readOnly',
        says: /\.worktrees is on a disk that is read-only/,
        make: () => (clinic.probes = { ...probes, writing }),
        undo: () => (clinic.probes = probes),
      });
    });

    it('[P7] files that another user made are disk.foreignOwner', async () => {
      const { probes } = clinic;
      await clinic.shows({
        id: 'disk.foreignOwner',
        says: /\/switchyard, .* belong to another user/,
        make: () => (clinic.probes = { ...probes, me: () => 4242 }),
        undo: () => (clinic.probes = probes),
      });
    });

    it('[P7] a half-written file of a killed window is disk.leftOver, and is removed', async () => {
      const file = path.join(clinic.root, 'shadow.sqlite.1234567890');
      await clinic.shows({
        id: 'disk.leftOver',
        says: /shadow\.sqlite\.1234567890 was never finished/,
        make: async () => {
          await writeFile(file, 'half');
          await aged(file);
        },
        repair: 'Remove This File',
      });
    });
  });

  it('[P7, G10] a virtual environment that leads into a work tree is environment.takenOut', async () => {
    const { environment } = clinic;
    const VIRTUAL_ENV = path.join(clinic.repository.path, '.venv');
    await clinic.shows({
      id: 'environment.takenOut',
      says: /Kept from runs: VIRTUAL_ENV/,
      make: () => (clinic.environment = { ...environment, VIRTUAL_ENV }),
      undo: () => (clinic.environment = environment),
    });
  });

  it('[P7, G2] variables that point git elsewhere are environment.gitVariables', async () => {
    const { environment } = clinic;
    await clinic.shows({
      id: 'environment.gitVariables',
      says: /GIT_INDEX_FILE/,
      make: () => (clinic.environment = { ...environment, GIT_INDEX_FILE: '/elsewhere/index' }),
      undo: () => (clinic.environment = environment),
    });
  });
});
