import assert from 'node:assert/strict';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const GATES = [{ name: 'test', command: 'node --version' }];

describe('criteria with commands', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n', '.gitignore': 'installed\n' }, 'Begin');
    window = new TestWindow(repository, { settings: { gates: GATES } });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  async function landed(body: string): Promise<StoryRecord> {
    const story = await window.newStory('Work', body);
    await window.must(story, 'Start');
    await window.commit(story, { 'w.txt': 'w\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    return story;
  }

  const bodyOf = (story: StoryRecord): Promise<string> => window.session.bodyOf(story.key);
  const says = (story: StoryRecord, words: string): Promise<unknown> =>
    waitFor(words, async () => (await bodyOf(story)).includes(words));

  it('[MQ17] run again on the landed commit in a tree of its own, and the ticks record that commit', async () => {
    const story = await landed('- [ ] it is there: `cat w.txt`\n- [x] it is not: `test ! -e w.txt`\n- [ ] by hand\n');
    await says(story, '(failed on ');
    const { stage } = window.now(story);
    assert.ok(stage.name === 'Done');
    const commit = stage.mergeCommit.slice(0, 12);
    assert.equal(
      await bodyOf(story),
      `- [x] it is there: \`cat w.txt\` (passed on ${commit})\n` +
        `- [ ] it is not: \`test ! -e w.txt\` (failed on ${commit})\n- [ ] by hand\n`,
    );
    const [entry] = await window.session.historyOf(story.key, 1);
    assert.equal(entry?.by, 'Switchyard');
    assert.ok(entry.evidence.endsWith(`criteria checked on ${commit.slice(0, 8)}: 1 passed, 1 failed`), entry.evidence);
    const failed = '1 criterion failed on what landed';
    await window.waitForCard(story, failed, ({ facts }) => facts.includes(failed));
    assert.match((await window.session.outputsOf(story.key)).join(''), /^w$/m);
  });

  it('[MQ17, A11] a command waits for a person’s word on exactly that command; one of the gates does not', async () => {
    window.permissionOf = (subject) =>
      subject.includes('criterion: ') && !subject.includes('"cat w.txt"') ? 'unapproved' : 'granted';
    const story = await landed('- [ ] gate: `node --version`\n- [ ] known: `cat w.txt`\n- [ ] unknown: `touch made`\n');
    await says(story, '`cat w.txt` (passed on');
    assert.match(await bodyOf(story), /`node --version` \(passed on/);
    assert.match(await bodyOf(story), /`touch made`$/m);
    const list = window.session.commands()?.criteria;
    const text = 'criterion: "touch made"\n';
    assert.deepEqual(list, [{ text, subject: `${repository.path}\n${text}` }]);
    await window.session.settle();
    const notice = window.session.model()?.notices.find((one) => one.text.startsWith('Criteria of #1 '));
    assert.equal(notice?.action?.id, 'approveCommands');
    window.permissionOf = () => 'granted';
    window.session.poke();
    await says(story, '`touch made` (passed on');
  });

  it('[MQ17] what makes a worktree ready runs before them', async () => {
    window.settings = { ...window.settings, worktree: { setUp: [['sh', '-c', 'echo x > installed']] } };
    await says(await landed('- [ ] it is installed: `cat installed`\n'), '(passed on');
  });
});
