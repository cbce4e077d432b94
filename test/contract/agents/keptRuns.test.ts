import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KeptEnd, KeptOutput, KeptRequest, KeptRun, KeptRuns } from '../../../src/ports/keptRuns';
import { isAlive } from '../../support/isAlive';
import { waitFor } from '../../support/waitFor';
import { scripted, ways } from './keptRunsUnderTest';

const CLOCKS = { wallMs: null, silenceMs: null, firstOutputMs: null };

for (const [name, open] of Object.entries(ways)) {
  describe(`Runs of agents ${name}`, () => {
    let folder: string;
    let runs: KeptRuns;
    const said: KeptOutput[] = [];
    beforeEach(async () => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sy-kept-')));
      runs = await open(folder);
      said.length = 0;
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const text = (): string => said.map((one) => one.text).join('');
    const start = (steps: readonly string[], change: Partial<KeptRequest> = {}): Promise<KeptRun> =>
      runs.start(scripted(folder, steps, change), (output) => said.push(output));
    const whole = async (steps: readonly string[], change: Partial<KeptRequest> = {}): Promise<KeptEnd> =>
      endOf(await start(steps, change));
    const file = (which: string): string => path.join(folder, which);

    it('[A8] what an agent prints comes whole and in its order, and its end as it was', async () => {
      const end = await whole(['lines:3000', 'exit:7']);
      assert.deepEqual(end.outcome, { kind: 'exited', code: 7 });
      const lines = text().trimEnd().split('\n');
      const numbers = lines.map((line) => Number(/^line (\d+) ä🚋$/.exec(line)?.[1]));
      for (const odd of [0, 1])
        assert.deepEqual(
          numbers.filter((one) => one % 2 === odd),
          Array.from({ length: 1500 }, (_, i) => 2 * i + odd),
        );
    });

    it('[A8] twenty megabytes come whole', async () => {
      await whole(['flood:20', 'say:the end']);
      assert.equal(text().length, 20_000_000 + 'the end\n'.length);
    });

    it('[A8] an agent that crashes, one that is not there, and one without a folder are told apart', async () => {
      assert.deepEqual((await whole(['crash'])).outcome, { kind: 'killed', signal: 'SIGKILL' });
      const missing = await whole([], { command: ['no-such-agent'] });
      assert.deepEqual(missing.outcome, { kind: 'notFound', program: 'no-such-agent' });
      await assert.rejects(start([], { cwd: file('gone') }), /is not there|gone|missing/i);
      await assert.rejects(start([], { command: [process.execPath, 'a\0b'] }), /could not be started/);
    });

    it('[A8] it reads a text and then the end, or what it is written while it runs', async () => {
      await whole(['echo'], { input: { text: 'one\ntwo\n' } });
      assert.equal(text(), 'read one\nread two\ninput ended\n');
      said.length = 0;
      const run = await start(['echo'], { input: 'open' });
      const heard = (): string => said.filter(({ stream }) => stream === 'stdout').map((one) => one.text).join(''); // prettier-ignore
      run.write('three\n');
      await waitFor('its answer', () => heard() === 'read three\n', { seen: heard });
      run.write('four\n');
      run.endInput();
      assert.deepEqual((await endOf(run)).outcome, { kind: 'exited', code: 0 });
      assert.equal(heard(), 'read three\nread four\ninput ended\n');
    });

    it('[A8, A13] what it is written is told back once it is on record, also where it says nothing', async () => {
      const run = await start(['hang'], { input: 'open' });
      run.write('one\n');
      const isTold = (): boolean => said.some(({ stream, text: told }) => stream === 'stdin' && told === 'one\n');
      await waitFor('what it was written', isTold, { seen: () => said.length });
      run.stop();
      assert.deepEqual((await endOf(run)).outcome, { kind: 'stopped' });
    });

    it('[A6] it is ended when it was silent for too long, from the start or after it spoke, or ran too long', async () => {
      const silent = await whole(['hang'], { clocks: { ...CLOCKS, firstOutputMs: 400 } });
      assert.deepEqual(silent.outcome, { kind: 'silent', afterMs: 400 });
      const after = await whole(['say:a', 'hang'], { clocks: { ...CLOCKS, silenceMs: 300, firstOutputMs: 600_000 } });
      assert.deepEqual(after.outcome, { kind: 'silent', afterMs: 300 });
      const long = await whole(['hang'], { clocks: { ...CLOCKS, wallMs: 300 } });
      assert.deepEqual(long.outcome, { kind: 'timedOut', afterMs: 300 });
    });

    it('[A6] its clocks stand still while it waits for an answer', async () => {
      const run = await start(['say:a', `wait:${file('answer')}`], { clocks: { ...CLOCKS, silenceMs: 500 } });
      run.holdClocks(600_000);
      const other = await whole(['hang'], { clocks: { ...CLOCKS, silenceMs: 1500 } });
      assert.equal(other.outcome.kind, 'silent');
      writeFileSync(file('answer'), '');
      assert.deepEqual((await endOf(run)).outcome, { kind: 'exited', code: 0 });
    });

    it('[A6] told to stop, it ends with every process, also one that does not listen', async () => {
      for (const [deaf, input] of [[[], 'open'] as const, [['deaf'], 'none'] as const]) {
        const run = await start([...deaf, `daemon:${file('daemon')}`, 'say:up', 'hang'], { input });
        await waitFor('it to be up', () => text().includes('up'));
        run.stop();
        assert.deepEqual((await endOf(run)).outcome, { kind: 'stopped' });
        assert.equal(isAlive(Number(readFileSync(file('daemon'), 'utf8'))), false);
        said.length = 0;
      }
    });

    it('[A6] what an agent leaves behind is ended with it, and named', async () => {
      const end = await whole([`daemon:${file('daemon')}`, 'say:done']);
      const daemon = Number(readFileSync(file('daemon'), 'utf8'));
      assert.equal(isAlive(daemon), false);
      assert.deepEqual(end.leftBehind, [daemon]);
    });

    it('[A12] commits of the agent are there when its end is told', async () => {
      execFileSync('git', ['init', '-q', folder]);
      writeFileSync(file('.gitignore'), 'runs/\n');
      const who = {
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@b',
      };
      await whole(['write:made.txt', 'commit:Make it'], { env: who });
      assert.equal(execFileSync('git', ['log', '--format=%s'], { cwd: folder, encoding: 'utf8' }), 'Make it\n');
    });

    it('[A8] its environment is what was asked for, and on no command line', async () => {
      const secret = `secret-${'x'.repeat(20)}`;
      const run = await start(['environment', `wait:${file('go')}`], { env: { API_KEY: secret } });
      await waitFor('its environment', () => text().endsWith('\n'), { seen: text });
      const shown = execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' });
      writeFileSync(file('go'), '');
      await endOf(run);
      const environment = JSON.parse(text()) as Record<string, string>;
      assert.equal(environment['API_KEY'], secret);
      assert.equal(environment['SWITCHYARD_RUN'], run.id);
      assert.equal(shown.includes(secret), false);
    });

    it('[A8] a run that is over is forgotten, with all that was kept of it', async () => {
      const run = await start(['say:a'], { about: { story: 'k1' } });
      await endOf(run);
      await runs.forget(run.id);
      assert.deepEqual(await runs.list(), []);
      assert.equal(existsSync(path.join(folder, 'runs', run.id)), false);
    });
  });
}

async function endOf(run: KeptRun): Promise<KeptEnd> {
  const end = await run.ended;
  assert.ok(end.kind === 'ended');
  return end;
}
