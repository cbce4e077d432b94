import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { approvalText, criterionApprovalText, type ApprovableCommands } from '../../../../src/core/agents/approval';
import { readableApproval } from '../../../../src/core/agents/readableApproval';
import { pointerTo, promptArgument } from '../../../../src/agents/commandLine/promptArgument';

const LIST: ApprovableCommands = {
  gates: [{ name: 'test', command: 'npm test' }],
  agents: [{ name: 'claude', role: 'coder', command: ['claude', '{prompt}'], model: 'big', env: { B: '2', A: '1' } }],
};

describe('the text that a person approves', () => {
  it('[A11] names every command that would be executed, one a line', () => {
    assert.equal(
      approvalText(LIST),
      'gate "test": "npm test"\nagent "claude" "coder": ["claude","{prompt}"] model "big" env {"A":"1","B":"2"}\n',
    );
    assert.equal(approvalText({ gates: [], agents: [] }), '');
  });

  it('[A11] is the same for the same commands, in whatever order variables were written', () => {
    const [agent] = LIST.agents;
    assert.equal(approvalText({ ...LIST, agents: [{ ...agent!, env: { A: '1', B: '2' } }] }), approvalText(LIST));
  });

  it('[A11] shows characters that would hide or turn what stands there', () => {
    const text = approvalText({ gates: [{ name: 'a\u202eb', command: 'x \u200b\u2028y\n\u{e0001}' }], agents: [] });
    assert.equal(text, 'gate "a\\u202eb": "x \\u200b\\u2028y\\n\\udb40\\udc01"\n');
  });

  it('[A11] differs whenever anything that is executed differs', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('a', 'b', '', '"', '\n', 'gate "a": "b"', '\\u202e', '\u202e', 'env {}'),
    );
    const command = fc.oneof(text, fc.array(text, { maxLength: 3 }));
    const gate = fc.record({ name: text, command });
    const agent = fc.record({
      name: text, role: text, command, model: fc.option(text, { nil: undefined }), env: fc.dictionary(text, text, { maxKeys: 3 }),
    }); // prettier-ignore
    const list = fc.record({ gates: fc.array(gate, { maxLength: 3 }), agents: fc.array(agent, { maxLength: 3 }) });
    const plain = (one: ApprovableCommands): unknown => JSON.parse(JSON.stringify(one));
    fc.assert(
      fc.property(list, list, (one, other) => {
        assert.equal(approvalText(one) === approvalText(other), isDeepStrictEqual(plain(one), plain(other)));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the commands as a person reads them', () => {
  it('[A11, U16] each says what it is for and how one would type it, with what makes it prove less', () => {
    const text = approvalText({
      gates: [
        { name: 'test', command: 'npm test -- --reporter "spec"' },
        { name: 'lint', command: ['sh', '-c', 'npm run lint && echo done'], writes: true, paths: ['src/**'] },
        { name: 'slow', command: 'make slow', after: 'landing' },
      ],
      worktree: { setUp: ['npm ci'], tearDown: ['docker', 'compose', 'down'], gateTrees: true },
      agents: LIST.agents,
    });
    assert.equal(
      readableApproval(text + criterionApprovalText("grep -q 'a b' README.md")),
      [
        'Gate test: npm test -- --reporter "spec"',
        "Gate lint: sh -c 'npm run lint && echo done'",
        '      may change tracked files',
        "      only where these change: 'src/**'",
        'Gate slow: make slow',
        '      runs after the landing',
        'Set-up: npm ci (for gates as well)',
        'Tear-down: docker compose down',
        'Agent claude (coder): claude {prompt}',
        '      model big',
        '      A=1',
        '      B=2',
        "Criterion: grep -q 'a b' README.md",
      ].join('\n'),
    );
  });

  it('[A11, U17] two lists that differ read differently, and none makes a line or a character that is not its own', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('a', '', '"', "'", '\n', 'Gate b: rm', '\\', "a' 'b", '\u202e', 'model', 'writes'),
    );
    const gate = fc.record({ name: text, command: fc.array(text, { minLength: 1, maxLength: 3 }) });
    const list = fc.record({ gates: fc.array(gate, { maxLength: 2 }), agents: fc.constant([]) });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const [a, b] = [readableApproval(approvalText(one)), readableApproval(approvalText(other))];
        assert.equal(a === b, JSON.stringify(one) === JSON.stringify(other));
        assert.equal(a === '' ? 0 : a.split('\n').length, one.gates.length);
        assert.doesNotMatch(a.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the prompt as an argument', () => {
  const pointer = pointerTo('/p/1.md');

  it('[U12] is the prompt itself on Linux and macOS, up to what the system takes', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      assert.equal(promptArgument('a\nb', '/p/1.md', platform), 'a\nb');
      assert.equal(promptArgument('ä'.repeat(60_000), '/p/1.md', platform), pointer);
    }
  });

  it('[U12] on Windows is one short line, because cmd.exe cuts at the first line break', () => {
    assert.equal(promptArgument('a b\n', '/p/1.md', 'win32'), 'a b\n');
    assert.equal(promptArgument('a\nb', '/p/1.md', 'win32'), pointer);
    assert.equal(promptArgument('x'.repeat(7000), '/p/1.md', 'win32'), pointer);
  });
});
