import assert from 'node:assert/strict';
import type { HistoryEntry } from '../../../../src/core/story/history';
import { readMoment } from '../../../../src/core/story/readMoment';
import { eventWords, evidenceWords, timelineText } from '../../../../src/core/story/timelineText';
import { EVENTS, STAGES } from '../../../support/storyFixtures';
import { translate } from '../../../support/words/german';

const entry = (change: Partial<HistoryEntry>): HistoryEntry => ({ sequence: 1, at: '2026-01-31T13:05:09.123Z', key: 'k', number: 7, by: 'person', event: 'Start', from: 'Backlog', to: 'Coding', evidence: '', ...change }); // prettier-ignore

const utc = (time: string): string => time.slice(0, 19).replace('T', ' ');

describe('timeline', () => {
  it('[ST9] says of each change when, who, what, from where to where, and the evidence in words', () => {
    const text = timelineText(
      '#7 Sing',
      [
        entry({ by: 'merge queue', event: 'MergeSucceeded', from: 'Merge', to: 'Done', evidence: JSON.stringify({ mergeCommit: 'a'.repeat(40), mergedAt: 'x', by: 'queue' }) }), // prettier-ignore
        entry({ event: 'Rejected', from: 'ReviewHold', to: 'Coding', evidence: JSON.stringify({ feedback: { kind: 'review', summary: 'Too loud in c.ts.\nSofter.', files: ['a.ts', 'b.ts', 'c.ts'] }, coder: 'anyone' }) }), // prettier-ignore
        entry({ event: 'BranchNamed', from: 'Coding', to: 'Coding', evidence: 'refs/heads/story/7-sing' }),
        entry({ event: 'Created', from: null, to: 'Backlog' }),
      ],
      { hasOlder: false, when: utc },
    );
    assert.equal(
      text,
      [
        '#7 Sing',
        'The newest first.',
        '',
        '2026-01-31 13:05:09  merge queue: merge succeeded  Merge → Done',
        '    landed as aaaaaaaa',
        '2026-01-31 13:05:09  person: rejected  Review → Coding',
        '    Too loud in c.ts.',
        '    Softer. (a.ts and b.ts)',
        '2026-01-31 13:05:09  person: branch named',
        '    story/7-sing',
        '2026-01-31 13:05:09  person: created in Backlog',
        '',
        'This is the beginning.',
        '',
      ].join('\n'),
    );
    assert.match(timelineText('x', [], { hasOlder: true, when: utc }), /There are older entries\.\n$/);
  });

  it('[ST9, U10] is German in a German window, of whichever version wrote it: who, what, where to, and the evidence', () => {
    const entries = [
      entry({ by: 'merge queue', event: 'MergeSucceeded', from: 'Merge', to: 'Done', evidence: JSON.stringify({ mergeCommit: 'a'.repeat(40), by: 'queue' }) }), // prettier-ignore
      entry({ by: 'agent claude', event: 'MergeFailed', from: 'Merge', to: 'MergeFailure', evidence: JSON.stringify({ detail: 'As git said.', files: ['a.ts'] }) }), // prettier-ignore
      entry({ event: 'Described', from: 'QA', to: 'QA', evidence: 'title: a; labels: b → type: c; priority: 2 → 1; labels: none → ui; agent: the first → claude' }), // prettier-ignore
      entry({ by: 'Ada', event: 'ReQueuedForQa', from: 'ReviewHold', to: 'QA', evidence: 'refs/heads/story/7-sing' }),
    ];
    const text = timelineText('#7 Sing', entries, { hasOlder: true, when: utc }, translate);
    assert.equal(
      text,
      [
        '#7 Sing',
        'Das Neueste zuerst.',
        '',
        '2026-01-31 13:05:09  Merge-Warteschlange: Merge gelungen  Merge → Done',
        '    gelandet als aaaaaaaa',
        `2026-01-31 13:05:09  Agent claude: ${translate('merge failed')}  Merge → ${translate('Failed merge')}`,
        '    As git said.',
        '    Dateien: a.ts',
        `2026-01-31 13:05:09  ${translate('person')}: ${translate('title or fields changed')}`,
        '    Titel: a; Labels: b → type: c; Priorität: 2 → 1; Labels: keiner → ui; Agent: der erste → claude',
        '2026-01-31 13:05:09  Ada: zurück zu den Gates, denn ihr Branch hat sich bewegt  Review → QA',
        '    story/7-sing',
        '',
        'Es gibt ältere Einträge.',
        '',
      ].join('\n'),
    );
    assert.notEqual(translate('merge failed'), 'merge failed');
    // It looks so far and no further for an arrow, or what somebody wrote could hold a window up for minutes.
    const told = (length: number): string => evidenceWords(`type: ${'a'.repeat(length)} → b`, translate).join();
    assert.deepEqual([900, 1100].map((length) => told(length).split(':')[0]), [translate('type'), 'type']); // prettier-ignore
  });

  it('[ST9] says of every event what has happened, never what to do', () => {
    const commands = ['start', 'freeze', 'unfreeze', 'block', 'unblock', 'abandon', 'accept', 'reopen', 'supersede', 'demote']; // prettier-ignore
    const said = Object.keys(EVENTS).map((event) => eventWords(event));
    assert.deepEqual(said.filter((words) => commands.includes(words)), []); // prettier-ignore
    assert.ok(said.includes('started'));
  });

  it('[ST9] the evidence of every stage is words, never its JSON', () => {
    for (const stage of Object.values(STAGES)) {
      const evidence = Object.fromEntries(Object.entries(stage).filter(([field]) => field !== 'name'));
      const said = evidenceWords(Object.keys(evidence).length === 0 ? '' : JSON.stringify(evidence)).join('\n');
      assert.doesNotMatch(said, /[{}"]|\bnull\b|undefined/, `${stage.name}: ${said}`);
    }
    assert.match(evidenceWords(JSON.stringify({ reason: { kind: 'supersededBy', number: 3 } })).join(), /superseded by #3/); // prettier-ignore
  });

  it('[U17] direction and control characters of a title or evidence are written out', () => {
    const text = timelineText('#7 a\u202eb', [entry({ evidence: 'c\u001b[31md' })], { hasOlder: false, when: utc });
    assert.ok(text.includes('a\\u{202e}b') && text.includes('c\\u{1b}[31md'));
  });

  it('[U9] a moment is read as people write it, and one that has not come is refused', () => {
    const now = Date.parse('2026-02-01T00:00:00.000Z');
    const read = (text: string): unknown => {
      const found = readMoment(text, now);
      return found.kind === 'moment' ? new Date(found.at).toISOString() : found.message;
    };
    assert.equal(read('2026-01-31 13:05Z'), '2026-01-31T13:05:00.000Z');
    assert.equal(read(' 2026-01-31T13:05:09.5 UTC '), '2026-01-31T13:05:09.500Z');
    assert.equal(read('2026-01-31 13:05'), new Date(2026, 0, 31, 13, 5).toISOString());
    for (const text of ['', 'yesterday', '2026-13-31 13:05', '2026-01-31', '2026-01-31 25:00']) assert.match(String(read(text)), /^Write a day and a time/, text); // prettier-ignore
    assert.match(String(read('2026-02-01 00:01Z')), /has not come yet/);
  });
});
