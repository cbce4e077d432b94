import assert from 'node:assert/strict';
import { describeFinding, sayFinding, type RunFinding } from '../../../../src/core/agents/finding';
import { inGerman } from '../../../support/words/german';

describe('what an agent’s run changed outside its story', () => {
  const found: RunFinding = {
    id: 'run-1',
    at: '2026-01-31T12:00:00.000Z',
    agent: 'claude',
    storyKey: 'k',
    number: 3,
    kind: 'sharedChanged',
    changes: [
      { kind: 'file', path: 'hooks/pre-commit', before: null, after: { kind: 'link', to: 'x' }, keys: [] },
      { kind: 'file', path: 'config', before: { kind: 'link', to: 'a' }, after: { kind: 'link', to: 'b' }, keys: ['user.name'] }, // prettier-ignore
      { kind: 'stash', what: 'taken', commit: 'a'.repeat(40), message: 'mine' },
    ],
  };

  it('[A12, U10] is said as a sentence, in the window’s language down to the last part', () => {
    assert.equal(describeFinding(found), 'claude, at work on #3, changed what all worktrees share: it added the hook pre-commit; it changed git\'s settings (user.name); it took "mine" from the stash.'); // prettier-ignore
    assert.equal(inGerman(sayFinding(found)), 'claude hat bei der Arbeit an #3 geändert, was alle Worktrees gemeinsam haben: den Hook pre-commit hinzugefügt; die Einstellungen von Git (user.name) geändert; „mine“ aus dem Stash genommen.'); // prettier-ignore
  });
});
