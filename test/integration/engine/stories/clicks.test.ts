import assert from 'node:assert/strict';
import type { Card } from '../../../../src/core/board/card';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('what a click shows', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': '1\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[U11] a row says that it is being done before git is asked, and what came of it without waiting for a look', async () => {
    const story = await window.newStory('Greet');
    await window.waitForCard(story, 'the new story on the board', () => true);
    const card = (): Card => window.card(story) ?? assert.fail('the story is on the board');
    const told: string[] = [];
    const subscription = window.session.onDidChange(() => told.push(card().state));

    const started = window.engine.perform(story.key, { event: 'Start' });
    assert.equal(card().stage, 'Backlog');
    assert.equal(card().state, 'working');
    assert.equal(card().facts[0], 'starting…');
    assert.deepEqual(card().primaryActions, [], 'what is being done is not offered again');
    assert.deepEqual(told, ['working'], 'the views are told at once');
    assert.equal((await started).kind, 'changed');
    assert.equal(card().stage, 'Coding');
    assert.notEqual(card().facts[0], 'starting…');

    const frozen = window.engine.moveTo(story.key, 'Frozen');
    assert.equal(card().facts[0], 'freezing…');
    await frozen;
    assert.equal(card().stage, 'Frozen');
    subscription.dispose();
  });

  it('[U11] what is refused leaves the row as it was', async () => {
    const story = await window.codedStory('Nothing yet', { 'b.txt': 'b\n' });
    await window.waitForCard(story, 'the story in Coding', ({ stage }) => stage === 'Coding');
    const asked = window.engine.perform(story.key, { event: 'Approved' });
    assert.deepEqual(window.card(story)?.facts, [], 'what the stage does not know is not begun');
    assert.equal((await asked).kind, 'refused');
    await repository.git('update-ref', '-d', 'refs/heads/story/1-nothing-yet');
    const ready = window.engine.perform(story.key, { event: 'GatesStarted' });
    assert.equal(window.card(story)?.facts[0], 'going to QA…');
    assert.equal((await ready).kind, 'refused');
    assert.deepEqual(window.card(story)?.facts, []);
    assert.equal(window.card(story)?.stage, 'Coding');
  });
});
