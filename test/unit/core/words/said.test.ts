import assert from 'node:assert/strict';
import { asWritten, inEnglish, inLanguage, refuse, say } from '../../../../src/core/words/said';
import { overviewOf } from '../../../../src/core/board/overview';
import { queueWords, rowLine, windowText } from '../../../../src/core/board/overviewText';
import { readChat } from '../../../../src/core/chat/chatRequest';
import { findRepositories } from '../../../../src/core/repositories/findRepositories';
import { sayLandedRed, type LandedRed } from '../../../../src/core/pipeline/landedRed';
import { refusal } from '../../../../src/core/story/transitions';
import { sayPlaceProblem } from '../../../../src/core/story/workPlace';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { inGerman, translate } from '../../../support/words/german';
import { factsWith, NOW, STAGES, storyIn } from '../../../support/storyFixtures';

describe('What is said in sentences with values', () => {
  it('[U10] a reason is English for a record and German for a German window, lists of names too', () => {
    const files = { names: ['a.ts', 'b.ts', 'c.ts', 'd.ts'] };
    const why = [say('Conflict in {0} with {1}.', files, 'main'), say('Nothing will happen until you act.')];
    assert.equal(inEnglish(why), 'Conflict in a.ts, b.ts and 2 more with main. Nothing will happen until you act.');
    assert.equal(inLanguage(why, translate), 'Konflikt in a.ts, b.ts und 2 weitere mit main. Es geschieht nichts, bis Sie handeln.'); // prettier-ignore
    const two = [say('Waits for {0}.', { names: ['#3 (in QA)', '#4 (in Coding)'] })];
    assert.equal(inEnglish(two), 'Waits for #3 (in QA) and #4 (in Coding).');
    assert.equal(inLanguage(two, translate), 'Wartet auf #3 (in QA) und #4 (in Coding).');
  });

  it('[U10] what holds all stories up, and how the queue lands, is German for a German window', () => {
    const facts = factsWith([], {
      permission: 'unapproved',
      identity: 'missing',
      queue: { policy: { kind: 'one' }, why: say(''), gateMs: 4000 },
    });
    const { notices, queue } = buildBoardModel(facts);
    assert.deepEqual(
      notices.map(({ said }) => inLanguage(said ?? [], translate)),
      [
        'Die eingestellten Befehle warten auf Ihre Genehmigung. Vorher läuft kein Agent und kein Gate.',
        'Git weiß nicht, wer Sie sind, darum kann nichts zusammengeführt werden. Setzen Sie user.name und user.email.',
      ],
    );
    assert.ok(queue !== null);
    assert.equal(queue.policy, 'one at a time: ~4 s of gates each');
    assert.equal(inGerman(queue.said && [queue.said.policy]), 'eine nach der anderen: je ~4 s Gates');
  });

  it('[U7, U10] a window of several repositories says in German what each is, how it stands and how its queue lands', () => {
    const place = (topLevel: string, more = {}) => ({ topLevel, commonDir: `${topLevel}/.git`, worktree: 'main' as const, superprojects: [], ...more }); // prettier-ignore
    const folders = [
      place('/a/app'),
      place('/a/app/lib', { superprojects: ['/a/app'] }),
      place('/a/app/doc'),
      place('/a/fix', { worktree: 'linked', commonDir: '/a/app/.git' }),
    ];
    const found = findRepositories(folders, translate);
    assert.deepEqual(
      found.map(({ about }) => about),
      ['auch offen: sein Worktree fix', 'Submodul von app', 'in app'],
    );
    const queue = { policy: { kind: 'one' }, why: say(''), gateMs: 4000 } as const;
    const stories = [
      storyIn(STAGES.Blocked, { key: 'a', number: 1, title: 'Kalt' }),
      storyIn(STAGES.Merge, { key: 'b', number: 2, queuedAt: new Date(NOW - 600_000).toISOString() }),
    ];
    const boards = [factsWith(stories, { queue }), factsWith([], { queue })].map(buildBoardModel);
    const opened = boards.map((board, at) => ({ name: `r${at}`, about: null, board, problem: null }));
    const { rows } = overviewOf(opened);
    const lines = rows.map((row) => rowLine(row, NOW, translate));
    assert.match(
      lines[0] ?? '',
      /^r0, landet auf main: 🔴 1 Braucht Sie · Coding 1 · Merge 1 · Warteschlange: .*; die älteste wartet 10 min · zuerst: #1 Kalt: /,
    );
    assert.equal(lines[1], 'r1, landet auf main: noch keine Story');
    assert.match(queueWords(rows[1]!, NOW, translate) ?? '', /; die Warteschlange ist leer$/);
    const text = windowText(opened, NOW, translate);
    assert.match(text, /^2 Repositorys: 0 Agenten laufen, 1 in der Merge-Warteschlange, 1 braucht Sie\.$/m);
    assert.match(text, /^r1, landet auf main: 0 laufen, 0 in der Warteschlange, nichts braucht Sie\.$/m);
    assert.match(text, /^Es gibt noch keine Story\.$/m);
    const asked = readChat('why', '');
    assert.ok(asked.kind === 'unclear');
    assert.equal(inLanguage([asked.said], translate), 'Sagen Sie, welche Story: /why 3');
  });

  it('[U10] a gate that is red after landings is told in German, whoever turned it red', () => {
    const since = { oid: 'b'.repeat(40), subject: 'By hand', story: null };
    const landed = { ...since, story: { key: 'k', number: 9 } };
    const told = (red: Omit<LandedRed, 'gate'>): string =>
      inGerman(sayLandedRed({ gate: 'slow', ...red }, 'refs/heads/main'));
    assert.equal(
      told({ since: landed, search: 'found' }),
      'Gate slow, das nach Landungen läuft, ist auf main rot seit bbbbbbb (dort landete #9).',
    );
    assert.equal(
      told({ since, search: 'under way' }),
      'Gate slow, das nach Landungen läuft, ist auf main rot mindestens seit bbbbbbb (By hand). Switchyard sucht, was es rot machte.',
    );
  });

  it('[U10] a refusal is English for a record and German for a German window', () => {
    const refused = refusal('Done', 'Start');
    const told = inLanguage(refused.said ?? [], translate);
    assert.match(refused.message, /^Start is not possible in Done\. Possible there: /);
    assert.equal(told, refused.message.replace('is not possible in Done. Possible there', 'ist in Done nicht möglich. Dort möglich')); // prettier-ignore
    const gone = refuse([say('#{0} was made.', 7), sayPlaceProblem({ number: 7, branch: 'refs/heads/story/7' }, { kind: 'none' })]); // prettier-ignore
    assert.equal(gone.message, '#7 was made. #7 has no worktree. Unblock it to have one made; story/7 is kept.');
    assert.equal(
      inLanguage(gone.said ?? [], translate),
      '#7 ist angelegt. #7 hat keinen Worktree. Heben Sie die Blockade auf, dann wird einer angelegt; story/7 bleibt.',
    );
    // What was told already keeps its parts, and what git said has none.
    assert.deepEqual(refuse(gone), gone);
    assert.deepEqual(refuse('fatal: {0}'), { kind: 'refused', message: 'fatal: {0}' });
  });

  it('[U10] what somebody wrote stays as it is, with braces of its own, and a value is never looked into', () => {
    const said = [asWritten('Left {0} alone, see 1.'), say('{0} is at it, attempt {1} of {2}.', '{1}', 1, 3)];
    assert.equal(inEnglish(said), 'Left {0} alone, see 1. {1} is at it, attempt 1 of 3.');
    assert.equal(inLanguage(said, translate), 'Left {0} alone, see 1. {1} arbeitet daran, Versuch 1 von 3.');
  });
});
