import assert from 'node:assert/strict';
import { isAlive } from '../support/isAlive';
import { CrashScene, linesOf } from './crashScene';
import type { ReviewTask, ReviewTaskEnd } from './reviewProcess';

describe('killed while an agent reviews', () => {
  const scene = new CrashScene('reviewProcess', { 'a.txt': 'a\n' });

  it('[A1, A8] SIGKILL after each kind of file, while it works and on its verdict: one judgement, one landing, none without a verdict, nobody left', async () => {
    const [killed, started] = ['killed', 'started'].map((name) => scene.beside(name)) as [string, string]; // prettier-ignore
    const task: ReviewTask = {
      ...scene.place,
      gates: [{ name: 'test', command: ['true'] }],
      agents: [{ name: 'rita', role: 'qa', command: reviewer(killed, started), limits: { retries: 1 } }],
      titles: ['accept this', 'reject this', 'accept this, at last'],
      killed,
    };
    const end = await scene.runUntilOver(task);
    const each = [1, 2].flatMap((number) => [`the past run of #${number}`, `the story of #${number}`]);
    const kills = [
      'the watch',
      'the ledger',
      'its pass',
      'the prompt',
      'the record of the run',
      'at work',
      ...each,
      'its try',
    ];
    assert.deepEqual(linesOf(killed).sort(), kills.sort());

    const { stories, history, runs } = JSON.parse(end.stdout) as ReviewTaskEnd;
    const judged = history.filter(({ event }) => /^(GatesPassed|ReviewerRejected|HoldForReview|Block)$/.test(event));
    assert.deepEqual(judged.map(({ number, event, by }) => `#${number} ${event} ${by}`).sort(), [
      '#1 GatesPassed agent rita', '#2 ReviewerRejected agent rita', '#3 GatesPassed agent rita',
    ]); // prettier-ignore
    const [, rejected] = stories;
    assert.deepEqual(stories.map(({ stage, strikes }) => [stage.name, strikes.length]), [['Done', 0], ['Coding', 1], ['Done', 0]]); // prettier-ignore
    assert.ok(rejected?.stage.name === 'Coding');
    assert.equal(rejected.stage.feedback?.summary, 'rita asks for changes: It is wrong.');
    assert.deepEqual(
      runs.map((some) => some.at(-1)?.came),
      ['accepted', 'sentBack', 'accepted'],
    );
    assert.equal(new Set(runs.flat().map(({ run }) => run)).size, runs.flat().length, 'each run is kept once');
    const landed = await scene.repository.git('log', '--first-parent', '--format=%s', 'main');
    assert.deepEqual(landed.split('\n'), ['accept this, at last (#3)', 'accept this (#1)', 'Begin']);
    const reviewers = linesOf(started);
    assert.equal(
      reviewers.length,
      5,
      'each began once and went on, but for the one whose first two runs came to nothing',
    );
    for (const pid of reviewers) assert.equal(isAlive(Number(pid)), false, `reviewer ${pid} runs`);
    assert.equal(await scene.repository.git('fsck', '--connectivity-only', '--no-dangling'), '');
  });
});

/**
 * Looks, waits until its engine was killed meanwhile, and says of the story what that is called. "At last": its first run ends
 * with its keeper, which is no try. Its second breaks off: that is one of the two tries that it has, although the engine dies
 * before it has forgotten the run.
 */
function reviewer(killed: string, started: string): string[] {
  const script = `const { appendFileSync, existsSync, readFileSync } = require('node:fs');
    const [killed, started] = ${JSON.stringify([killed, started])};
    const prompt = readFileSync(process.argv[1], 'utf8');
    const [, id] = /^VERDICT (\\S+): reject$/m.exec(prompt);
    appendFileSync(started, process.pid + '\\n');
    console.log('I look.');
    if (prompt.includes('at last')) {
      if (!existsSync(started + '.lost')) {
        appendFileSync(started + '.lost', '');
        process.kill(process.ppid, 'SIGKILL');
      } else if (!readFileSync(killed, 'utf8').includes('its try')) process.exit(1);
    }
    const say = () => {
      if (!existsSync(killed) || !readFileSync(killed, 'utf8').includes('at work')) return setTimeout(say, 20);
      if (prompt.includes('accept this')) console.log('VERDICT ' + id + ': accept');
      if (prompt.includes('reject this')) console.log('FINDINGS ' + id + '\\nIt is wrong.\\nVERDICT ' + id + ': reject');
    };
    say();`;
  return [process.execPath, '-e', script, '{promptFile}'];
}
