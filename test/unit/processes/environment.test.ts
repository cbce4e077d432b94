import assert from 'node:assert/strict';
import { runEnvironment, takenOutLine } from '../../../src/processes/environment';

type Parent = Parameters<typeof runEnvironment>[0];

function of(parent: Parent, request = { env: {}, id: 'run-1' }, platform: NodeJS.Platform = 'linux') {
  return runEnvironment(parent, request, { platform, foreignFolders: [] }).environment;
}

/** Without the run id. */
function inTrees(parent: Parent, foreignFolders: string[], platform: NodeJS.Platform = 'linux') {
  const { environment, takenOut } = runEnvironment(parent, { env: {}, id: 'r' }, { platform, foreignFolders });
  Reflect.deleteProperty(environment, 'SWITCHYARD_RUN');
  return { environment, takenOut };
}

describe('the environment of a run', () => {
  const parent = {
    PATH: '/bin',
    HOME: '/home/a',
    VSCODE_PID: '1',
    VSCODE_GIT_ASKPASS_NODE: 'x',
    ELECTRON_RUN_AS_NODE: '1',
    GIT_DIR: '/x',
    GIT_INDEX_FILE: '/y',
    GITHUB_TOKEN: 'kept',
    SWITCHYARD_RUN: 'outer',
    EMPTY: '',
    NOTHING: undefined,
  };

  it('[MQ3] is the parent’s without what is the editor’s and git’s, plus what was asked for and the run id', () => {
    assert.deepEqual(of(parent, { env: { CI: 'true', GIT_AUTHOR_NAME: 'A' }, id: 'run-1' }), {
      PATH: '/bin',
      HOME: '/home/a',
      GITHUB_TOKEN: 'kept',
      EMPTY: '',
      CI: 'true',
      GIT_AUTHOR_NAME: 'A',
      SWITCHYARD_RUN: 'run-1',
    });
  });

  it('[MQ3] carries its own id, whatever was asked for', () => {
    const request = { env: { SWITCHYARD_RUN: 'forged' }, id: 'run-1' };
    assert.equal(of({}, request)['SWITCHYARD_RUN'], 'run-1');
  });

  it('[U12] on Windows names differ in more than case', () => {
    const windows = { Path: 'C:\\Windows', vscode_pid: '1', Switchyard_Run: 'outer' };
    const request = { env: { PATH: 'D:\\tools' }, id: 'run-1' };
    assert.deepEqual(of(windows, request, 'win32'), { PATH: 'D:\\tools', SWITCHYARD_RUN: 'run-1' });
    assert.equal(of({ Path: 'kept' }, request)['Path'], 'kept');
  });

  it('[G10] what a snap put in is put back: the person’s own value, or nothing where they had none', () => {
    const snap = {
      GTK_PATH: '/snap/code/1/usr/lib/gtk-3.0',
      GTK_PATH_VSCODE_SNAP_ORIG: '',
      XDG_DATA_DIRS: '/snap/code/1/share',
      XDG_DATA_DIRS_VSCODE_SNAP_ORIG: '/usr/share',
      LOCPATH_VSCODE_SNAP_ORIG: '/usr/lib/locale',
    };
    assert.deepEqual(inTrees(snap, []), {
      environment: { XDG_DATA_DIRS: '/usr/share', LOCPATH: '/usr/lib/locale' },
      takenOut: [],
    });
  });

  it('[G10] marks of an agent’s session around it are taken out, and what a person set for agents stays', () => {
    const marks = {
      CLAUDECODE: '1',
      CLAUDE_CODE_ENTRYPOINT: 'cli',
      CLAUDE_CODE_SSE_PORT: '1',
      CODEX_SANDBOX: 'seatbelt',
      CODEX_THREAD_ID: 'x',
      GEMINI_CLI: '1',
      CURSOR_AGENT: '1',
      CURSOR_TRACE_ID: 'x',
      OPENCODE: '1',
      QWEN_CODE: '1',
    };
    const own = {
      ANTHROPIC_API_KEY: 'a',
      CLAUDE_CONFIG_DIR: '/c',
      CLAUDE_CODE_USE_BEDROCK: '1',
      CLAUDE_CODE_OAUTH_TOKEN: 't',
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: '1',
      CODEX_HOME: '/h',
      CODEX_API_KEY: 'k',
      GEMINI_API_KEY: 'g',
      CURSOR_API_KEY: 'c',
      OPENCODE_CONFIG: '/o',
      QWEN_API_KEY: 'q',
    };
    assert.deepEqual(inTrees({ ...marks, ...own }, []), { environment: own, takenOut: Object.keys(marks) });
  });

  it('[G10] no variable and no entry of a list leads into a person’s work tree', () => {
    const parent = {
      HOME: '/home/a',
      PATH: '/repo/.venv/bin:/usr/bin:/repo2/bin:/repo/node_modules/.bin/:/bin',
      VIRTUAL_ENV: '/repo/.venv',
      PYTHONPATH: '/repo/src:',
      NODE_PATH: '/lib/node:/repo/node_modules',
      NODE_OPTIONS: '--max-old-space-size=4096 --require "/repo/.pnp.cjs"',
      DATABASE_URL: 'file:///repo/dev.sqlite?mode=rw',
      PWD: '/repo',
      OLDPWD: '/repo/src',
      MESSAGE: 'see /repository/x',
      EMPTY: '',
    };
    assert.deepEqual(inTrees(parent, ['/repo/', '/else']), {
      environment: {
        HOME: '/home/a',
        PATH: '/usr/bin:/repo2/bin:/bin',
        NODE_PATH: '/lib/node',
        MESSAGE: 'see /repository/x',
        EMPTY: '',
      },
      takenOut: [
        'PATH entry /repo/.venv/bin',
        'PATH entry /repo/node_modules/.bin/',
        'VIRTUAL_ENV',
        'PYTHONPATH',
        'NODE_PATH entry /repo/node_modules',
        'NODE_OPTIONS',
        'DATABASE_URL',
      ],
    });
  });

  it('[G10] where the editor was started from is no news, and never told: some agents would work there', () => {
    const parent = { PWD: '/home/a', OLDPWD: '/elsewhere', INIT_CWD: '/elsewhere', PATH: '/bin' };
    assert.deepEqual(inTrees(parent, ['/repo']), { environment: { PATH: '/bin' }, takenOut: [] });
  });

  it('[G10] a home folder that is itself under git is no work tree to be kept out of', () => {
    const parent = { HOME: '/home/a', PATH: '/home/a/bin:/home/a/code/shop/bin:/bin' };
    assert.deepEqual(inTrees(parent, ['/home/a', '/home/a/code/shop', '/']), {
      environment: { HOME: '/home/a', PATH: '/home/a/bin:/bin' },
      takenOut: ['PATH entry /home/a/code/shop/bin'],
    });
  });

  it('[G10, U12] on Windows either slash and any case lead there', () => {
    const parent = {
      Path: 'C:\\Windows;c:/Repo/.venv/Scripts;D:\\x',
      VIRTUAL_ENV: 'C:\\repo\\.venv',
      x: 'C:\\Repository',
    };
    assert.deepEqual(inTrees(parent, ['C:\\Repo'], 'win32'), {
      environment: { Path: 'C:\\Windows;D:\\x', x: 'C:\\Repository' },
      takenOut: ['Path entry c:/Repo/.venv/Scripts', 'VIRTUAL_ENV'],
    });
  });

  it('[G10] what was asked for stays, wherever it leads, and what was taken out is one line', () => {
    const { environment, takenOut } = runEnvironment(
      { TOOL: '/repo/tool', VIRTUAL_ENV: '/repo/v\n' },
      { env: { TOOL: '/repo/mine' }, id: 'r' },
      { platform: 'linux', foreignFolders: ['/repo'] },
    );
    assert.deepEqual(environment, { TOOL: '/repo/mine', SWITCHYARD_RUN: 'r' });
    assert.match(takenOutLine([...takenOut, 'PATH entry /a\nb']), /^\(.*VIRTUAL_ENV, PATH entry \/a b\)\n$/);
  });
});
