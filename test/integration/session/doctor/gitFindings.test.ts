import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { STAGES } from '../../../support/storyFixtures';
import type { StoryRecord } from '../../../../src/core/story/story';
import { readLinkedGitDir } from './linkedGitDir';
import { Clinic } from './clinic';

describe('what Doctor finds in branches, worktrees and locks', () => {
  let clinic: Clinic;
  let coding: StoryRecord;
  let done: StoryRecord;
  let [folder, doneFolder, main] = ['', '', ''];
  before(async () => {
    clinic = await Clinic.open();
    coding = await clinic.story(1, STAGES.Coding);
    done = await clinic.story(2, STAGES.Done);
    await clinic.story(3);
    folder = await clinic.worktree(coding);
    doneFolder = await clinic.worktree(done);
    main = await clinic.repository.git('rev-parse', 'main');
    await clinic.git.prepareGateTree({ folder: gateTree(), commit: main });
  });
  after(() => clinic.close());

  const gateTree = (): string => path.join(clinic.home, 'agents-gate-1');
  const ref = (name: string): string => clinic.file(...name.split('/'));

  it('[P7, MQ1] a pin of no landing is refs.pinLeft, and can be removed', async () => {
    await clinic.shows({
      id: 'refs.pinLeft',
      says: /refs\/switchyard\/candidates\/job-9 keeps [0-9a-f]{8}/,
      make: () => clinic.git.pinCandidate('job-9', main),
      repair: 'Remove This Pin',
    });
  });

  it('[P7] rescued work is refs.rescued', async () => {
    await clinic.shows({
      id: 'refs.rescued',
      says: /1 rescue ref: 7\/unmerged/,
      make: () => clinic.repository.git('update-ref', 'refs/switchyard/rescue/7/unmerged', main),
      undo: () => clinic.repository.git('update-ref', '-d', 'refs/switchyard/rescue/7/unmerged'),
    });
  });

  it('[P7] a branch with the name of no story is refs.branchWithoutStory', async () => {
    await clinic.shows({
      id: 'refs.branchWithoutStory',
      says: /story\/77-elsewhere names #77/,
      make: () => clinic.repository.branch('story/77-elsewhere'),
      undo: () => clinic.repository.git('branch', '-D', 'story/77-elsewhere'),
    });
  });

  it('[P7] the branch of a story that is gone is refs.branchGone', async () => {
    const merging = STAGES.Merge;
    await clinic.shows({
      id: 'refs.branchGone',
      says: /#4 Story 4 is in Merge, and story\/4-story-4 does not exist/,
      make: () => clinic.story(4, merging),
      undo: () => clinic.repository.branch('story/4-story-4'),
    });
  });

  it('[P7, G3] the branch of a story that only points to another is refs.symbolic', async () => {
    await clinic.shows({
      id: 'refs.symbolic',
      says: /refs\/heads\/story\/4-story-4 of #4 points to main/,
      make: () => clinic.repository.git('symbolic-ref', 'refs/heads/story/4-story-4', 'refs/heads/main'),
      undo: async () => {
        await clinic.repository.git('symbolic-ref', '--delete', 'refs/heads/story/4-story-4');
        await clinic.repository.branch('story/4-story-4');
      },
    });
  });

  it('[P7] a ref file without an id, as a power cut leaves it, is refs.broken', async () => {
    await clinic.shows({
      id: 'refs.broken',
      says: /refs\/heads\/torn holds no commit id/,
      make: () => writeFile(ref('refs/heads/torn'), ''),
      undo: () => rm(ref('refs/heads/torn')),
    });
  });

  it('[P7] a story in Coding without a worktree is worktrees.missing, and the worktree can be made again', async () => {
    await clinic.shows({
      id: 'worktrees.missing',
      says: /#1 Story 1 is in Coding, and story\/1-story-1 is checked out nowhere/,
      make: () => clinic.repository.git('worktree', 'remove', '--force', folder),
      repair: 'Make the Worktree Again',
      // git writes the times of another moment into it.
      differs: /\.git\/worktrees\/1-story-1\//,
    });
  });

  it('[P7] a worktree whose folder is gone is worktrees.gone', async () => {
    await clinic.shows({
      id: 'worktrees.gone',
      says: /git has .*2-story-2 on record for story\/2-story-2, and there is no such folder/,
      make: () => rename(doneFolder, path.join(clinic.commonDir, 'away')),
      undo: () => rename(path.join(clinic.commonDir, 'away'), doneFolder),
    });
  });

  it('[P7, P9] a worktree that was renamed is worktrees.moved, and is linked again with what is in it', async () => {
    await clinic.shows({
      id: 'worktrees.moved',
      says: /renamed is the worktree that git has on record as .*1-story-1/,
      make: async () => {
        await writeFile(path.join(folder, 'mine.txt'), 'mine');
        await rename(folder, path.join(clinic.repository.folder, 'renamed'));
      },
      repair: 'Link This Worktree Again',
      differs: /^renamed\/|worktrees\/1-story-1\//,
      undo: async () => {
        const moved = path.join(clinic.repository.folder, 'renamed');
        if ((await readFile(path.join(moved, 'mine.txt'), 'utf8')) !== 'mine') throw new Error('It is lost.');
        await rm(path.join(moved, 'mine.txt'));
        await clinic.repository.git('worktree', 'move', moved, folder);
      },
    });
  });

  it('[P7] the copy of a worktree is worktrees.copied', async () => {
    const copy = path.join(clinic.home, 'copy');
    await clinic.shows({
      id: 'worktrees.copied',
      says: /copy names the private git folder of .*1-story-1/,
      make: () => cp(folder, copy, { recursive: true }),
      undo: () => rm(copy, { recursive: true }),
    });
  });

  it('[P7] a worktree whose .git file is gone is worktrees.unlinked', async () => {
    const link = path.join(folder, '.git');
    await clinic.shows({
      id: 'worktrees.unlinked',
      says: /1-story-1 is on record as a worktree for story\/1-story-1, and its \.git file does not say so/,
      make: () => rename(link, path.join(clinic.commonDir, 'link')),
      undo: () => rename(path.join(clinic.commonDir, 'link'), link),
    });
  });

  it("[P7] a broken record of git's is worktrees.brokenRecord", async () => {
    const gitDir = await readLinkedGitDir(doneFolder);
    const file = path.join(gitDir, 'commondir');
    const text = await readFile(file, 'utf8');
    await clinic.shows({
      id: 'worktrees.brokenRecord',
      says: /2-story-2 lacks commondir/,
      make: () => rm(file),
      undo: () => writeFile(file, text),
    });
  });

  it('[P7] the locked worktree of a story is worktrees.locked, with the reason', async () => {
    await clinic.shows({
      id: 'worktrees.locked',
      says: /2-story-2 is locked: on a stick/,
      make: () => clinic.repository.git('worktree', 'lock', '--reason', 'on a stick', doneFolder),
      undo: () => clinic.repository.git('worktree', 'unlock', doneFolder),
    });
  });

  it("[P7, A12] a story's worktree on another branch is worktrees.otherBranch", async () => {
    await clinic.shows({
      id: 'worktrees.otherBranch',
      says: /was switched to elsewhere and is not on story\/1-story-1 any more/,
      make: () => clinic.repository.gitIn(folder, 'switch', '--quiet', '-c', 'elsewhere'),
      undo: () => clinic.repository.gitIn(folder, 'switch', '--quiet', 'story/1-story-1'),
    });
  });

  it("[P7, G4] a story's branch in the person's own checkout is worktrees.inOwnCheckout", async () => {
    await clinic.shows({
      id: 'worktrees.inOwnCheckout',
      says: /story\/4-story-4 of #4 is checked out in .*repository\./,
      make: () => clinic.repository.git('switch', '--quiet', 'story/4-story-4'),
      undo: () => clinic.repository.git('switch', '--quiet', 'main'),
    });
  });

  it('[P7] work that a landed story left uncommitted is worktrees.uncommittedAfterEnd', async () => {
    await clinic.shows({
      id: 'worktrees.uncommittedAfterEnd',
      says: /#2 Story 2 is in Done, and .*2-story-2 holds 1 uncommitted file: left\.txt/,
      make: () => writeFile(path.join(doneFolder, 'left.txt'), 'left'),
      undo: () => rm(path.join(doneFolder, 'left.txt')),
    });
  });

  it('[P7] a worktree that was made for no story that is there is worktrees.withoutStory', async () => {
    const mark = path.join(await readLinkedGitDir(doneFolder), 'switchyard-story');
    const text = await readFile(mark, 'utf8');
    await clinic.shows({
      id: 'worktrees.withoutStory',
      says: /2-story-2 was made for story\/88-gone, which belongs to no story/,
      make: () => writeFile(mark, 'refs/heads/story/88-gone\n'),
      undo: () => writeFile(mark, text),
    });
  });

  it('[P7, MQ10] a folder of somebody else in the place of a gate tree is gateTrees.foreign', async () => {
    const foreign = path.join(clinic.home, 'agents-gate-2');
    await clinic.shows({
      id: 'gateTrees.foreign',
      says: /agents-gate-2 has the name of a gate tree and was not made by Switchyard/,
      make: () => clinic.write(path.join(foreign, 'mine.txt'), 'mine'),
      undo: () => rm(foreign, { recursive: true }),
    });
  });

  it('[P7] a gate tree whose folder is gone is gateTrees.gone, and its record can be removed', async () => {
    await clinic.shows({
      id: 'gateTrees.gone',
      says: /git has .*agents-gate-1 on record, and there is no such folder/,
      make: () => rm(gateTree(), { recursive: true }),
      repair: 'Forget This Gate Tree',
      differs: /agents-gate-1/,
      undo: () => clinic.git.prepareGateTree({ folder: gateTree(), commit: main }),
    });
  });

  it('[P7] what was set aside from the place of a gate tree is gateTrees.setAside', async () => {
    const aside = path.join(clinic.home, 'agents-gate-1-set-aside-1');
    await clinic.shows({
      id: 'gateTrees.setAside',
      says: /agents-gate-1-set-aside-1 was moved out of the way/,
      make: () => mkdir(aside),
      undo: () => rm(aside, { recursive: true }),
    });
  });

  it('[P7, G14] a mount in a gate tree is gateTrees.mount', async () => {
    const { probes } = clinic;
    const line = `36 35 98:0 / ${path.join(gateTree(), 'data')} rw,noatime master:1 - ext3 /dev/root rw\n`;
    await clinic.shows({
      id: 'gateTrees.mount',
      says: /agents-gate-1\/data is a mount point/,
      make: () => (clinic.probes = { ...probes, mounts: () => Promise.resolve(line) }),
      undo: () => (clinic.probes = probes),
    });
  });

  /** A lock as old as an hour. */
  async function lockAt(file: string): Promise<void> {
    const old = new Date(Date.now() - 3_600_000);
    await writeFile(file, '');
    await utimes(file, old, old);
  }

  it('[P7] an old lock that nobody is seen to hold is locks.left, with its age, and is only shown', async () => {
    const lock = ref('packed-refs.lock');
    await clinic.shows({
      id: 'locks.left',
      says: /packed-refs\.lock is there for 1 h\. No git is seen at work there/,
      make: () => lockAt(lock),
      undo: () => rm(lock),
    });
  });

  it('[P7] an old lock where a git is at work is locks.held, with its process', async () => {
    const lock = path.join(await readLinkedGitDir(folder), 'index.lock');
    let git: ChildProcess | null = null;
    await clinic.shows({
      id: 'locks.held',
      says: /index\.lock is there for 1 h\. git works there as process \d+/,
      make: async () => {
        git = spawn('git', ['cat-file', '--batch'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
        git.stdin?.write('HEAD\n');
        if (git.stdout !== null) await once(git.stdout, 'data'); // it works
        await lockAt(lock);
      },
      undo: async () => {
        const ended = git === null ? null : once(git, 'close');
        git?.stdin?.end();
        await ended;
        await rm(lock);
      },
    });
  });

  it('[P7] where the system does not show who works where, an old lock is locks.unknown', async () => {
    const { platform } = clinic;
    const lock = ref('refs/heads/main.lock');
    await clinic.shows({
      id: 'locks.unknown',
      says: /main\.lock is there for 1 h\. This system does not show which programs work there/,
      make: async () => {
        clinic.platform = { ...platform, nameOf: null, folderOf: null };
        await lockAt(lock);
      },
      undo: async () => {
        clinic.platform = platform;
        await rm(lock);
      },
    });
  });

  it('[P7] worktrees inside of the repository are worktrees.homeInside', async () => {
    await clinic.shows({
      id: 'worktrees.homeInside',
      says: /Worktrees are made in .*repository\/trees, inside .*repository\./,
      make: () => (clinic.home = path.join(clinic.repository.path, 'trees')),
      undo: () => (clinic.home = `${clinic.repository.path}.worktrees`),
    });
  });
});
