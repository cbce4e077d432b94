import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { describeFinding, sayFinding, type RunFinding } from '../../../../src/core/agents/finding';
import { inEnglish } from '../../../../src/core/words/said';
import { saidSchema } from '../../../../src/core/words/saidSchema';
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

  it('[A12, P5] of thousands of tags that a fetch brought is said too, and told to other windows', () => {
    const made = Array.from({ length: 5000 }, (_, at) => ({ kind: 'ref' as const, ref: `refs/tags/v${at}`, before: null, after: 'a'.repeat(40) })); // prettier-ignore
    const said = z.array(saidSchema).parse(sayFinding({ ...found, changes: made }));
    assert.match(inEnglish(said), /: it made refs\/tags\/v0; it made refs\/tags\/v1; .*; it made refs\/tags\/v4999\.$/);
  });
});
