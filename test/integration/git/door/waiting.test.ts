import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../../../src/base/messageOf';
import { systemClock } from '../../../../src/base/systemClock';
import { firstLine } from '../../../../src/core/words/firstLine';
import { createGitPort } from '../../../../src/git/gitPort';
import type { Clock } from '../../../../src/ports/clock';
import type { GitPort } from '../../../../src/ports/git';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { candidateDefaults, quietLog, withStory } from '../fixture';

/** Limits that pass when the test says so; all other waits take their time. */
const LIMITS = { waitingAfterMs: 3_600_000, endAfterMs: 7_200_000 };

describe('A git call that waits', () => {
  let repository: TemporaryRepository;
  let tips: { base: string; storyTip: string };
  let warned: string[];
  let limits: { readonly ms: number; readonly pass: () => void }[];

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    tips = await withStory(repository);
    warned = [];
    limits = [];
  });
  afterEach(() => repository.dispose());

  function port(): GitPort {
    const log = { ...quietLog, warn: (line: string) => void warned.push(line) };
    return createGitPort({ folder: repository.path, binary: gitBinary, log, clock, limits: LIMITS });
  }

  const clock: Clock = {
    now: () => systemClock.now(),
    after(ms, pass) {
      if (ms < LIMITS.waitingAfterMs) return systemClock.after(ms, pass);
      const limit = { ms, pass };
      limits.push(limit);
      return { dispose: () => (limits = limits.filter((one) => one !== limit)) };
    },
  };

  /** A call has come as far as the program that does not answer, and takes longer than this. */
  async function takesLonger(than: number, { pidFile }: { pidFile: string }): Promise<void> {
    await waitFor('the program that does not answer', () => existsSync(pidFile));
    for (const { ms, pass } of limits) if (ms === than) pass();
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
    const door = port();
    let told = 0;
    const subscription = door.onWaiting(() => (told += 1));
    const failed = failureOf(door.buildCandidate({ ...candidateDefaults, ...tips }));
    await takesLonger(LIMITS.waitingAfterMs, { pidFile });
    const call = await waitFor('the call to be told of', () => door.waitingCalls()[0]);
    assert.deepEqual([call.verb, call.program], ['commit-tree', 'my-gpg']);
    assert.ok(call.since <= Date.now());
    assert.equal(told, 1);
    assert.match(warned.join('\n'), /git commit-tree in .* waits for my-gpg/);
    assert.equal(await door.isAncestor(tips.base, tips.base), true);

    call.cancel();
    const error = await failed;
    assert.equal(firstLine(messageOf(error)), 'my-gpg did not answer, so git commit-tree was ended');
    assert.match(messageOf(error), /Try my-gpg there in a terminal/);
    assert.deepEqual(door.waitingCalls(), []);
    assert.equal(told, 2);
    const pid = readFileSync(pidFile, 'utf8').trim();
    await waitFor('the signing program to be gone', () => !existsSync(`/proc/${pid}`));
    subscription.dispose();
  });

  it('[G13] for a filter names the filter’s program, and none waits for ever', async () => {
    const filter = await deafProgram('my-filter');
    await repository.commit({ '.gitattributes': '*.crypt filter=crypt\n', 'a.crypt': 'x\n' }, 'Filtered');
    await repository.git('config', 'filter.crypt.smudge', `'${filter.file}' %f`);
    const commit = await repository.git('rev-parse', 'main');
    const folder = path.join(repository.folder, 'agents-gate-1');
    const door = port();
    const told: string[] = [];
    door.onWaiting(() => told.push(...door.waitingCalls().map(({ program }) => program)));
    const failed = failureOf(door.prepareGateTree({ folder, commit }));
    await takesLonger(LIMITS.waitingAfterMs, filter);
    await waitFor('the call to be told of', () => told[0]);
    await takesLonger(LIMITS.endAfterMs, filter);
    assert.match(firstLine(messageOf(await failed)), /^my-filter did not answer, so git .* was ended$/);
    assert.equal(told[0], 'my-filter');
    assert.deepEqual(door.waitingCalls(), []);
  });

  it('[G13] is not said to wait when it ends soon', async () => {
    const door = createGitPort({ folder: repository.path, binary: gitBinary, log: quietLog, clock: systemClock });
    let told = 0;
    door.onWaiting(() => (told += 1));
    await door.buildCandidate({ ...candidateDefaults, ...tips });
    assert.deepEqual([told, door.waitingCalls()], [0, []]);
  });
});
