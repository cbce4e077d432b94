import assert from 'node:assert/strict';
import { runEnvironment } from '../../../src/processes/environment';

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
    assert.deepEqual(runEnvironment(parent, { env: { CI: 'true', GIT_AUTHOR_NAME: 'A' }, id: 'run-1' }, 'linux'), {
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
    assert.equal(runEnvironment({}, request, 'linux')['SWITCHYARD_RUN'], 'run-1');
  });

  it('[U12] on Windows names differ in more than case', () => {
    const windows = { Path: 'C:\\Windows', vscode_pid: '1', Switchyard_Run: 'outer' };
    const request = { env: { PATH: 'D:\\tools' }, id: 'run-1' };
    assert.deepEqual(runEnvironment(windows, request, 'win32'), { PATH: 'D:\\tools', SWITCHYARD_RUN: 'run-1' });
    assert.equal(runEnvironment({ Path: 'kept' }, request, 'linux')['Path'], 'kept');
  });
});
