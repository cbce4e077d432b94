import assert from 'node:assert/strict';
import {
  PUSH_PROBLEMS,
  publishWords,
  pushWords,
  type PushFacts,
  type PushState,
} from '../../../../src/core/landing/push';
import { pullWords, type Pulled } from '../../../../src/core/landing/pullWords';
import { sayLoss } from '../../../../src/core/recovery/lossText';
import type { LogCondition, Witnesses } from '../../../../src/core/recovery/witnesses';
import { contentLoss, fileLoss, ledgerLoss, textsGone } from '../../../../src/store/recovery/contentLoss';
import { keptLoss } from '../../../../src/store/recovery/keptLoss';
import { explainDiskError } from '../../../../src/store/storeError';
import { say, tell, toldBy, type Said } from '../../../../src/core/words/said';
import { englishIn } from '../../../support/words/englishIn';
import { inGerman } from '../../../support/words/german';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, NOW, STAGES } from '../../../support/storyFixtures';
import { storyNumber } from '../../store/storeFixtures';

function assertGerman(said: readonly Said[] | null | undefined): void {
  assert.ok(said != null && said.length > 0);
  assert.deepEqual(englishIn([inGerman(said)]), []);
}

describe('What a German window is told', () => {
  it('[P1, U10] a loss is told in German, whatever was lost and restored, and so is a notice of it', () => {
    const stories = [1, 2, 3, 4, 5].map((number) => storyNumber(number, { stage: STAGES.Merge }));
    const conditions: LogCondition[] = [
      { kind: 'empty' },
      { kind: 'short', lost: 1 },
      { kind: 'damaged', lost: 2, mended: 0, keptIn: 'x' },
      { kind: 'damaged', lost: 'unknown', mended: 0, keptIn: 'x' },
      { kind: 'damaged', lost: 0, mended: 1, keptIn: 'x' },
      { kind: 'damaged', lost: 0, mended: 2, keptIn: 'x' },
    ];
    const seen = { history: [], lastSequence: 0, hasLanded: false, vouched: new Set<string>() };
    for (const condition of conditions)
      for (const saved of ['all', 'stories', 'nothing'] as const) {
        const witnesses: Witnesses = {
          index: { condition, file: 'stories.log', wasUsed: true, stories, graves: [], ...seen },
          journal: { condition, file: 'jobs.log', jobs: [] },
          orphans: [],
          shadow: null,
        };
        const restored = { copied: [stories[0]], landed: [stories[1]], behind: [stories[2]], left: [stories[3]] };
        assertGerman(sayLoss(witnesses, restored as never, [stories[4]!], saved));
      }
    const at = '2026-01-02T12:00:00.000Z';
    const damage = { key: 'k1', keptIn: '/x' };
    const losses = [
      contentLoss({ ...damage, what: 'body' }, stories[0], at, 0),
      contentLoss({ ...damage, what: 'body' }, undefined, at, 1),
      contentLoss({ ...damage, what: 'gates' }, stories[0], at, 0),
      ...(['findings', 'quarantines', 'words', 'removals', 'share'] as const).map((name) => fileLoss(name, '/x', at)),
      ledgerLoss('/x', at),
      textsGone(['k1', 'k2'], () => stories[0], at),
      ...(['missing', 'mended', 'damaged'] as const).map((condition) =>
        keptLoss({ file: 'f', condition, keptIn: null, restored: false, what: 'archive' } as never, at),
      ),
    ];
    for (const loss of losses) assertGerman(loss.said);
    for (const { said } of buildBoardModel(factsWith([], { losses })).notices) assertGerman(said);
  });

  it('[P6, U10] so are a full disk, one that takes nothing and whatever else a disk says', () => {
    for (const code of ['ENOSPC', 'EACCES']) {
      const error = explainDiskError('Changes cannot be saved', '/x', Object.assign(new Error(code), { code }));
      const storeProblem = toldBy(error, error.message);
      assertGerman(storeProblem.said);
      assertGerman(buildBoardModel(factsWith([], { storeProblem })).notices[0]?.said);
    }
    const other = explainDiskError(say('{0} was not saved', say('What was said to agents')), '/x', new Error('EIO'));
    assert.equal(
      inGerman(other.said),
      'Nicht gespeichert: was Agenten gesagt wurde: EIO (/x). Sehen Sie nach dem Datenträger und den Rechten dieses Pfads, dann versuchen Sie es noch einmal.',
    );
    assert.match(other.message, /^What was said to agents was not saved: EIO \(\/x\)\. /);
  });

  it('[MQ15, U10] so is how a push or a pull went, and what a landing waits for', () => {
    const states: PushState[] = [
      { kind: 'idle' },
      { kind: 'pushing' },
      ...PUSH_PROBLEMS.flatMap((problem) =>
        [null, 7].map((story): PushState => ({ kind: 'problem', problem, said: 'EOF', at: NOW, story })),
      ),
    ];
    for (const state of states)
      for (const count of [1, 2]) {
        const upstream = count === 1 ? 'origin/main' : null;
        const push: PushFacts = { setting: 'ask', upstream, target: 'refs/heads/main', ahead: count, behind: count, state };
        const words = pushWords(push);
        if (words === null) continue;
        assertGerman(words.said);
        assertGerman(buildBoardModel(factsWith([], { push })).notices[0]?.said);
      } // prettier-ignore
    for (const problem of PUSH_PROBLEMS) assertGerman(publishWords(problem, 'origin/main', 'EOF'));
    const pulls: Pulled[] = [
      ...(['moved', 'here', 'diverged', 'notLeading', 'cancelled'] as const).map((kind) => ({ kind })),
      ...(['unreachable', 'signIn', 'failed'] as const).map((kind) => ({ kind, said: 'EOF' })),
      { kind: 'waiting', why: tell(say('{0} is being rebased. Finish or abort the rebase.', 'main')), files: ['a'] },
    ];
    for (const pulled of pulls) assertGerman(pullWords(pulled, { target: 'main', upstream: 'origin/main' }));
  });
});
