import assert from 'node:assert/strict';
import { DIALECTS } from '../../../../src/core/agents/output/dialects';
import { OutputReader } from '../../../../src/core/agents/output/outputReader';
import {
  readRecords,
  recordLine,
  type TranscriptDeed,
  type TranscriptRecord,
} from '../../../../src/core/agents/transcript/transcriptRecord';
import { transcriptText } from '../../../../src/core/agents/transcript/transcriptText';
import { english } from '../../../../src/core/words/said';

const WORDS = {
  heading: '#3 Sign in',
  nothing: 'Nothing yet.',
  when: (at: number) => `t${at}`,
  nameOf: (path: string) => path.replace('/tree/', ''),
  t: english,
};
const records = (...deeds: TranscriptDeed[]): TranscriptRecord[] =>
  deeds.map((deed, at) => ({ at, who: 'claude', ...deed }));

describe('the transcript of agents', () => {
  it('[A9] says who said what and when, which tool was used, what came of it, and leads to each file', () => {
    const { text, links } = transcriptText(
      records(
        { kind: 'told', text: 'Work on story #3\n\nDo it.' },
        { kind: 'saidPart', text: 'I will ' },
        { kind: 'saidPart', text: 'look.\nThen write.' },
        { kind: 'tool', text: 'Bash: npm test' },
        { kind: 'output', text: '1 passing\n2 failing' },
        { kind: 'file', how: 'changed', path: '/tree/src/a.ts' },
        { kind: 'person', text: 'Use the helper' },
        { kind: 'said', text: 'One.' },
        { kind: 'said', text: 'Two.' },
        { kind: 'failed', text: 'no such file' },
      ),
      WORDS,
    );
    assert.deepEqual(text.split('\n'), [
      '#3 Sign in',
      '',
      't0  To claude',
      '  Work on story #3',
      '',
      '  Do it.',
      '',
      't1  claude',
      '  I will look.',
      '  Then write.',
      't3  Tool Bash: npm test',
      '  1 passing',
      '  2 failing',
      't5  Changed src/a.ts',
      '',
      't6  You, to claude',
      '  Use the helper',
      '',
      't7  claude',
      '  One.',
      '',
      't8  claude',
      '  Two.',
      't9  That failed: no such file',
      '',
    ]);
    assert.deepEqual(links, [{ line: 13, from: 12, to: 20, path: '/tree/src/a.ts' }]);
    assert.equal(transcriptText([], WORDS).text, '#3 Sign in\n\nNothing yet.\n');
  });

  it('[A9, U17] hidden characters are written as their codes, and a path of several lines stays on its line', () => {
    const path = '/tree/a\u202ecod\n.ts';
    const { text } = transcriptText(records({ kind: 'said', text: 'x\u001b[31m' }, { kind: 'file', how: 'added', path }), WORDS); // prettier-ignore
    assert.match(text, /x\\u\{1b\}\[31m/);
    assert.match(text, /Added a\\u\{202e\}cod\\u\{a\}\.ts\n/);
  });

  it('[A9] a record that was cut off, or is none, is passed over', () => {
    const [one] = records({ kind: 'said', text: 'Hello' });
    assert.ok(one !== undefined);
    const lines = `${recordLine(one)}[… 12 bytes left out …]\n{"kind":"dance","at":1,"who":"x"}\n{"kind":"said","te`;
    assert.deepEqual(readRecords(lines), [one]);
  });

  it('[A9] what a command line prints becomes records, its words and its deeds apart', () => {
    const deeds: TranscriptDeed[] = [];
    const reader = new OutputReader(DIALECTS.claude, 'claude', (deed) => deeds.push(deed));
    const say = (line: object): string => reader.take(`${JSON.stringify(line)}\n`, 0);
    const content = [
      { type: 'text', text: 'I begin.' },
      { type: 'tool_use', name: 'Write', input: { file_path: 'a.txt', content: 'x' } },
    ];
    say({ type: 'assistant', message: { id: 'm', content } });
    say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected' } });
    reader.take('\u001b[1mplain\u001b[0m words\n', 0);
    assert.deepEqual(deeds, [
      { kind: 'said', text: 'I begin.' },
      { kind: 'tool', text: 'Write: a.txt' },
      { kind: 'file', how: 'changed', path: 'a.txt' },
      { kind: 'note', text: 'claude has used up what its account may use.' },
      { kind: 'plain', text: 'plain words\n' },
    ]);
  });
});
