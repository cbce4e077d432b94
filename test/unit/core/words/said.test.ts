import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  asWritten,
  inEnglish,
  inLanguage,
  refuse,
  say,
  type Said,
  type Translate,
} from '../../../../src/core/words/said';
import { refusal } from '../../../../src/core/story/transitions';
import { sayPlaceProblem } from '../../../../src/core/story/workPlace';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { projectRoot } from '../../../support/projectRoot';
import { factsWith } from '../../../support/storyFixtures';

describe('What is said in sentences with values', () => {
  const german = JSON.parse(readFileSync(path.join(projectRoot, 'l10n', 'bundle.l10n.de.json'), 'utf8')) as Record<string, string>; // prettier-ignore
  const translate: Translate = (english, ...values) =>
    (german[english] ?? english).replaceAll(/\{(\d)\}/g, (hole, at: string) => String(values[Number(at)] ?? hole));

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
    const inGerman = (said: Said | undefined): string => inLanguage(said === undefined ? [] : [said], translate);
    assert.deepEqual(
      notices.map(({ said }) => inLanguage(said ?? [], translate)),
      [
        'Die eingestellten Befehle warten auf Ihre Genehmigung. Vorher läuft kein Agent und kein Gate.',
        'Git weiß nicht, wer Sie sind, darum kann nichts zusammengeführt werden. Setzen Sie user.name und user.email.',
      ],
    );
    assert.ok(queue !== null);
    assert.equal(queue.policy, 'one at a time: ~4 s of gates each');
    assert.equal(inGerman(queue.said?.policy), 'eine nach der anderen: je ~4 s Gates');
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
    const said = [asWritten('Gate {0} exited with code 1.'), say('{0} is at it, attempt {1} of {2}.', '{1}', 1, 3)];
    assert.equal(inEnglish(said), 'Gate {0} exited with code 1. {1} is at it, attempt 1 of 3.');
    assert.equal(inLanguage(said, translate), 'Gate {0} exited with code 1. {1} arbeitet daran, Versuch 1 von 3.');
  });
});
