import assert from 'node:assert/strict';
import fc from 'fast-check';
import { directStarter, isDetached } from '../../../src/processes/directStarter';
import { parseLinuxStat, runIdInEnvironment } from '../../../src/processes/linuxProcesses';
import { processPlatform, systemReader, type PlatformReader } from '../../../src/processes/platform';
import { parsePs } from '../../../src/processes/psProcesses';
import { parseWindowsProcesses } from '../../../src/processes/windowsProcesses';

const RUNS = { numRuns: 10_000 };

/** A line of /proc/<pid>/stat as Linux 6 writes it. */
function stat(pid: number, name: string, state = 'S', startedAt = 206026): string {
  return `${pid} (${name}) ${state} 15315 15314 3577 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 ${startedAt} 2998272 395 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;
}

describe('processes on Linux', () => {
  it('[U12] are read from /proc, whatever their name holds', () => {
    const expected = { pid: 15432, parent: 15315, group: 15314, startedAt: 206026, state: 'alive' };
    for (const name of ['head', 'tmux: server', 'a) S 1 2 3 (b', '(sd-pam)', ') ) )', '', 'new\nline']) {
      assert.deepEqual(parseLinuxStat(stat(15432, name)), expected, name);
    }
  });

  it('[U12] a zombie has ended', () => {
    assert.equal(parseLinuxStat(stat(15432, 'sh', 'Z'))?.state, 'zombie');
    assert.equal(parseLinuxStat(stat(15432, 'sh', 'D'))?.state, 'alive');
  });

  it('[MQ10] the run id is found in an environment, and only as a variable of that name', () => {
    assert.equal(runIdInEnvironment('A=1\0SWITCHYARD_RUN=run-1\0B=2\0'), 'run-1');
    assert.equal(runIdInEnvironment('SWITCHYARD_RUN=run-1'), 'run-1');
    assert.equal(runIdInEnvironment('MY_SWITCHYARD_RUN=run-1\0X=SWITCHYARD_RUN=run-2\0'), null);
    assert.equal(runIdInEnvironment(''), null);
  });

  it('[U12] whatever a program calls itself, its process is read right; what is no such line is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 99_999 }), (name, pid) => {
        const expected = { pid, parent: 15315, group: 15314, startedAt: 206026, state: 'alive' };
        assert.deepEqual(parseLinuxStat(stat(pid, name)), expected);
        assert.equal(parseLinuxStat(name), null);
      }),
      RUNS,
    );
    const value = fc.stringMatching(/^[^\0]*$/);
    fc.assert(
      fc.property(fc.array(value), fc.stringMatching(/^[a-z0-9-]{1,20}$/), (others, id) => {
        const noise = others.map((one) => `X${one}`);
        assert.equal(runIdInEnvironment([...noise, `SWITCHYARD_RUN=${id}`].join('\0')), id);
        assert.equal(runIdInEnvironment(noise.join('\0')), null);
      }),
    );
  });

  it('[G13] a daemon that a git call was the first to need is not of that call; one of a gate is', async () => {
    const process = (pid: number, runId: string, cwd: string, group = pid): Record<string, string> => ({
      [`/proc/${pid}/stat`]: stat(pid, 'x').replace(' 15314 ', ` ${group} `),
      [`/proc/${pid}/environ`]: `SWITCHYARD_RUN=${runId}\0`,
      [`/proc/${pid}/cwd`]: cwd,
    });
    const files = {
      ...process(10, 'git-1', '/repo'),
      ...process(11, 'git-1', '/', 10),
      ...process(12, 'git-1', '/'),
      ...process(13, 'git-1', '/', 12),
      ...process(14, 'git-1', '/', 9),
      ...process(15, 'run-1', '/'),
      // As git where what leads its group, an editor, was started at the root.
      ...process(16, 'git-1', '/repo', 12),
    };
    const found = await processPlatform(
      'linux',
      reader({ files, names: ['10', '11', '12', '13', '14', '15', '16'] }),
    ).list();
    assert.deepEqual(
      found.map(({ pid, runId }) => [pid, runId]),
      [[10, 'git-1'], [11, 'git-1'], [12, null], [13, null], [14, 'git-1'], [15, 'run-1'], [16, 'git-1']], // prettier-ignore
    );
  });

  it('[MQ10] of those that are older than a run no environment is read, and none of the others is left out', async () => {
    const files: Record<string, string> = {
      '/proc/10/stat': stat(10, 'older', 'S', 499),
      '/proc/11/stat': stat(11, 'main', 'S', 500),
      '/proc/11/environ': 'SWITCHYARD_RUN=run-1\0',
      '/proc/12/stat': stat(12, 'child', 'S', 501),
      '/proc/12/environ': 'SWITCHYARD_RUN=run-1\0',
    };
    const asked: string[] = [];
    const world = reader({ files, names: ['10', '11', '12'] });
    const readText = (path: string): Promise<string> => {
      asked.push(path);
      return world.readText(path);
    };
    const found = await processPlatform('linux', { ...world, readText }).list(500);
    assert.deepEqual(
      found.map(({ pid, runId }) => [pid, runId]),
      [[10, null], [11, 'run-1'], [12, 'run-1']], // prettier-ignore
    );
    assert.deepEqual(asked, ['/proc/11/environ', '/proc/12/environ']);
  });

  it('[U12] are listed without those that end while they are read or belong to others', async () => {
    const files: Record<string, string> = {
      '/proc/sys/kernel/random/boot_id': 'boot-7\n',
      '/proc/10/stat': stat(10, 'sh', 'S', 500),
      '/proc/10/environ': 'SWITCHYARD_RUN=run-1\0',
      '/proc/11/stat': stat(11, 'root things', 'S', 400),
      '/proc/12/stat': stat(12, 'ended', 'Z', 300),
    };
    const platform = processPlatform('linux', reader({ files, names: ['10', '11', '12', '13', 'self', 'meminfo'] }));
    assert.equal(platform.boot, 'boot-7');
    assert.deepEqual(await platform.list(), [
      { pid: 10, parent: 15315, group: 15314, startedAt: 500, runId: 'run-1' },
      { pid: 11, parent: 15315, group: 15314, startedAt: 400, runId: null },
    ]);
    assert.equal(await platform.startOf(12), 300);
    assert.equal(await platform.startOf(13), null);
  });

  it('[MQ3] a process is looked at once more before it is signalled', () => {
    const files = { '/proc/10/stat': stat(10, 'sh', 'S', 500), '/proc/12/stat': stat(12, 'sh', 'Z', 500) };
    const platform = processPlatform('linux', reader({ files }));
    const entry = { parent: 1, group: 1, runId: null };
    assert.equal(platform.isStill({ ...entry, pid: 10, startedAt: 500 }), true);
    assert.equal(platform.isStill({ ...entry, pid: 10, startedAt: 499 }), false);
    assert.equal(platform.isStill({ ...entry, pid: 12, startedAt: 500 }), false);
    assert.equal(platform.isStill({ ...entry, pid: 13, startedAt: 500 }), false);
  });
});

describe('processes on macOS', () => {
  const PS = [
    '    1     0     1 Ss   Sun Nov  1 09:30:01 2026     /sbin/launchd',
    '  501     1   501 S+   Mon Nov 23 02:06:11 2026     sleep 600 SWITCHYARD_RUN=run-1 HOME=/Users/a b',
    '  502   501   501 S    Mon Nov 23 02:06:12 2026     echo SWITCHYARD_RUN=fake PATH=/bin SWITCHYARD_RUN=run-2 X=1',
    '  503   501   501 Z    Mon Nov 23 02:06:12 2026     (sh)',
    '  504   501   501 R    Mon Nov 23 02:06:13 2026',
    'garbage',
    '',
  ].join('\n');

  it('[U12] are read from ps, without those that have ended', () => {
    const at = Date.UTC(2026, 10, 23, 2, 6, 11) / 1000;
    assert.deepEqual(parsePs(PS), [
      { pid: 1, parent: 0, group: 1, startedAt: Date.UTC(2026, 10, 1, 9, 30, 1) / 1000, runId: null },
      { pid: 501, parent: 1, group: 501, startedAt: at, runId: 'run-1' },
      { pid: 502, parent: 501, group: 501, startedAt: at + 1, runId: 'run-2' },
      { pid: 504, parent: 501, group: 501, startedAt: at + 2, runId: null },
    ]);
  });

  it('[U12] are listed by ps in a language that is known', async () => {
    const asked: string[][] = [];
    const platform = processPlatform('darwin', reader({ output: PS, asked }));
    assert.equal((await platform.list()).length, 4);
    assert.equal(await platform.startOf(501), Date.UTC(2026, 10, 23, 2, 6, 11) / 1000);
    assert.equal(await platform.startOf(503), null);
    assert.deepEqual(asked[0], ['/bin/ps', '-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,state=,lstart=,command=']);
    assert.deepEqual([platform.boot, platform.ownGroup], ['', 'yes']);
  });

  it('[U12] noise in the output hides no process that stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const found = parsePs(`x${noise}\n${PS}`);
        assert.deepEqual(found.slice(-4), parsePs(PS));
      }),
      RUNS,
    );
  });
});

describe('programs that are asked for processes', () => {
  it('[U12, A8] print times that are the same wherever the machine is, and after a change to summer time', async () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      const machine = systemReader(directStarter);
      const printed = await machine.output(process.execPath, [
        '-p',
        "new Date(0).getHours() + ' ' + process.env.LC_ALL",
      ]);
      assert.equal(printed.trim(), '0 C');
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });
});

describe('processes on Windows', () => {
  it('[U12, A8] keep their hidden console, which opens no windows, unless they are to outlive who starts them', () => {
    const groups = ['shared', 'own', 'apart'] as const;
    const detached = (platform: NodeJS.Platform) => groups.filter((group) => isDetached(group, platform));
    assert.deepEqual(detached('win32'), ['apart']);
    for (const platform of ['linux', 'darwin'] as const) assert.deepEqual(detached(platform), ['own', 'apart']);
  });

  const POWERSHELL = '4 0 638990000000000000\r\n4711 4 638995000012345678\r\n\r\nWARNING: x\r\n12 4711 \r\n';

  it('[U12] are read from what PowerShell prints, with a start time in milliseconds', () => {
    assert.deepEqual(parseWindowsProcesses(POWERSHELL), [
      { pid: 4, parent: 0, group: null, startedAt: 63899000000000, runId: null },
      { pid: 4711, parent: 4, group: null, startedAt: 63899500001234, runId: null },
    ]);
  });

  it('[U12] have no groups to start in', async () => {
    const platform = processPlatform('win32', reader({ output: POWERSHELL }));
    assert.deepEqual([platform.ownGroup, platform.boot], ['no', '']);
    assert.equal(await platform.startOf(4711), 63899500001234);
    assert.equal(await platform.startOf(1), null);
  });

  it('[U12] noise in the output hides no process that stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const found = parseWindowsProcesses(`x${noise}\r\n${POWERSHELL}`);
        assert.deepEqual(found.slice(-2), parseWindowsProcesses(POWERSHELL));
      }),
      RUNS,
    );
  });
});

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly names?: readonly string[];
  readonly output?: string;
  readonly asked?: string[][];
}

function reader({ files = {}, names = [], output = '', asked = [] }: World): PlatformReader {
  const readTextNow = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT ${path}`);
    return text;
  };
  return {
    readTextNow,
    readText: async (path) => Promise.resolve(readTextNow(path)),
    names: () => Promise.resolve([...names]),
    link: async (path) => Promise.resolve(readTextNow(path)),
    output: (program, args) => {
      asked.push([program, ...args]);
      return Promise.resolve(output);
    },
  };
}
