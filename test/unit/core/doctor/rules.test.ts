import assert from 'node:assert/strict';
import { judge, reportOf, type Finding } from '../../../../src/core/doctor/examine';
import type { DoctorFacts, LockFacts } from '../../../../src/core/doctor/facts';

const NOW = Date.parse('2026-01-02T12:00:00.000Z');

const nothing: DoctorFacts = {
  now: NOW,
  folder: '/work',
  repository: { kind: 'ready' },
  notWorking: null,
  index: null,
  content: null,
  shadow: null,
  journal: null,
  ledger: null,
  refs: null,
  worktrees: null,
  gateTrees: null,
  locks: null,
  runs: null,
  findings: null,
  leader: null,
  git: null,
  configuration: null,
  disk: null,
  environment: null,
  notLooked: [],
};

const judged = (facts: DoctorFacts): Finding[] => [...judge(facts)].flat();
const lockOf = (ms: number, name = 'index'): LockFacts => ({
  path: `/work/.git/${name}.lock`,
  since: NOW - ms,
  owners: [],
});

describe('the rules of Doctor', () => {
  it('[P7] what nobody could look at is no finding', () => {
    assert.deepEqual(judged(nothing), []);
  });

  it('[P7] a lock that is moments old is what git does all the time', () => {
    assert.deepEqual(judged({ ...nothing, locks: [lockOf(10_000)] }), []);
    assert.deepEqual(judged({ ...nothing, locks: [lockOf(10_001)] }).map(({ id }) => id), ['locks.left']); // prettier-ignore
  });

  it('[P7] a report has the gravest first, twenty of a kind, and counts the others', () => {
    const locks = Array.from({ length: 735 }, (_, at) => lockOf(60_000, `n${at}`));
    const facts: DoctorFacts = { ...nothing, locks, repository: { kind: 'gitMissing' } };
    const report = reportOf(facts, judged(facts));
    assert.equal(report.findings[0]?.id, 'git.missing');
    assert.equal(report.findings.length, 21);
    assert.deepEqual(report.more.map(({ id, count }) => [id, count]), [['locks.left', 715]]); // prettier-ignore
    assert.equal(new Set(report.findings.map(({ key }) => key)).size, 21);
  });

  it('[P7] a report holds nothing but what its readers know: a repair travels as words alone', () => {
    const facts: DoctorFacts = {
      ...nothing,
      runs: [{ id: 'r1', label: 'gate', since: 0, record: 'there', processes: [], isOurs: false }],
    };
    const [finding] = reportOf(facts, judged(facts)).findings;
    assert.deepEqual(Object.keys(finding?.repair ?? {}), ['label', 'does']);
    assert.equal('decided' in (finding ?? {}), false);
  });
});
