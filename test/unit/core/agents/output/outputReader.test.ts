import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { DIALECT_NAMES, DIALECTS, type DialectName } from '../../../../../src/core/agents/output/dialects';
import { OutputReader } from '../../../../../src/core/agents/output/outputReader';
import { NOTHING_SAID } from '../../../../../src/core/agents/output/runReport';
import { projectRoot } from '../../../../support/projectRoot';

const NOW = Date.parse('2026-11-26T12:00:00Z');

/** What the program itself printed, its model replaced; long lists and keys that nobody reads are left out. */
function printed(file: string): string {
  return readFileSync(path.join(projectRoot, 'test/unit/core/agents/output/lines', `${file}.jsonl`), 'utf8');
}

function read(text: string, dialect: DialectName | null, who = 'agent'): { shown: string; reader: OutputReader } {
  const reader = new OutputReader(dialect === null ? null : DIALECTS[dialect], who);
  const shown = reader.take(text, NOW);
  return { shown: shown + reader.end(NOW), reader };
}

/** Each did the same: said something, ran a command that commits, said that it is done. */
const RUNS: readonly [file: string, dialect: DialectName, tool: string, spent: object][] = [
  ['claude', 'claude', 'Tool Bash: ', { turns: 2, tokens: { input: 300, output: 40 }, costUsd: 0.001772 }],
  ['qwen', 'claude', 'Tool run_shell_command: ', { turns: 2, tokens: { input: 240, output: 40 }, costUsd: null }],
  ['codex', 'codex', 'Tool shell: /bin/bash -lc ', { turns: null, tokens: { input: 240, output: 40 }, costUsd: null }],
  ['opencode', 'opencode', 'Tool bash: ', { turns: 2, tokens: { input: 240, output: 40 }, costUsd: 0.00026 }],
  ['cline', 'cline', 'Tool run_commands: ', { turns: 2, tokens: { input: 240, output: 40 }, costUsd: null }],
  ['copilot', 'copilot', 'Tool bash: ', { turns: 2, tokens: null, costUsd: null }],
];

