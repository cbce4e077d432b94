import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { approvalText, type ApprovableCommands } from '../../../../src/core/agents/approval';
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
      { numRuns: 20_000 },
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
