import assert from 'node:assert/strict';
import { interactiveResume } from '../../../../src/core/agents/takeOver';

describe('taking an agent’s conversation over', () => {
  it('[A13] each known program goes on with it in its own words, also where it is named by a path', () => {
    assert.deepEqual(interactiveResume(['opencode', 'acp'], 'ses_1'), ['opencode', '--session', 'ses_1']);
    assert.deepEqual(interactiveResume(['/usr/bin/gemini', '--acp'], 'a-1'), ['/usr/bin/gemini', '--resume', 'a-1']);
    assert.deepEqual(interactiveResume([String.raw`C:\bin\claude.cmd`], 'a1'), [
      String.raw`C:\bin\claude.cmd`,
      '--resume',
      'a1',
    ]);
    assert.deepEqual(interactiveResume(['claude-agent-acp'], 'a1'), ['claude', '--resume', 'a1']);
    assert.deepEqual(interactiveResume(['codex-acp'], 'a1'), ['codex', 'resume', 'a1']);
    assert.deepEqual(interactiveResume(['copilot', '--acp'], 'a1'), ['copilot', '--resume=a1']);
  });

  it('[A13] a program that is not known, and an id that would be an option, give a plain terminal', () => {
    assert.equal(interactiveResume(['mine'], 'a1'), null);
    assert.equal(interactiveResume(['claude'], '--dangerous'), null);
    assert.equal(interactiveResume(['claude'], 'a b'), null);
    assert.equal(interactiveResume([], 'a1'), null);
  });
});
