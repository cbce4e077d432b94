import assert from 'node:assert/strict';
import { reportDocument, summaryOf } from '../../../../src/core/doctor/reportDocument';
import { noteOf } from '../../../../src/core/doctor/note';
import { SEVERITIES, type DoctorReport, type Opening, type ShownFinding } from '../../../../src/core/doctor/report';
import { inEnglish, say } from '../../../../src/core/words/said';
import { englishIn } from '../../../support/words/englishIn';
import { translate } from '../../../support/words/german';
import { describeRepair, type Repair } from '../../../../src/core/doctor/repair';

const NOW = Date.parse('2026-01-02T12:00:00.000Z');

function finding(change: Partial<ShownFinding> = {}): ShownFinding {
  return {
    key: 'refs.pinLeft refs/switchyard/candidates/a',
    id: 'refs.pinLeft',
    area: 'refs',
    severity: 'warning',
    title: 'A candidate of no landing is kept',
    what: 'refs/switchyard/candidates/a keeps 12345678.',
    why: 'It keeps commits.',
    advice: 'Remove the pin.',
    since: NOW - 7_200_000,
    opens: { kind: 'command', command: 'switchyard.showLog', label: 'Show Log' },
    repair: { label: 'Remove This Pin', does: say('Deletes it.') },
    ...change,
  };
}

function report(findings: readonly ShownFinding[], change: Partial<DoctorReport> = {}): DoctorReport {
  return { at: NOW, findings, more: [], notLooked: [], ...change };
}

describe('the report of Doctor', () => {
  it('[P7] begins with a summary and groups what was found by severity, the gravest first', () => {
    const all = [finding({ severity: 'error' }), finding(), finding(), finding({ severity: 'note' })];
    const { text } = reportDocument(report(all), 'sample');
    assert.match(
      text,
      /^# Switchyard Doctor: sample\n\n\*\*1 error, 2 warnings, 1 note\.\*\* Looked at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\n/,
    );
    const headings = text.split('\n').filter((line) => line.startsWith('## '));
    assert.deepEqual(headings, ['## Errors', '## Warnings', '## Notes']);
    assert.match(
      text,
      /- Since: 2 h ago\n- What to do: Remove the pin\.\n- Name: `refs\.pinLeft`\n- Repair: Deletes it\./,
    );
  });

  it('[P7] of a healthy repository says so in a line', () => {
    assert.equal(summaryOf(report([])), 'Everything is as it should be.');
    assert.doesNotMatch(reportDocument(report([]), 'sample').text, /^##/m);
    const half = report([], { notLooked: [{ what: 'Refs', why: 'the workspace is not trusted' }] });
    assert.match(summaryOf(half), /^Nothing is wrong in what could be looked at/);
  });

  it('[P7] has lines that act, each with its place and the heading that it belongs to', () => {
    const { text, links } = reportDocument(report([finding({ opens: { kind: 'folder', path: '/a' } })]), 'sample');
    const lines = text.split('\n');
    assert.deepEqual(
      links.map(({ line, from, to, label, heading }) => [
        lines[line]?.slice(from, to),
        label,
        lines[heading]?.slice(0, 4),
      ]),
      [
        ['Look Again', 'Look Again', '# Sw'],
        ['Repair: Remove This Pin', 'Repair: Remove This Pin', '### '],
        ['Show This Folder', 'Show This Folder', '### '],
      ],
    );
  });

  it('[P7] names what was not looked at, and counts what is more of the same', () => {
    const { text } = reportDocument(
      report([finding()], {
        more: [{ id: 'refs.pinLeft', severity: 'warning', title: 'A candidate', count: 715 }],
        notLooked: [{ what: 'Refs', why: 'the workspace is not trusted' }],
      }),
      'sample',
    );
    assert.match(text, /\*\*716 warnings\.\*\*/);
    assert.match(text, /- 715 more: A candidate/);
    assert.match(text, /- Refs: the workspace is not trusted/);
  });

  it('[P7, U17] shows words of a repository as text: nothing in them becomes a heading, a link or a command', () => {
    const hostile = '[x](command:evil)\n# A heading <img src=x> $(bug) `code` \u202e';
    const { text, links } = reportDocument(report([finding({ what: hostile, title: hostile })]), hostile);
    assert.ok(text.split('\n').every((line) => !line.startsWith('# A heading')));
    assert.doesNotMatch(text, /\]\(command|(?<!\\)(?:<img|`code|\[x)|\u202e/);
    assert.equal(links.length, 3);
  });

  it('[P7] is said unasked only where an error is in it that no other notice tells of', () => {
    assert.equal(noteOf(report([finding(), finding({ severity: 'note' })])), null);
    assert.equal(noteOf(report([finding({ severity: 'error', id: 'git.identity' })])), null);
    const note = noteOf(report([finding({ severity: 'error', id: 'refs.broken', title: 'A ref cannot be read' })]));
    assert.deepEqual(note, { errors: 1, first: 'A ref cannot be read', moved: [] });
    const moved = noteOf(report([finding({ id: 'worktrees.moved', what: 'It was moved.' })]));
    assert.deepEqual(moved, { errors: 0, first: '', moved: [{ message: 'It was moved.' }] });
  });

  it('[P7, U10] the report is German in a German window, headings, findings and repairs', () => {
    const openings: Opening[] = [
      { kind: 'file', path: '/a' },
      { kind: 'folder', path: '/a' },
      { kind: 'command', command: 'switchyard.removeLocks', label: 'Remove Left Lock' },
    ];
    const findings = openings.flatMap((opens) =>
      SEVERITIES.map((severity) => {
        const what = { what: '/a is not there.', said: [say('{0} is not there.', '/a')] };
        const repair = describeRepair({ kind: 'removeSocket', path: '/s' });
        return finding({ severity, opens, repair, ...what, why: 'Nothing can be saved there.' });
      }),
    );
    const more = SEVERITIES.map((severity) => ({ id: 'x', severity, title: 'Git was not found', count: 3 }));
    const notLooked = [{ what: 'Refs', why: 'EIO' }];
    const { text } = reportDocument(report(findings, { more, notLooked }), 'r', translate);
    assert.deepEqual(englishIn(text.split('\n')), []);
    assert.match(text, /^\*\*6 Fehler, 6 Warnungen, 6 Hinweise\.\*\* Nachgesehen: /m);
    assert.match(text, /^→ Liegen gebliebene Sperre entfernen$/m);
    assert.equal(summaryOf({ findings: [], more: [], notLooked: [] }, translate), 'Alles ist, wie es sein soll.');
  });

  it('[P7] every repair says what exactly it does, in a sentence', () => {
    const repairs: Repair[] = [
      { kind: 'removePin', ref: 'refs/switchyard/candidates/a', oid: '1'.repeat(40) },
      { kind: 'endRun', id: 'r1' },
      { kind: 'relinkWorktree', gitDir: '/g', folder: '/w' },
      { kind: 'keepWhatIsLeft', key: 'k1', what: 'body' },
    ];
    for (const repair of repairs) {
      const { label, does } = describeRepair(repair);
      assert.match(label, /^[A-Z][A-Za-z ]+$/);
      assert.match(inEnglish([does]), /^[A-Z].*\.$/);
    }
  });
});
