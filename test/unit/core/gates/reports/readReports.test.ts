import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readJunit } from '../../../../../src/core/gates/reports/readJunit';
import { isTap, readTap } from '../../../../../src/core/gates/reports/readTap';
import { MOST_TESTS, type ReportReading } from '../../../../../src/core/gates/reports/testResult';

const said = (reading: ReportReading): string[] =>
  reading.kind === 'unreadable' ? [reading.why] : reading.tests.map(({ name, outcome }) => `${outcome} ${name}`);

/** As pytest, jest-junit and surefire write it. */
const JUNIT = `<?xml version="1.0" encoding="utf-8"?>
<testsuites name="all"><!-- <testcase name="not one"/> -->
  <testsuite name="cart" tests="4" failures="1">
    <properties><property name="a" value="b"/></properties>
    <testcase classname="cart.test" name="adds &amp; removes &#x263A;" time="0.1"/>
    <testcase classname="cart.test" name='rounds "up"'><failure message="1 &lt; 2"><![CDATA[</testcase><testcase name="x"/>]]></failure></testcase>
    <testcase classname="cart.test" name="later"><skipped/></testcase>
    <testcase classname="cart.test" name="breaks"><system-out>ok</system-out><error type="E">at a
    </error></testcase>
    <testcase classname="cart.test" name="shaky"><flakyFailure message="once"/></testcase>
  </testsuite>
</testsuites>`;

/** As node:test writes it. */
const TAP = `TAP version 13
# Subtest: cart
    # Subtest: adds
    ok 1 - adds
      ---
      duration_ms: 1.2
      not ok 9 - no point
      ...
    # Subtest: rounds
    not ok 2 - rounds
      ---
      error: 'not ok'
      ...
    1..2
not ok 1 - cart
  ---
  type: 'suite'
  ...
ok 2 - alone
ok 3 - later # SKIP no network
not ok 4 - known # TODO mend it
1..4
`;

describe('reports of single tests', () => {
  it('[MQ20] a report in the format of JUnit names each test with what became of it', () => {
    assert.deepEqual(said(readJunit(JUNIT)), [
      'passed cart.test › adds & removes ☺',
      'failed cart.test › rounds "up"',
      'skipped cart.test › later',
      'failed cart.test › breaks',
      'passed cart.test › shaky',
    ]);
  });

  it('[MQ20] TAP names each test with where it stands, and a group is none', () => {
    assert.deepEqual(said(readTap(TAP)), [
      'passed cart › adds',
      'failed cart › rounds',
      'passed alone',
      'skipped later',
      'skipped known',
    ]);
    assert.deepEqual(said(readTap('not ok 1 - set-up\n    ok 1 - below\nnot ok 2 - group\n')), [
      'failed set-up',
      'passed group › below',
      'failed group',
    ]);
    assert.ok(isTap(TAP));
    assert.ok(!isTap('ok 1 - said by somebody'));
  });

  it('[MQ20, U17] a report that means harm, is cut off or is none is not read, in time that grows with its length alone', () => {
    const suite = (inner: string): string => `<testsuite>${inner}</testsuite>`;
    const bombs = ['<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>', '<!ENTITY x SYSTEM "file:///etc/passwd">'];
    for (const bomb of bombs) assert.deepEqual(said(readJunit(bomb)), ['it has a document type']);
    assert.deepEqual(said(readJunit(JUNIT.slice(0, -20))), ['it is cut off']);
    assert.deepEqual(said(readJunit('{"tests": 3}')), ['it has no test suite']);
    assert.match(said(readJunit('<a>'.repeat(1e5))).join(''), /nests deeper/);
    assert.match(said(readJunit(suite('<testcase name="a"/>'.repeat(MOST_TESTS + 1)))).join(''), /more than/);
    assert.match(said(readJunit(suite(`<testcase ${'a'.repeat(1e6)}`))).join(''), /cut off|cannot be read/);
    assert.match(said(readJunit(suite(`<testcase${' a="b"'.repeat(1000)}/>`))).join(''), /too many attributes/);
    assert.match(said(readTap(`${' '.repeat(4)}ok\n`.repeat(MOST_TESTS + 1))).join(''), /more than/);
    assert.match(said(readTap('nothing of it')).join(''), /has no test/);
    const [odd = ''] = said(readJunit(suite(`<testcase name="a\u202eb\u0007 ${'x'.repeat(9000)}"/>`)));
    assert.ok(odd.length < 300 && !/[\p{Cc}\u202e]/u.test(odd), odd);
  });

  it('[MQ20] whatever text a report is, reading it gives tests or says why not', () => {
    const piece = fc.constantFrom('<testsuite>', '</testsuite>', '<testcase name="a">', '</testcase>', '<failure/>', '<', '"', '&#x0;', ']]>', '<![CDATA[', '<!--'); // prettier-ignore
    const line = fc.constantFrom('ok 1 - a', 'not ok', '    ok 2', '        not ok 3 - b', '  ---', '  ...', '1..0', '\t', 'TAP version 13'); // prettier-ignore
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => void readJunit(pieces.join('')))); // prettier-ignore
    fc.assert(fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 30 }), (lines) => void readTap(lines.join('\n')))); // prettier-ignore
  });
});
