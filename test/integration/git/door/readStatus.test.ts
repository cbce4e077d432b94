import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { RUN_VARIABLE } from '../../../../src/processes/processEntry';
import { directStarter } from '../../../../src/processes/directStarter';
import type { Starter, StartRequest } from '../../../../src/processes/starter';
import { gitEnvironment } from '../../../../src/git/door/environment';
import type * as simpleGit from '../../../../src/git/door/simpleGit';
import { projectRoot } from '../../../support/projectRoot';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';

/** The bundle that ships: only there does simple-git start git as everything is started. */
const { askSimpleGit } = createRequire(__filename)(path.join(projectRoot, 'dist', 'simpleGit.js')) as typeof simpleGit;

describe('simple-git behind the door', () => {
  let repository: TemporaryRepository;
  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    await repository.write('a.txt', 'b\n');
    await repository.write('new.txt', 'n\n');
  });
  afterEach(() => repository.dispose());

  function ask(starter: Starter) {
    const env = gitEnvironment(process.env, { [RUN_VARIABLE]: 'git-status-1' });
    return askSimpleGit({ binary: gitBinary, cwd: repository.path, env, starter }, (git) => git.status());
  }

  it('[G2] starts git through the starter, and reads what it says', async () => {
    const requests: StartRequest[] = [];
    const starter: Starter = {
      start(request) {
        requests.push(request);
        return directStarter.start(request);
      },
    };
    const one = await ask(starter);
    assert.deepEqual(one.end, { kind: 'exited', code: 0 });
    assert.deepEqual([one.value.modified, one.value.not_added], [['a.txt'], ['new.txt']]);
    assert.ok(requests.length === 1 && requests.every(({ args }) => args.includes('status')));
  });

  it('[G2] an end by a signal is told, though simple-git takes it for a clean tree', async () => {
    const starter: Starter = {
      start(request) {
        const started = directStarter.start({ ...request, program: 'sleep', args: ['600'] });
        started.kill('SIGKILL');
        return started;
      },
    };
    const { value, end } = await ask(starter);
    assert.deepEqual(value.files, []);
    assert.deepEqual(end, { kind: 'killed', signal: 'SIGKILL' });
  });

  it('[G2] an answer that comes long after the end of git is waited for', async () => {
    // What was printed can be on its way for longer than git takes to end.
    const late = ['-c', 'sleep 0.3; exec "$0" "$@"', gitBinary];
    const starter: Starter = {
      start(request) {
        const started = directStarter.start({ ...request, program: 'sh', args: [...late, ...request.args] });
        return { ...started, ended: Promise.resolve({ kind: 'exited', code: 0 }) };
      },
    };
    const { value } = await ask(starter);
    assert.deepEqual([value.modified, value.not_added], [['a.txt'], ['new.txt']]);
  });

  it('[G2] an answer that was cut is none, whatever the exit code: half of it can look like a clean tree', async () => {
    const starter: Starter = {
      start: (request) => ({ ...directStarter.start({ ...request, program: 'true', args: [] }), isCut: () => true }),
    };
    const { value, end } = await ask(starter);
    assert.deepEqual(value.files, []);
    assert.deepEqual(end, { kind: 'lost' });
  });
});
