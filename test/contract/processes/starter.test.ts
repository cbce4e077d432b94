import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Begun, ProgramEnd, Started, StartRequest } from '../../../src/processes/starter';
import { waitFor } from '../../support/waitFor';
import { gather, nodeProgram, starters, type StarterUnderTest } from './starters';

for (const [name, create] of Object.entries(starters)) {
  describe(`Starting programs ${name}`, () => {
    let folder: string;
    let under: StarterUnderTest;
    before(async () => (under = await create()));
    after(() => under.dispose());
    beforeEach(() => (folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sy-starter-')))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const start = (request: StartRequest): Started => under.starter.start(request);
    const shell = (script: string): StartRequest => nodeProgram('', { program: 'sh', args: ['-c', script] });

    it('[G2] an exit code comes back as it is', async () => {
      for (const code of [0, 1, 128, 255]) {
        const { end } = await gather(start(shell(`exit ${code}`)));
        assert.deepEqual(end, { kind: 'exited', code });
      }
    });

    it('[G2] a signal that ended a program is named, also one that was sent through the starter', async () => {
      assert.deepEqual((await gather(start(shell('kill -9 $$')))).end, { kind: 'killed', signal: 'SIGKILL' });
      const sleeping = start(shell('exec sleep 600'));
      sleeping.kill('SIGTERM');
      assert.deepEqual((await gather(sleeping)).end, { kind: 'killed', signal: 'SIGTERM' });
      sleeping.kill('SIGTERM');
    });

    it('[G1] a program that is not there and a folder that is not there are told apart', async () => {
      const missing = await gather(start(nodeProgram('', { program: 'no-such-program' })));
      assert.equal(whyNot(missing.end), 'noProgram');
      const gone = start(nodeProgram('', { cwd: path.join(folder, 'gone') }));
      assert.equal(whyNot(await gone.begun), 'noFolder');
      assert.equal(whyNot((await gather(gone)).end), 'noFolder');
      const plain = path.join(folder, 'plain');
      writeFileSync(plain, 'no program');
      const file = await gather(start(nodeProgram('', { program: plain })));
      assert.equal(whyNot(file.end), 'noProgram');
      const nul = await gather(start(nodeProgram('', { args: ['a\0b'] })));
      assert.equal(whyNot(nul.end), 'refused');
    });

    it('[G2] arguments, folder and environment are exactly what was asked for', async () => {
      const args = ['', ' ', '$(id)', '"a b"', 'ä🚋\n', '-e', '*'];
      const script = 'process.stdout.write(JSON.stringify([process.argv.slice(1), process.cwd(), process.env]))';
      const env = { 'A B': 'x=y\nz', LANG: 'ü', EMPTY: '' };
      const request = nodeProgram('', { args: ['-e', script, '--', ...args], cwd: folder, env });
      const { stdout } = await gather(start(request));
      assert.deepEqual(JSON.parse(stdout.toString()), [args, folder, env]);
    });

    it('[MQ3] the process id comes at once, with the start time that tells it from a later one', async () => {
      const started = start(shell('echo $$; cat'));
      const begun = await started.begun;
      assert.equal(begun.kind, 'running');
      const { stdout } = await gather(started);
      assert.equal(begun.pid, Number(stdout.toString()));
      if (process.platform === 'linux') assert.ok((begun.startedAt ?? 0) > 0);
    });

    it('[MQ10] a program leads a group of its own where that is asked for', async () => {
      const group = async (kind: 'own' | 'shared') => {
        const started = start({ ...shell('ps -o pgid= -p $$'), group: kind });
        const begun = await started.begun;
        const { stdout } = await gather(started);
        return begun.kind === 'running' && Number(stdout.toString()) === begun.pid;
      };
      assert.deepEqual([await group('own'), await group('shared')], [true, false]);
    });

    it('[G2] input and output of many megabytes and any bytes come through whole', async () => {
      const data = Buffer.alloc(30_000_000, Buffer.from([0, 255, 10, 13, 26, 128, 7]));
      const { stdout, end } = await gather(start(shell('cat')), data);
      assert.deepEqual(end, { kind: 'exited', code: 0 });
      assert.equal(digest(stdout), digest(data));
    });

    it('[G2] a program that ends without reading its input is no error', async () => {
      const { end, stdout } = await gather(start(shell('echo enough; exit 3')), Buffer.alloc(5_000_000, 'x'));
      assert.deepEqual(end, { kind: 'exited', code: 3 });
      assert.equal(stdout.toString(), 'enough\n');
    });

    it('[G2] a program without input sees its end at once', async () => {
      const { end } = await gather(start({ ...shell('cat'), stdin: 'none' }), null);
      assert.deepEqual(end, { kind: 'exited', code: 0 });
    });

    it('[G2] both outputs come apart, in the order of each', async () => {
      const script = 'for (let i = 0; i < 2000; i += 1) (i % 2 ? process.stderr : process.stdout).write(`${i}\\n`)';
      const { stdout, stderr } = await gather(start(nodeProgram(script)));
      const numbers = (text: Buffer) => text.toString().trim().split('\n').map(Number);
      assert.deepEqual(
        numbers(stdout),
        Array.from({ length: 1000 }, (_, i) => i * 2),
      );
      assert.deepEqual(
        numbers(stderr),
        Array.from({ length: 1000 }, (_, i) => i * 2 + 1),
      );
    });

    it('[MQ10] output comes while the program runs, and input reaches it then', async () => {
      const started = start(shell('read line; echo "got $line"; read line; echo "got $line"'));
      let seen = '';
      started.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      started.stdin.write('one\n');
      await waitFor('the first answer', () => seen === 'got one\n', { seen: () => seen });
      started.stdin.end('two\n');
      assert.deepEqual(await started.ended, { kind: 'exited', code: 0 });
      await waitFor('the second answer', () => seen === 'got one\ngot two\n', { seen: () => seen });
    });

    it('[G2] a program that prints more than is read has to wait, and nothing piles up', async () => {
      const flag = path.join(folder, 'all-printed');
      const script = `head -c 50000000 /dev/zero && touch ${flag}`;
      const started = start(shell(script));
      started.stdin.end();
      await started.begun;
      const first = await new Promise<Buffer>((resolve) => {
        started.stdout.once('data', (chunk: Buffer) => {
          started.stdout.pause();
          resolve(chunk);
        });
      });
      // Another one runs from beginning to end meanwhile, so the first has had every chance to print on.
      await gather(start(shell('cat')), Buffer.alloc(30_000_000));
      assert.equal(existsSync(flag), false);
      assert.ok(started.stdout.readableLength < 10_000_000, String(started.stdout.readableLength));
      const { stdout } = await gather(started, null);
      assert.equal(first.byteLength + stdout.byteLength, 50_000_000);
    });

    it('[MQ10] an output that nobody wants any more is let go of', async () => {
      const started = start(shell('sleep 600 & echo $!'));
      let seen = '';
      await new Promise<void>((resolve) => {
        started.stdout.on('data', (chunk: Buffer) => {
          seen += chunk.toString();
          if (seen.endsWith('\n')) resolve();
        });
      });
      assert.deepEqual(await started.ended, { kind: 'exited', code: 0 });
      const closed = Promise.all([once(started.stdout, 'close'), once(started.stderr, 'close')]);
      started.stdout.destroy();
      started.stderr.destroy();
      await closed;
      process.kill(Number(seen), 'SIGKILL');
    });

    it('[MQ10] fifty at a time are kept apart', async () => {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          gather(start(shell(`cat; echo ${i} >&2; exit ${i}`)), `${i}`.repeat(9000)),
        ),
      );
      results.forEach(({ end, stdout, stderr }, i) => {
        assert.deepEqual(end, { kind: 'exited', code: i });
        assert.equal(stdout.toString(), `${i}`.repeat(9000));
        assert.equal(stderr.toString(), `${i}\n`);
      });
    });
  });
}

function digest(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function whyNot(end: Begun | ProgramEnd): string {
  return end.kind === 'notStarted' ? end.why : end.kind;
}
