import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { asFollowed } from '../../src/core/board/asFollowed';
import type { Card } from '../../src/core/board/card';
import type { Session } from '../../src/session/session';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';
import { secondWindow } from './support/secondWindow';

describe('A second window beside a real extension host', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let card: Card;
  let second: Session | undefined;

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: [], agents: [], target: '' });
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());
  after(() => second?.dispose());

  it('[P5] opened on the worktree of a story, it shows the board that this window shows', async () => {
    card = await pipeline.newStory(person, 'Work in a window of its own');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { 'own-window.txt': 'from a window of its own\n' });
    second = await secondWindow(await pipeline.worktreeOf(card));
    assert.equal(second.engine(), null);
    const here = () => {
      const model = pipeline.api.board();
      return model === null ? null : asFollowed(model);
    };
    await waitFor('the same board', () => isDeepStrictEqual(second?.model(), here()), {
      seen: () => [here(), second?.model()],
    });
  });

  it('[P5] it says Ready for QA and Approve, sets the target, and this window does it', async () => {
    assert.equal((await second?.perform(card.key, { event: 'GatesStarted' }))?.kind, 'changed');
    await pipeline.waitForStage(card, 'ReviewHold');
    assert.equal((await second?.perform(card.key, { event: 'Approved' }))?.kind, 'changed');
    await pipeline.waitForStage(card, 'Done');
    // It is Done once the target holds it; its landing clears up after that.
    await waitFor('its landing to be over', async () => (await second?.mergeStatusOf(card.key))?.kind === 'done');
    await second?.setTarget('nowhere');
    await waitFor('this window to miss the branch', () => pipeline.api.board()?.target === null);
    await second?.setTarget('main');
    await waitFor('the target in the second window', () => second?.model()?.target?.name === 'main');
    await pipeline.configure({ target: '' });
  });

  it('[G4, P5] a worktree is not put into a window of one folder, which would start the extension anew', async () => {
    const other = await pipeline.newStory(person, 'Look at its files');
    await pipeline.run('start', other);
    await pipeline.waitForCard(other, 'its worktree', (now) => now.actions.includes('openWorktree'));
    person.will(/Worktree of #/, undefined);
    await pipeline.run('openWorktree', other);
    assert.ok(
      person.read.some((text) => text.includes('Open in Terminal')),
      person.read.join('\n'),
    );
    assert.ok(!person.read.some((text) => text.includes('Add to This Window')), person.read.join('\n'));
  });
});
