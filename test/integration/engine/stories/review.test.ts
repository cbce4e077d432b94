import assert from 'node:assert/strict';
import type { ReviewChange, ShownReview } from '../../../../src/core/review/comments';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const TEXT = 'one\ntwo\nthree\nfour\nfive\n';

/** Prints what it was told, answers one of the comments, and commits. */
const ANSWER = `
const { readFileSync, writeFileSync } = require('node:fs');
console.log(readFileSync(process.argv[1], 'utf8'));
writeFileSync('a.txt', 'zero\\none\\ntwo, and more\\nthree\\nfour\\nfive\\n');
require('node:child_process').execFileSync('git', ['commit', '-qam', 'Say more']);`;
const coder = { name: 'reader', role: 'coder', command: [process.execPath, '-e', ANSWER, '{promptFile}'] };

describe('the review of a story', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'old\n', 'gone.txt': 'gone\n' }, 'Begin');
    window = new TestWindow(repository, { settings: { reviewPaths: ['*.txt'] } });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** A story that a person is asked to look at. */
  async function heldStory(): Promise<StoryRecord> {
    const story = await window.codedStory('Count', { 'a.txt': TEXT });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
    return story;
  }

  async function review(story: StoryRecord): Promise<ShownReview> {
    const shown = await window.session.reviewOf(story.key);
    assert.ok(shown !== null, 'there is something to review');
    return shown;
  }

  async function change(story: StoryRecord, wanted: ReviewChange): Promise<void> {
    const outcome = await window.session.changeReview(story.key, wanted);
    assert.equal(outcome.kind, 'done', outcome.message);
  }

  async function comment(story: StoryRecord, line: number, code: string, text: string): Promise<void> {
    const { base, tip } = await review(story);
    const place = { path: 'a.txt', side: 'story', base, tip, line, endLine: line, code } as const;
    await change(story, { kind: 'comment', place, text });
  }

  it('[U13, A3] comments go to the coder with Reject, by file, line and code, and are answered when their lines change', async () => {
    const story = await heldStory();
    assert.match((await review(story)).reasons.join(' '), /a\.txt/);
    await comment(story, 2, 'two', 'Say more here.');
    await comment(story, 4, 'four', 'This is right?');
    window.settings = { ...window.settings, agents: [coder] };
    await window.must(story, 'Rejected', { text: 'Not yet' });
    await window.waitForStage(story, 'ReviewHold');
    const told = window.output.join('');
    assert.match(told, /Review: Not yet\s+And 2 comments in a\.txt\./);
    assert.match(told, /a\.txt, line 2, at [0-9a-f]{8}:\n\s+\| two\n\s+Say more here\./);
    const { threads } = await review(story);
    assert.deepEqual(
      threads.map(({ state, now }) => [state, now?.line]),
      [
        ['answered', 3],
        ['sent', 5],
      ],
    );

    // Kept with the store: another boot has them.
    await window.close();
    await window.open();
    assert.deepEqual(await window.session.reviewOf(story.key).then((one) => one?.threads), threads);

    // What was not done is said again, and only that.
    window.settings = { ...window.settings, agents: [] };
    await window.must(story, 'Rejected');
    assert.equal((await window.waitForStage(story, 'Coding')).feedback?.summary, 'Review: 1 comment in a.txt.');
  });

  it('[U13] an approval is bound to the tip that was seen: a new commit needs a new look', async () => {
    const story = await heldStory();
    const seen = await review(story);
    await change(story, { kind: 'looked', base: seen.base, tip: seen.tip });
    await window.commit(story, { 'b.txt': 'late\n' });
    // The branch moved: it is proven again, and held again.
    await waitFor('the new tip to be held', () => {
      const { stage } = window.now(story);
      return stage.name === 'ReviewHold' && stage.tip !== seen.tip;
    });
    for (const request of [{}, { seen: seen.tip }]) {
      const outcome = await window.session.perform(story.key, { event: 'Approved', ...request });
      assert.match(outcome.kind === 'refused' ? outcome.message : '', /changed since you looked at it/);
    }
    const now = await review(story);
    assert.deepEqual([now.lookedAt, now.since?.tip], [seen.tip, seen.tip]);
    await change(story, { kind: 'looked', base: now.base, tip: now.tip });
    await window.must(story, 'Approved', { seen: now.tip });
    await window.waitForStage(story, 'Done');
  });

  it('[U13] a file that is renamed keeps its comments, and one that is gone answers them', async () => {
    const story = await heldStory();
    await comment(story, 1, 'one', 'Uno?');
    await window.commit(story, { 'a.txt': null, 'c.txt': `nought\n${TEXT}` });
    const renamed = (await review(story)).threads[0];
    assert.deepEqual([renamed?.state, renamed?.now], ['open', { path: 'c.txt', side: 'story', line: 2, endLine: 2 }]);
    await window.commit(story, { 'c.txt': null });
    const gone = (await review(story)).threads[0];
    assert.deepEqual([gone?.state, gone?.now], ['answered', null]);
  });
});
