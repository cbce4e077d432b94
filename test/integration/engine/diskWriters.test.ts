import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { quickClock } from '../../support/quickClock';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { diskError, WatchedDisk, type DiskChange } from '../../support/watchedDisk';
import { TestWindow } from './harness';

/** How often each kind of file cannot be written before it can. */
const FAILURES = 3;

/**
 * Every kind of file that is written between a story's making and its landing, by its place in the common git folder. A
 * file that is none of these fails the census below: whoever writes a new kind says here how it stands a full disk.
 */
const WRITERS: Readonly<Record<string, { readonly place: RegExp; readonly code: string }>> = {
  'the log of stories': { place: /switchyard\/stories\.log/, code: 'ENOSPC' },
  'the merge journal': { place: /switchyard\/jobs\.log/, code: 'EDQUOT' },
  'a body': { place: /content\/[^/]+(\/(number|body\.checked))?$/, code: 'EROFS' },
  'an output of gates': { place: /content\/.*\/(qa|gate)_output/, code: 'ENOSPC' },
  'an output of an agent': { place: /content\/.*\/agent_output/, code: 'EDQUOT' },
  'the transcript of an agent': { place: /content\/.*\/agent_transcript\./, code: 'ENOSPC' },
  'a run of an agent that has ended': { place: /content\/.*\/agent_(runs|raw|transcript_\d)/, code: 'ENOSPC' },
  'the search index': { place: /switchyard\/shadow\.sqlite/, code: 'EACCES' },
  'the ledger of verdicts': { place: /switchyard\/runs\.log/, code: 'ENOSPC' },
  'the record of a run': { place: /switchyard\/runs(\/|$)/, code: 'EACCES' },
  'the record of a git call': { place: /switchyard\/git-calls/, code: 'ENOSPC' },
  'the pass of a run': { place: /switchyard\/mcp/, code: 'ENOSPC' },
  'a prompt': { place: /switchyard\/prompts/, code: 'EROFS' },
  'the trace of git': { place: /switchyard\/guard/, code: 'ENOSPC' },
  'the scratch folder of a merge': { place: /switchyard\/scratch/, code: 'EDQUOT' },
  'the book of trees': { place: /switchyard\/trees/, code: 'ENOSPC' },
  'the marks of a tree': { place: /worktrees\/[^/]+\/(switchyard-|index\.switchyard)/, code: 'EROFS' },
  'what git left in a tree': { place: /worktrees\/[^/]+\/(?!switchyard-|index\.switchyard)/, code: 'EROFS' },
  'the mark of a checkout that follows': { place: /\.git\/switchyard-following/, code: 'EDQUOT' },
  'where branches were seen last': { place: /switchyard\/tips\.json/, code: 'ENOSPC' },
  'what git keeps of objects': { place: /\.git\/objects/, code: 'ENOSPC' },
};

/** Files of the choice of a leader: a window that cannot write them does not lead, which `diskFull` tries. */
const LEADER = /switchyard\/(leader|last-epoch|trial-)/;
/** The common git folder, the store's own and its content's: made or synced at the start. */
const FOLDERS = /\/\.git(\/switchyard(\/content)?)?$/;

const COMMIT = `require('fs').writeFileSync('b.txt', 'b'); const { execFileSync } = require('child_process'); execFileSync('git', ['add', '-A']); execFileSync('git', ['commit', '-qm', 'Work']); console.log('agent says')`;
const AGENT = { name: 'sample', role: 'coder', command: [process.execPath, '-e', COMMIT] };

describe('every file that is written', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository, { settings: { agents: [AGENT] }, clock: quickClock });
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** What a person does again while it is refused. */
  async function insist<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const tries: unknown[] = [];
    return waitFor(what, () => attempt().catch((error: unknown) => void tries.push(String(error))), { seen: () => tries }); // prettier-ignore
  }

  /** A story from its making to its landing, by an agent and a gate. */
  async function landOne(): Promise<string> {
    await window.open();
    await waitFor('a window that leads', () => window.session.engine() !== null);
    const { key } = await insist('the story', () => window.newStory('One', 'Its words.'));
    const story = () => window.engine.stories().find((one) => one.key === key)!;
    await insist('its start', () => window.must(story(), 'Start'));
    await window.waitForStage(story(), 'Done');
    assert.deepEqual(story().strikes, []);
    return key;
  }

  it('[P6] is of a kind whose failure is tried', async () => {
    const unknown = new Set<string>();
    const disk = await WatchedDisk.watch(({ path }) => {
      const isKnown = Object.values(WRITERS).some(({ place }) => place.test(path));
      if (path.startsWith(repository.folder) && !isKnown && !LEADER.test(path) && !FOLDERS.test(path))
        unknown.add(path);
      return null;
    });
    try {
      await landOne();
    } finally {
      disk.release();
    }
    assert.deepEqual([...unknown], []);
  });

  for (const [what, { place, code }] of Object.entries(WRITERS)) {
    it(`[P6] ${what}: where it cannot be written (${code}) nothing is lost, and the story lands by itself once it can`, async () => {
      expectError(/.*/);
      const failed: DiskChange[] = [];
      const disk = await WatchedDisk.watch((change) => {
        const isIts = change.path.startsWith(repository.folder) && place.test(change.path);
        if (!isIts || failed.length >= FAILURES || (change.does === 'remove' && code !== 'EROFS')) return null;
        failed.push(change);
        return diskError(code, change);
      });
      let key: string;
      try {
        key = await landOne();
        await waitFor('it to be written at all', () => failed.length > 0);
        const notices = () => window.session.model()?.notices ?? [];
        await waitFor('no notice of the disk', () => notices().every(({ severity }) => severity !== 'error'), { seen: notices }); // prettier-ignore
      } finally {
        disk.release();
      }
      await window.close();
      await window.open();
      assert.equal(window.engine.stories()[0]?.stage.name, 'Done');
      assert.equal(await window.session.bodyOf(key), 'Its words.');
      assert.match((await window.session.outputsOf(key)).join(), /agent says/);
      assert.deepEqual((await window.session.recoverHalfWritten({})).found, []);
      assert.equal(execFileSync('git', ['rev-list', '--count', '--merges', 'main'], { cwd: repository.path, encoding: 'utf8' }), '1\n'); // prettier-ignore
    });
  }
});