describe('what an agent says', () => {
  for (const [file, dialect, tool, spent] of RUNS) {
    it(`[A9] of ${file} is read as text, with its turns, tokens and cost, and what it does not say is unknown`, () => {
      const { shown, reader } = read(printed(file), dialect, file);
      const lines = shown.split('\n').filter((line) => line !== '' && !line.startsWith('Error: Model metadata'));
      assert.deepEqual([lines[0], lines[2]], [`${file}: I will add a file.`, `${file}: Done: a.txt is committed.`]);
      assert.ok(lines[1]?.startsWith(tool) && lines[1].includes('git commit -qm'), lines[1]);
      assert.equal(lines.length, 3);
      const { turns, tokens, costUsd } = reader.report;
      assert.deepEqual({ turns, tokens, costUsd: costUsd === null ? null : Number(costUsd.toFixed(8)) }, spent);
      assert.equal(reader.report.acted, true);
      assert.equal(reader.report.limit, null);
      assert.equal(reader.lastLine, `${file}: Done: a.txt is committed.`);
    });
  }

  it('[A4] its conversation is known from the first line where the agent says it there, with the program’s version', () => {
    const session = (file: string, dialect: DialectName, lines: number) =>
      read(printed(file).split('\n').slice(0, lines).join('\n'), dialect).reader.report.session;
    assert.deepEqual(session('claude', 'claude', 1), {
      id: '11111111-1111-4111-8111-111111111111',
      version: '2.1.330',
    });
    assert.deepEqual(session('qwen', 'claude', 1)?.version, '0.24.4');
    assert.match(session('codex', 'codex', 1)?.id ?? '', /^01a216b0-/);
    assert.match(session('opencode', 'opencode', 1)?.id ?? '', /^ses_/);
    assert.match(session('gemini', 'gemini', 1)?.id ?? '', /^3094ae4f-/);
    // Copilot says it in its last line alone, and Cline nowhere.
    assert.equal(session('copilot', 'copilot', 10), null);
    assert.match(session('copilot', 'copilot', 100)?.id ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(session('cline', 'cline', 100), null);
  });

  it('[A9] Gemini’s message comes in parts and stands on one line', () => {
    const message = (content: string) => `{"type":"message","role":"assistant","content":"${content}","delta":true}\n`;
    const tool =
      '{"type":"tool_use","tool_name":"write_file","tool_id":"1","parameters":{"file_path":"src/a.ts","content":"x"}}\n';
    const failed =
      '{"type":"tool_result","tool_id":"1","status":"error","output":"","error":{"type":"x","message":"no such folder"}}\n';
    const { shown } = read(message('I will ') + message('write.') + tool + failed, 'gemini', 'gemini');
    assert.equal(shown, 'gemini: I will write.\nTool write_file: src/a.ts\nFile changed: src/a.ts\nThat failed: no such folder\n'); // prettier-ignore
    assert.deepEqual(read(printed('gemini'), 'gemini').reader.report.tokens, { input: 240, output: 40 });
  });

  it('[A6] a rate limit is known from the agent’s own structure, and a back-off that it waits out by itself is no end', () => {
    const ended = read(printed('claude.429.ended'), 'claude').reader.report;
    assert.deepEqual([ended.limit, ended.acted, ended.tokens], [{ kind: 'rate', until: null }, false, null]);
    const waiting = read(printed('claude.429'), 'claude', 'claude');
    assert.equal(waiting.reader.report.limit, null);
    assert.equal(waiting.reader.report.backOffUntil, NOW + 39_762);
    assert.match(waiting.shown, /^Rate limit: claude tries again in 1 s\.\n/);
    for (const [file, dialect] of [
      ['codex.429', 'codex'],
      ['cline.429', 'cline'],
      ['copilot.429', 'copilot'],
    ] as const)
      // prettier-ignore
      assert.deepEqual(read(printed(file), dialect).reader.report.limit, { kind: 'rate', until: null }, file);
  });

  it('[A1] that nobody is logged in is known from what the agent answers for its service, and never from its own words', () => {
    const report = (file: string, dialect: DialectName) => read(printed(file), dialect).reader.report;
    for (const dialect of ['claude', 'codex', 'copilot', 'gemini'] as const) {
      const { needsLogin, acted, limit } = report(`${dialect}.401`, dialect);
      assert.deepEqual([needsLogin, acted, limit], [true, false, null], dialect);
      for (const file of [dialect, `${dialect}.429`]) assert.equal(report(file, dialect).needsLogin, false, file);
    }
    const error = { name: 'APIError', data: { statusCode: 401, message: 'Unauthorized' } };
    assert.equal(read(`${JSON.stringify({ type: 'error', error })}\n`, 'opencode').reader.report.needsLogin, true);
    const said =
      '{"type":"item.completed","item":{"type":"agent_message","text":"unexpected status 401 Unauthorized"}}\n';
    assert.equal(read(said, 'codex').reader.report.needsLogin, false);
  });

  it('[A6] the time that an agent names is taken from where it names it', () => {
    const limit = (line: object, dialect: DialectName) =>
      read(`${JSON.stringify(line)}\n`, dialect).reader.report.limit;
    const at = NOW + 3_600_000;
    assert.deepEqual(
      limit({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: at / 1000 } }, 'claude'),
      { kind: 'quota', until: at },
    );
    assert.equal(limit({ type: 'rate_limit_event', rate_limit_info: { status: 'allowed_warning', resetsAt: 1 } }, 'claude'), null); // prettier-ignore
    const answered = { statusCode: 429, message: 'Slow down', responseHeaders: { 'retry-after': '3600' } };
    assert.deepEqual(limit({ type: 'error', sessionID: 's', error: { name: 'APIError', data: answered } }, 'opencode'), { kind: 'rate', until: at }); // prettier-ignore
    assert.deepEqual(
      limit({ type: 'turn.failed', error: { message: 'You’ve hit your usage limit. Try again in 1 hour.' } }, 'codex'),
      { kind: 'quota', until: at },
    );
    assert.deepEqual(read(printed('gemini.429'), 'gemini').reader.report.limit, { kind: 'rate', until: at });
    const quota = '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"quotaId":"RequestsPerDay"},{"retryDelay":"3600s"}]}}'; // prettier-ignore
    assert.deepEqual(limit({ type: 'result', status: 'error', error: { type: 'Error', message: quota } }, 'gemini'), { kind: 'quota', until: at }); // prettier-ignore
    assert.deepEqual(limit({ type: 'session.error', data: { errorType: 'quota', message: 'x' } }, 'copilot'), { kind: 'quota', until: null }); // prettier-ignore
  });

  it('[A6] words of the agent itself are never a limit, and one that works on has none any more', () => {
    const said = '{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"HTTP 429 rate_limit_error: retry in 1 hour"}]}}\n'; // prettier-ignore
    assert.equal(read(said, 'claude').reader.report.limit, null);
    const message = '{"type":"item.completed","item":{"type":"agent_message","text":"the API said status: 429"}}\n';
    assert.equal(read(message, 'codex').reader.report.limit, null);
    const error = '{"type":"error","message":"exceeded retry limit, last status: 429 Too Many Requests"}\n';
    assert.notEqual(read(error, 'codex').reader.report.limit, null);
    assert.equal(read(error + message, 'codex').reader.report.limit, null);
  });

  it('[A6] a limit that was set for the agent is told apart from a failure', () => {
    const end = (subtype: string) => read(`${JSON.stringify({ type: 'result', subtype, is_error: true, num_turns: 3 })}\n`, 'claude').reader.report; // prettier-ignore
    assert.deepEqual(['error_max_turns', 'error_max_budget_usd', 'error_during_execution'].map((one) => end(one).spentLimit), ['turns', 'money', null]); // prettier-ignore
    const gemini = JSON.stringify({ type: 'result', status: 'error', error: { type: 'FatalTurnLimitedError', message: '' } }); // prettier-ignore
    assert.equal(read(`${gemini}\n`, 'gemini').reader.report.spentLimit, 'turns');
  });

  it('[A9] what is no line of JSON is shown as it stands and at once, and nothing is known of it', () => {
    const { shown, reader } = read('Working…\n{ not json\nno end', 'claude');
    assert.equal(shown, 'Working…\n{ not json\nno end');
    assert.deepEqual(reader.report, NOTHING_SAID);
    const plain = new OutputReader(null, 'agent');
    assert.equal(plain.take('{"type":"result"', NOW), '{"type":"result"');
    assert.equal(plain.lastLine, '{"type":"result"');
  });

  it('[A9, U17] what an agent says shows no colours and turns no text on a card, and hides no character', () => {
    const reader = new OutputReader(null, 'agent');
    reader.take('\u001b[31mred\u001b[0m \u202etext\n', NOW);
    assert.equal(reader.lastLine, 'red \\u{202e}text');
    const said = { type: 'item.completed', item: { type: 'agent_message', text: 'a\u202eb\u001b[2J' } };
    assert.equal(read(`${JSON.stringify(said)}\n`, 'codex', 'codex').shown, 'codex: a\\u{202e}b\\u{1b}[2J\n');
  });

  it('[A9] however a stream is cut into pieces, its text and figures are the same', () => {
    const files = RUNS.map(([file, dialect]) => [printed(file), dialect] as const);
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.nat({ max: 6000 }), { maxLength: 12 }),
        ([text, dialect], cuts) => {
          const whole = read(text, dialect);
          const reader = new OutputReader(DIALECTS[dialect], 'agent');
          let shown = '';
          let from = 0;
          for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
            shown += reader.take(text.slice(from, Math.max(from, cut)), NOW);
            from = Math.max(from, cut);
          }
          assert.equal(shown + reader.end(NOW), whole.shown);
          assert.deepEqual(reader.report, whole.reader.report);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('[A9] whatever stands in a stream, reading it never fails', () => {
    const value = fc.oneof(
      fc.jsonValue().map((one) => JSON.stringify(one)),
      fc.string(),
    );
    const shape = fc.record({ type: fc.constantFrom('system', 'assistant', 'user', 'result', 'item.completed', 'error', 'tool_use', 'agent_event', 'step_finish'), message: fc.jsonValue(), item: fc.jsonValue(), part: fc.jsonValue(), event: fc.jsonValue(), error: fc.jsonValue() }).map((one) => JSON.stringify(one)); // prettier-ignore
    fc.assert(
      fc.property(fc.constantFrom(...DIALECT_NAMES), fc.array(fc.oneof(value, shape)), (dialect, lines) => {
        const { reader } = read(lines.join('\n'), dialect);
        const { turns, costUsd } = reader.report;
        assert.ok((turns ?? 0) >= 0 && (costUsd === null || Number.isFinite(costUsd)));
      }),
      { numRuns: 500 },
    );
  });
});
