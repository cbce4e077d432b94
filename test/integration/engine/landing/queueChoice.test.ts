import assert from 'node:assert/strict';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { QueueBounds } from '../../../../src/core/pipeline/policy';
import { reportInLanguage } from '../../../../src/core/words/saidReport';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { inOrder } from '../../../support/mocha/inOrder';
import { TestWindow } from '../harness';

/** A gate that notes each of its runs, and waits while there is a file `hold`. */
const GATE = `
echo run >> "$1/runs"
while [ -e "$1/hold" ]; do sleep 0.02; done
echo '# tests 1'
`;

describe('the queue of a real engine', function () {
  inOrder(this);
  let repository: TemporaryRepository;
  let window: TestWindow;

  before(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ base: 'one\n' }, 'Begin');
    const gates = [{ name: 'test', command: ['sh', '-c', GATE, 'gate', repository.folder] }];
    window = new TestWindow(repository, { settings: { gates, reviewPaths: [] } });
    await window.open();
  });
  after(async () => {
    await window.close();
    await repository.dispose();
  });

  const runs = (): number => {
    const file = path.join(repository.folder, 'runs');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
  };
  const landTogether = async (queue: QueueBounds): Promise<void> => {
    window.settings = { ...window.settings, queue };
    window.permission = 'granted';
    await window.session.settle();
  };
  async function queued(...files: string[]): Promise<StoryRecord[]> {
    // Nothing lands before all of them are there.
    window.permission = 'unapproved';
    const stories: StoryRecord[] = [];
    for (const name of files) {
      const story = await window.codedStory(name, { [name]: 'story\n' });
      await window.must(story, 'QaSkipped');
      stories.push(story);
    }
    return stories;
  }
  const lane = () => window.session.model()?.queue ?? null;
  const AUTO: QueueBounds = { wanted: 'auto', parallel: 4, batch: 4, cores: 2 };

  it('[MQ12] lands one at a time, and says that too little was measured', async () => {
    const stories = await queued('a', 'b', 'c', 'd', 'e');
    window.settings = { ...window.settings, queue: AUTO };
    await window.session.settle();
    assert.equal(lane()?.policy, 'one at a time');
    assert.match(lane()?.why ?? '', /^too little is measured yet: 0 of 5 landings$/);
    await landTogether({ wanted: 'batch', parallel: 1, batch: 5 });
    for (const story of stories) await window.waitForStage(story, 'Done');
    assert.equal(runs(), 1);
  });

  it('[MQ12] chooses a batch once five landings and a gate run are in its records, and says what it means', async () => {
    await landTogether(AUTO);
    await waitFor('a batch', () => lane()?.policy.startsWith('batch of up to 4: one gate run, ~') === true, {
      seen: lane,
    });
    assert.match(
      lane()?.why ?? '',
      /with one gate run for several the mean wait is about \d\d % of that of one at a time$/,
    );
  });

  it('[MQ12, MQ19, MQ24] lands the next ones in this way, and says meanwhile when, why not yet, and what if', async () => {
    const hold = path.join(repository.folder, 'hold');
    writeFileSync(hold, '');
    const [first, second] = await queued('f', 'g');
    assert.ok(first !== undefined && second !== undefined);
    const before = await window.session.whyNotLanded(second.key);
    assert.match(
      reportInLanguage(before ?? []),
      /^Why #7 g has not landed\n\nThe configured commands wait for your approval/,
    );
    await landTogether(AUTO);
    await waitFor('their gate', () => runs() === 2, { seen: runs });
    const whatIf = reportInLanguage(await window.session.whatIf(null));
    assert.match(whatIf, /^What will land on main, and what you could change\nNow: batch of up to 4: one gate run/);
    assert.match(whatIf, /#6 f: (?:in about|any moment)[^]*#7 g: (?:in about|any moment)/);
    const frozen = await window.session.whatIf({ kind: 'freeze', key: first.key });
    assert.match(reportInLanguage(frozen), /freeze #6:/);
    assert.match(reportInLanguage((await window.session.whyNotLanded(second.key)) ?? []), /It is landing now: /);
    unlinkSync(hold);
    for (const story of [first, second]) await window.waitForStage(story, 'Done');
    assert.equal(runs(), 2, 'one gate run for both');
    assert.match(reportInLanguage((await window.session.whyNotLanded(first.key)) ?? []), /^#6 f has landed\n/);
  });
});
