import assert from 'node:assert/strict';
import { behindStage, rowWords } from '../../../../src/core/board/storyRow';

const PREDICTED = 'Will conflict with #30 in query.ts';
const conflicts = [{ number: 30, files: ['src/query.ts'] }];
const card = {
  number: 31,
  title: 'Count the rows',
  stage: 'ReviewHold',
  facts: [PREDICTED, '2/3 criteria'],
  conflicts,
} as const;

describe('the row of a story', () => {
  it('[MQ13, U16] shows what it will conflict with, behind the title where it waits for a person and before its reason else', () => {
    const review = rowWords({ ...card, need: 'review', brief: 'Review: changes gate scripts' }, '');
    assert.deepEqual(review, {
      label: '#31 Review',
      description: `Count the rows · ${PREDICTED}`,
    });
    const waits = rowWords({ ...card, stage: 'Merge', need: null, brief: 'Your file a.txt is in the way' }, '');
    assert.equal(waits.description, `${PREDICTED} · Your file a.txt is in the way`);
  });

  it('[U16] a row of an ordinary side bar has room for the whole of a reason in short, before which a title gives way', () => {
    const said = (brief: string) => rowWords({ ...card, conflicts: [], need: 'review', brief }, '').label;
    assert.equal(said('Review: it touches a.ts'), '#31 Review: it touches a.ts');
    assert.equal(said('Conflict in session.ts, after 3 attempts'), '#31 Conflict in session.ts');
    assert.equal(said('Gates red: gate test failed with status 1'), '#31 Gates red');
    assert.equal(said('Review: it touches a.ts and others, and 2 more'), '#31 Review');
    for (const whole of [
      'Asks to run npm install left-pad and more',
      'Asks to run git commit --message "fix: it, at last"',
      'You are solving parser.ts, session.ts',
    ])
      assert.equal(said(whole), `#31 ${whole}`, 'what it names is not cut');
    assert.equal(said('Conflict in parser.ts, session.ts, after 3 attempts'), '#31 Conflict in parser.ts, session.ts');
    const title = 'Count the rows of every table there is';
    const waits = {
      ...card,
      title,
      conflicts: [],
      stage: 'Coding',
      need: null,
      brief: 'Waits for a free agent',
    } as const;
    assert.deepEqual(rowWords(waits, ''), { label: '#31 Count the row…', description: 'Waits for a free agent' });
  });

  it('[U16] puts what is asked of a person first, and the title behind it', () => {
    const review = { ...card, conflicts: [], facts: ['2/3 criteria'], need: 'review', brief: null } as const;
    assert.deepEqual(rowWords(review, ''), { label: '#31 Review', description: 'Count the rows' });
    const moves = { ...review, stage: 'Coding', need: null } as const;
    assert.deepEqual(rowWords(moves, 'claude'), { label: '#31 Count the rows', description: 'claude' });
  });

  it('[U5, U16] says the stage once where the reason stands behind it', () => {
    assert.equal(behindStage('Review', 'Review: changes gate scripts'), 'changes gate scripts');
    assert.equal(behindStage('Coding', 'Gates red: gate test failed'), 'Gates red: gate test failed');
  });
});
