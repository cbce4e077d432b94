import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../../../src/base/messageOf';
import { systemClock } from '../../../../src/base/systemClock';
import { firstLine } from '../../../../src/core/words/firstLine';
import { createGitPort } from '../../../../src/git/gitPort';
import type { GitPort } from '../../../../src/ports/git';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { candidateDefaults, quietLog, withStory } from '../fixture';

const NEVER = 3_600_000;

describe('A git call that waits', () => {
  let repository: TemporaryRepository;
  let tips: { base: string; storyTip: string };
  let warned: string[];

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    tips = await withStory(repository);
    warned = [];
  });
  afterEach(() => repository.dispose());

  function portWith(endAfterMs: number): GitPort {
    const log = { ...quietLog, warn: (line: string) => void warned.push(line) };
    const limits = { waitingAfterMs: 50, endAfterMs };
    return createGitPort({ folder: repository.path, binary: gitBinary, log, clock: systemClock, limits });
  }

  /** A program that takes its input and never answers, also not to a request to end. It writes its process id first. */
  async function deafProgram(name: string): Promise<{ file: string; pidFile: string }> {
    const file = path.join(repository.folder, name);
    const pidFile = `${file}.pid`;
    await writeFile(file, `#!/bin/sh\ntrap '' TERM\necho $$ > '${pidFile}'\nwhile :; do sleep 1; done\n`);
    await chmod(file, 0o755);
    return { file, pidFile };
  }

  async function sign(): Promise<{ pidFile: string }> {
    const { file, pidFile } = await deafProgram('my-gpg');
    await repository.git('config', 'gpg.program', file);
    await repository.git('config', 'commit.gpgsign', 'true');
    return { pidFile };
  }

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'It did not fail.',
      (error: unknown) => error,
    );

  it('[G13] for a signing program says so, lets other calls go on, and ends with all it has started when cancelled', async () => {
    const { pidFile } = await sign();
    const port = portWith(NEVER);
    let told = 0;
    const subscription = port.onWaiting(() => (told += 1));
    const failed = failureOf(port.buildCandidate({ ...candidateDefaults, ...tips }));
    const call = await waitFor('the call to be told of', () => port.waitingCalls()[0]);
    assert.deepEqual([call.verb, call.program], ['commit-tree', 'my-gpg']);
    assert.ok(call.since <= Date.now());
    assert.equal(told, 1);
    assert.match(warned.join('\n'), /git commit-tree in .* waits for my-gpg/);
    assert.equal(await port.isAncestor(tips.base, tips.base), true);

    call.cancel();
    const error = await failed;
    assert.equal(firstLine(messageOf(error)), 'my-gpg did not answer, so git commit-tree was ended');
    assert.match(messageOf(error), /Try my-gpg there in a terminal/);
    assert.deepEqual(port.waitingCalls(), []);
    assert.equal(told, 2);
    const pid = readFileSync(pidFile, 'utf8').trim();
    await waitFor('the signing program to be gone', () => !existsSync(`/proc/${pid}`));
    subscription.dispose();
  });

  it('[G13] for a filter names the filter’s program, and none waits for ever', async () => {
    const { file } = await deafProgram('my-filter');
    await repository.commit({ '.gitattributes': '*.crypt filter=crypt\n', 'a.crypt': 'x\n' }, 'Filtered');
    await repository.git('config', 'filter.crypt.smudge', `'${file}' %f`);
    const commit = await repository.git('rev-parse', 'main');
    const folder = path.join(repository.folder, 'agents-gate-1');
    const port = portWith(3000);
    const told: string[] = [];
    port.onWaiting(() => told.push(...port.waitingCalls().map(({ program }) => program)));
    const failed = failureOf(port.prepareGateTree({ folder, commit }));
    assert.match(firstLine(messageOf(await failed)), /^my-filter did not answer, so git .* was ended$/);
    assert.equal(told[0], 'my-filter');
    assert.deepEqual(port.waitingCalls(), []);
  });

  it('[G13] is not said to wait when it ends soon', async () => {
    const port = createGitPort({ folder: repository.path, binary: gitBinary, log: quietLog, clock: systemClock });
    let told = 0;
    port.onWaiting(() => (told += 1));
    await port.buildCandidate({ ...candidateDefaults, ...tips });
    assert.deepEqual([told, port.waitingCalls()], [0, []]);
  });
});
