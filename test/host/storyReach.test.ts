import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { StoryEventShown } from '../../src/host/api/storyEvents';
import { openStoryLink } from '../../src/host/window/storyLinksFromOutside';
import type { Repositories } from '../../src/host/repositories';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

/** An extension that is there in every VS Code. */
const OTHER = 'vscode.git';

describe('Stories reached from outside, in a real extension host', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let made = 0;

  before(async () => {
    pipeline = await Pipeline.open();
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());

  const asked = (): string[] => person.messages.map(({ message }) => message);

  it('[S2] another extension is told of stories and makes one, each by the word of a person who is asked once', async () => {
    const access = pipeline.api.forExtension(OTHER);
    const events: StoryEventShown[] = [];
    person.will(/May .*vscode\.git.* be told/, 'Allow').will(/May .*vscode\.git.* make stories/, 'Allow');
    const subscription = await access.onDidChangeStories((event) => events.push(event));
    assert.ok(subscription !== null);
    const outcome = await access.createStory({ title: 'Made from outside' });
    assert.ok(outcome.kind === 'done', JSON.stringify(outcome));
    made = outcome.number;
    await waitFor('the news of it', () => events.find(({ number }) => number === made), { seen: () => events });
    assert.deepEqual(
      events.find(({ number }) => number === made),
      { repository: 'greeter', number: made, from: null, to: 'Backlog' },
    );
    assert.equal(
      (await pipeline.api.forExtension(OTHER.toUpperCase()).createStory({ title: 'And another' })).kind,
      'done',
    );
    assert.equal(asked().length, 2);
    subscription.dispose();
  });

  it('[ST6] what is denied stays denied, and no extension lands, skips gates, or is one that is not there', async () => {
    const access = pipeline.api.forExtension(OTHER);
    assert.equal((await access.moveStory(made, 'Merge')).kind, 'refused');
    person.will(/May .*vscode\.git.* move stories/, 'Deny');
    assert.equal((await access.moveStory(made, 'Frozen')).kind, 'denied');
    assert.equal((await access.moveStory(made, 'Frozen')).kind, 'denied');
    assert.equal((await pipeline.api.forExtension('nobody.nothing').createStory({ title: 'No' })).kind, 'denied');
    assert.equal(asked().length, 1);
    assert.equal(pipeline.cards().find(({ number }) => number === made)?.stage, 'Backlog');
  });

  it('[ST6] a person takes back what was said, and is asked again', async () => {
    person.will(/Forget what was said/, undefined).will(/May .* move stories/, 'Allow');
    await vscode.commands.executeCommand('switchyard.reviewExtensions');
    assert.ok(
      person.read.some((text) => text.includes('vscode.git: move')),
      person.read.join('\n'),
    );
  });

  it('[U5] a link to a story shows its page, and one to none says so', async () => {
    const host = { model: () => pipeline.api.board() };
    const window = { all: () => [host], state: 'ready', onDidChange: pipeline.api.onDidChangeBoard };
    const open = (path: string): Promise<void> =>
      openStoryLink(window as unknown as Repositories, vscode.Uri.parse(`vscode://switchyard.switchyard${path}`));
    await open(`/story/${made}`);
    await waitFor('the page of the story', () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('Made from outside'),
    );
    void open('/story/99999');
    await person.sees(/#99999 is not among the stories/);
    void open('/delete/1');
    await person.sees(/leads to no story/);
  });
});
