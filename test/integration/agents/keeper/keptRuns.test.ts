import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunClaim, RunMembers } from '../../../../src/keeper/runFolder';
import type { KeptOutput, KeptRequest, KeptRun, KeptRuns } from '../../../../src/ports/keptRuns';
import { keptIn, scripted, warnings } from '../../../contract/agents/keptRunsUnderTest';
import { isAlive } from '../../../support/isAlive';
import { waitFor } from '../../../support/waitFor';

describe('a keeper and its hosts', () => {
  let folder: string;
  let runs: KeptRuns;
  let said: KeptOutput[];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sy-keeper-')));
    runs = keptIn(folder);
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string): string => path.join(folder, name);
  const hear = (output: KeptOutput): void => void said.push(output);
  const text = (from = said): string => from.map((one) => one.text).join('');
  const start = (steps: readonly string[], change: Partial<KeptRequest> = {}): Promise<KeptRun> =>
    runs.start(scripted(folder, steps, change), hear);
  const ofRun = (run: KeptRun, name: string): string => path.join(folder, 'runs', run.id, name);
  const claimOf = (run: KeptRun): Extract<RunClaim, { kind: 'keeper' }> =>
    JSON.parse(readFileSync(ofRun(run, 'keeper.json'), 'utf8')) as Extract<RunClaim, { kind: 'keeper' }>;
  const outcome = async (run: KeptRun): Promise<object> => {
    const end = await run.ended;
    return end.kind === 'ended' ? end.outcome : end;
  };

  it('[A8] who attaches hears everything from the first line on, and who listened before hears no more', async () => {
    const run = await start(['lines:500', `wait:${file('go')}`, 'echo', 'exit:5'], { input: 'open' });
    await waitFor('the first lines', () => text().includes('line 499'));
    const [second, third]: [KeptOutput[], KeptOutput[]] = [[], []];
    const other = await runs.attach(run.id, (output) => second.push(output));
    assert.deepEqual(await run.ended, { kind: 'left' });
    other.write('hello\n');
    other.leave();
    const last = await runs.attach(run.id, (output) => third.push(output));
    writeFileSync(file('go'), '');
    last.write('again\n');
    last.endInput();
    assert.deepEqual(await outcome(last), { kind: 'exited', code: 5 });
    const printed = third.filter(({ stream }) => stream === 'stdout').map((one) => one.text).join(''); // prettier-ignore
    assert.match(printed, /^line 0 ä🚋\n(?:line \d+ ä🚋\n)*line 498 ä🚋\nread hello\nread again\ninput ended\n$/);
    assert.equal(text(third.filter(({ stream }) => stream === 'stdin')), 'hello\nagain\n');
    // Once more, after its end: the same.
    const fourth: KeptOutput[] = [];
    assert.deepEqual(await outcome(await runs.attach(run.id, (output) => fourth.push(output))), { kind: 'exited', code: 5 }); // prettier-ignore
    assert.equal(text(fourth), text(third));
  });

  it('[A6, A8] its clocks end it though nobody listens', async () => {
    const clocks = { wallMs: null, silenceMs: 500, firstOutputMs: null };
    const run = await start(['say:a', 'hang'], { clocks, about: { story: 'k1' } });
    run.leave();
    assert.deepEqual(await run.ended, { kind: 'left' });
    await waitFor('its end on record', () => existsSync(ofRun(run, 'end.json')));
    assert.deepEqual((await runs.list()).map(({ id, about }) => [id, about]), [[run.id, { story: 'k1' }]]); // prettier-ignore
    assert.deepEqual(await outcome(await runs.attach(run.id, hear)), { kind: 'silent', afterMs: 500 });
  });

  it('[A6, A8] its clocks stand still while it waits for an answer, though nobody listens', async () => {
    const question = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session/request_permission', params: {} });
    const clocks = { wallMs: null, silenceMs: 500, firstOutputMs: 600_000, askMs: 600_000 };
    // One asks once nobody is there, of the other nobody has answered when its host goes.
    const late = await start([`wait:${file('alone')}`, `say:${question}`, `wait:${file('go')}`], { clocks });
    const early = await start([`say:${question}`, `wait:${file('go')}`], { clocks, input: 'open' });
    early.holdClocks(600_000);
    await waitFor('its question', () => text().includes('request_permission'));
    early.holdClocks(0);
    // What else it is told is no answer.
    for (const other of [{ method: 'session/cancel' }, { id: 1, method: 'session/prompt' }, { id: 2, result: {} }])
      early.write(`${JSON.stringify({ jsonrpc: '2.0', ...other })}\n`);
    for (const run of [late, early]) run.leave();
    await Promise.all([late.ended, early.ended]);
    writeFileSync(file('alone'), '');
    const silent = await start(['say:a', 'hang'], { clocks: { ...clocks, silenceMs: 1500 } });
    assert.deepEqual(await outcome(silent), { kind: 'silent', afterMs: 1500 });
    writeFileSync(file('go'), '');
    for (const run of [late, early])
      assert.deepEqual(await outcome(await runs.attach(run.id, hear)), { kind: 'exited', code: 0 });
  });

  it('[A6, A8] its clocks go on once what it asked while nobody listened is answered, whatever it was', async () => {
    const question = JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'fs/read_text_file', params: {} });
    const clocks = { wallMs: null, silenceMs: 500, firstOutputMs: 600_000, askMs: 600_000 };
    const run = await start([`wait:${file('alone')}`, `say:${question}`, 'hang'], { clocks, input: 'open' });
    run.leave();
    await run.ended;
    writeFileSync(file('alone'), '');
    const files = () => readdirSync(ofRun(run, '.')).filter((name) => !name.endsWith('.sock'));
    const log = () => files().map((name) => readFileSync(ofRun(run, name), 'latin1')).join(''); // prettier-ignore
    await waitFor('its question', () => log().includes(question), { seen: log });
    const next = await runs.attach(run.id, hear);
    next.write(`${JSON.stringify({ jsonrpc: '2.0', id: 'a', error: { code: -32601, message: 'no' } })}\n`);
    assert.deepEqual(await outcome(next), { kind: 'silent', afterMs: 500 });
  });

  it('[A6, A8] it counts how long a turn takes, for whoever attaches, and ends one that takes too long while nobody listens', async () => {
    const prompt = `${JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'session/prompt', params: { sessionId: 's' } })}\n`;
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 5, result: { stopReason: 'end_turn' } });
    const clocks = { wallMs: null, silenceMs: null, firstOutputMs: null, askMs: 600_000 };
    const begun = async (turnMs: number): Promise<KeptRun> => {
      const steps = [`wait:${file('go')}`, `say:${answer}`, `wait:${file('end')}`];
      const run = await start(steps, { clocks: { ...clocks, turnMs }, input: 'open' });
      run.write(prompt);
      run.leave();
      await run.ended;
      return run;
    };
    const soFar = async ({ id }: KeptRun): Promise<number> => {
      const run = await runs.attach(id, hear);
      await run.caughtUp;
      run.leave();
      return run.inTurnMs;
    };
    const [long, short] = [await begun(20_000), await begun(500)];
    await waitFor('the end of the short one on record', () => existsSync(ofRun(short, 'end.json')));
    const ended = await outcome(await runs.attach(short.id, hear));
    assert.deepEqual(ended, { kind: 'timedOut', afterMs: 500, of: 'turn' });
    await waitFor('the time of the long one', async () => (await soFar(long)) > 0);
    writeFileSync(file('go'), '');
    await waitFor('its turn to be over', async () => (await soFar(long)) === 0);
    writeFileSync(file('end'), '');
    assert.deepEqual(await outcome(await runs.attach(long.id, hear)), { kind: 'exited', code: 0 });
  });

  it('[A6] a process that left its group and emptied its environment is ended with the run that it was seen in', async () => {
    const run = await start([`bareDaemon:${file('bare')}`, `wait:${file('go')}`]);
    await waitFor('the process', () => existsSync(file('bare')) && readFileSync(file('bare'), 'utf8') !== '');
    const bare = Number(readFileSync(file('bare'), 'utf8'));
    await waitFor('it to be noted', () => {
      const { others } = JSON.parse(readFileSync(ofRun(run, 'members.json'), 'utf8')) as RunMembers;
      return others.some(([pid]) => pid === bare);
    });
    writeFileSync(file('go'), '');
    const end = await run.ended;
    assert.deepEqual(end.kind === 'ended' && end.leftBehind, [bare]);
    assert.equal(isAlive(bare), false);
  });

  it('[A8] a keeper that is killed takes all of its run with it, and how it ended is not known', async () => {
    const run = await start([`bareDaemon:${file('bare')}`, `daemon:${file('daemon')}`, 'say:up', 'hang']);
    await waitFor('it to be up', () => text().includes('up'));
    const [bare, daemon] = ['bare', 'daemon'].map((name) => Number(readFileSync(file(name), 'utf8')));
    await waitFor('it to be noted', () => readFileSync(ofRun(run, 'members.json'), 'utf8').includes(String(bare)));
    process.kill(claimOf(run).keeper.pid, 'SIGKILL');
    assert.deepEqual(await outcome(run), { kind: 'lost' });
    assert.deepEqual([bare, daemon].map((pid) => isAlive(pid ?? 0)), [false, false]); // prettier-ignore
    assert.match(warnings.at(-1) ?? '', /Nobody keeps agent scripted of #1 any more/);
    assert.deepEqual(await outcome(await runs.attach(run.id, hear)), { kind: 'lost' });
  });

  it('[A8] a keeper that cannot be reached any more is ended with its run', async () => {
    const run = await start(['say:up', 'hang']);
    await waitFor('it to be up', () => text().includes('up'));
    run.leave();
    rmSync(claimOf(run).address);
    // Both are asked to end at once: a keeper that sees its program go first says how that ended.
    const { kind } = (await outcome(await runs.attach(run.id, hear))) as { kind: string };
    assert.ok(['lost', 'killed'].includes(kind), kind);
    await waitFor('the keeper to end', () => !isAlive(claimOf(run).keeper.pid));
  });

  it('[A8] a run that its host recorded and did not begin is begun by nobody any more', async () => {
    const run = await start(['say:a']);
    await run.ended;
    const cutOff = path.join(folder, 'runs', 'run-cut-off');
    mkdirSync(cutOff);
    const record = JSON.parse(readFileSync(ofRun(run, 'run.json'), 'utf8')) as object;
    writeFileSync(path.join(cutOff, 'run.json'), JSON.stringify({ ...record, id: 'run-cut-off' }));
    // Whoever asks again hears the same.
    for (const end of [1, 2].map(async () => outcome(await runs.attach('run-cut-off', hear))))
      assert.deepEqual(await end, { kind: 'lost', neverBegan: true });
    const claim = JSON.parse(readFileSync(path.join(cutOff, 'keeper.json'), 'utf8')) as RunClaim;
    assert.deepEqual(claim, { kind: 'givenUp' });
  });

  it('[A8] who shows no token is sent away, and nothing of a run is for others to read', async () => {
    const run = await start(['say:a', `wait:${file('go')}`]);
    await waitFor('its output', () => text() === 'a\n');
    for (const words of ['{"kind":"stop"}\n', '{"kind":"attach","token":"0"}\n{"kind":"stop"}\n', 'x\n']) {
      const stranger = connect(claimOf(run).address, () => stranger.write(words));
      let heard = '';
      stranger.on('data', (data: Buffer) => (heard += data.toString())).on('error', () => undefined);
      await new Promise((resolve) => void stranger.once('close', resolve));
      assert.equal(heard, '');
    }
    assert.equal(statSync(path.dirname(ofRun(run, '.'))).mode & 0o077, 0);
    const open = readdirSync(ofRun(run, '.')).filter((name) => (statSync(ofRun(run, name)).mode & 0o077) !== 0);
    assert.deepEqual(open, []);
    writeFileSync(file('go'), '');
    assert.deepEqual(await outcome(run), { kind: 'exited', code: 0 });
  });

  it('[A8] a folder whose path is too long for a socket is no obstacle', async () => {
    const deep = path.join(folder, 'x'.repeat(100));
    mkdirSync(deep);
    const run = await keptIn(deep).start(scripted(folder, ['say:deep']), hear);
    assert.deepEqual(await outcome(run), { kind: 'exited', code: 0 });
    assert.equal(text(), 'deep\n');
  });

  it('[A8] a keeper that cannot run is said to be the reason, and leaves nothing on record', async () => {
    writeFileSync(file('broken.js'), "process.stderr.write('Not on this machine.'); process.exitCode = 7;");
    const broken = keptIn(folder, file('broken.js'));
    await assert.rejects(broken.start(scripted(folder, ['say:a']), hear), /keeps it could not be started.*Not on this machine/); // prettier-ignore
    assert.deepEqual(await broken.list(), []);
  });
});
