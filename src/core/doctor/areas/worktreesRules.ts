import { numberInName, shortRef } from '../../story/names';
import type { StoryRecord } from '../../story/story';
import { sayPlaceProblem } from '../../story/workPlace';
import type { DoctorFacts, WorktreeFacts } from '../facts';
import { command, type Rules, type Sighting } from '../rule';
import { say, type Said } from '../../words/said';
import { stageWord } from '../../story/stageWords';

export const worktreesRules = {
  missing: {
    severity: 'warning',
    title: 'A story that is being worked on has no worktree',
    why: 'Nobody can work on it, and no agent starts.',
    advice: 'Have the worktree made again from its branch.',
    find: (facts) =>
      inCoding(facts).flatMap((story): Sighting[] => {
        const { number, title, branch, key } = story;
        const { worktrees, refs } = facts;
        if (worktrees === null || branch === null || refs?.all.has(branch) !== true) return [];
        const own = worktrees.all.some((one) => isOf(one, branch));
        const elsewhere = worktrees.main.branch === branch;
        if (own || elsewhere) return [];
        const what = say('#{0} {1} is in Coding, and {2} is checked out nowhere.', number, title, shortRef(branch));
        return [{ about: `#${number}`, what, repair: { kind: 'remakeWorktree', number, key } }];
      }),
  },
  gone: {
    severity: 'warning',
    title: 'The folder of a worktree is gone',
    why: 'What was uncommitted in it is gone with it, unless it was moved.',
    advice:
      'If it was moved, put it back or where worktrees are made. If it was deleted: for a story, have it made again; else run git worktree prune.',
    find: (facts) =>
      (facts.worktrees?.all ?? []).flatMap((one): Sighting[] => {
        if (one.state !== 'gone' || one.isGateTree || one.locked !== null || one.lacks.length > 0) return [];
        if (facts.worktrees?.strays.some(({ gitDir }) => gitDir === one.gitDir) === true) return [];
        const story = inCoding(facts).find(({ branch }) => branch !== null && isOf(one, branch));
        return [
          {
            about: one.gitDir,
            what: ofBranch(one, {
              bare: (folder) => say('git has {0} on record, and there is no such folder.', folder),
              named: (folder, name) => say('git has {0} on record for {1}, and there is no such folder.', folder, name),
            }),
            ...(story !== undefined && { repair: { kind: 'remakeWorktree', number: story.number, key: story.key } }),
          },
        ];
      }),
  },
  moved: {
    severity: 'warning',
    title: 'A worktree was moved',
    why: 'git does not find it any more, so nothing in it can be committed, proven or landed.',
    advice: 'Have it linked with the repository again.',
    find: ({ worktrees }) =>
      (worktrees?.strays ?? [])
        .filter((one) => !one.isOriginalThere)
        .map(({ folder, gitDir, recordedAs }) => ({
          about: folder,
          what: say('{0} is the worktree that git has on record as {1}.', folder, recordedAs),
          opens: { kind: 'folder', path: folder },
          repair: { kind: 'relinkWorktree', gitDir, folder },
        })),
  },
  copied: {
    severity: 'warning',
    title: 'A folder is the copy of a worktree',
    why: 'git takes it for the original: a commit in one shows as changes in the other.',
    advice: 'Work in the original. Delete the copy, or delete the file .git in it.',
    find: ({ worktrees }) =>
      (worktrees?.strays ?? [])
        .filter((one) => one.isOriginalThere)
        .map(({ folder, recordedAs }) => ({
          about: folder,
          what: say('{0} names the private git folder of {1}, which is there too.', folder, recordedAs),
          opens: { kind: 'folder', path: folder },
        })),
  },
  unlinked: {
    severity: 'warning',
    title: 'A worktree does not lead back to this repository',
    why: 'Its .git file is gone or names another repository, so git does not work in it.',
    advice: 'Look into the folder. Write its .git file anew with git worktree repair if it is the worktree.',
    find: ({ worktrees }) =>
      (worktrees?.all ?? [])
        .filter(({ state, isGateTree, lacks }) => state === 'unlinked' && !isGateTree && lacks.length === 0)
        .map((one) => ({
          about: one.gitDir,
          what: ofBranch(one, {
            bare: (folder) => say('{0} is on record as a worktree, and its .git file does not say so.', folder),
            named: (folder, name) =>
              say('{0} is on record as a worktree for {1}, and its .git file does not say so.', folder, name),
          }),
          opens: { kind: 'folder', path: one.folder },
        })),
  },
  brokenRecord: {
    severity: 'error',
    title: "git's record of a worktree is broken",
    why: 'git may fail in this worktree, or remove its record with the next clean-up.',
    advice: 'Bring the files back from a backup, or copy what you need out of the worktree and make it anew.',
    find: ({ worktrees }) =>
      (worktrees?.all ?? [])
        .filter(({ lacks, isGateTree }) => lacks.length > 0 && !isGateTree)
        .map(({ gitDir, lacks, since }) => ({
          about: gitDir,
          what: say('{0} lacks {1}.', gitDir, { names: lacks }),
          since,
          opens: { kind: 'folder', path: gitDir },
        })),
  },
  locked: {
    severity: 'note',
    title: 'The worktree of a story is locked',
    why: 'git neither moves nor removes it, as on a drive that comes and goes.',
    advice: 'Run git worktree unlock when that is over.',
    find: ({ worktrees }) =>
      (worktrees?.all ?? [])
        .filter(({ locked, madeFor }) => locked !== null && madeFor !== null)
        .map(({ folder, locked, since }) => ({
          about: folder,
          what:
            locked === null || locked === ''
              ? say('{0} is locked.', folder)
              : say('{0} is locked: {1}.', folder, locked),
          since,
        })),
  },
  otherBranch: {
    severity: 'warning',
    title: 'The worktree of a story is on another branch',
    why: 'What is committed there does not belong to the story.',
    advice: 'Switch it back.',
    find: (facts) =>
      live(facts).flatMap(({ number, branch }): Sighting[] => {
        const at = (facts.worktrees?.all ?? []).filter((one) => one.madeFor === branch && one.state === 'linked');
        const [one] = at;
        if (branch === null || one === undefined || at.some((other) => other.branch === branch)) return [];
        const what = sayPlaceProblem(
          { number, branch },
          { kind: 'switched', path: one.folder, branch: one.branch, head: null },
        );
        return [{ about: one.folder, what, opens: { kind: 'folder', path: one.folder } }];
      }),
  },
  inOwnCheckout: {
    severity: 'warning',
    title: 'The branch of a story is checked out in your own checkout',
    why: 'No agent runs in a checkout of yours, and git lets no second folder have the branch.',
    advice: 'Switch your checkout to another branch.',
    find: (facts) =>
      live(facts).flatMap(({ number, branch }): Sighting[] =>
        branch === null || facts.worktrees?.main.branch !== branch
          ? []
          : [
              {
                about: branch,
                what: say('{0} of #{1} is checked out in {2}.', shortRef(branch), number, facts.worktrees.main.path),
                opens: { kind: 'folder', path: facts.worktrees.main.path },
              },
            ],
      ),
  },
  uncommittedAfterEnd: {
    severity: 'warning',
    title: 'Work was left uncommitted in the worktree of a story that is over',
    why: 'It did not land, and removing the worktree would take it away.',
    advice: 'Look at it. Commit it to another story, or throw it away yourself.',
    find: (facts) =>
      ended(facts).flatMap(({ number, title, branch, stage }): Sighting[] =>
        (facts.worktrees?.all ?? []).flatMap((one): Sighting[] => {
          if (branch === null || !isOf(one, branch) || one.changes === null || one.changes.length === 0) return [];
          const [files, names, stands] = [one.changes.length, { names: one.changes }, stageWord(stage.name)];
          const what =
            files === 1
              ? say('#{0} {1} is in {2}, and {3} holds 1 uncommitted file: {4}.', number, title, stands, one.folder, names)
              : say('#{0} {1} is in {2}, and {3} holds {4} uncommitted files: {5}.', number, title, stands, one.folder, files, names); // prettier-ignore
          return [{ about: one.folder, what, opens: { kind: 'folder', path: one.folder } }];
        }),
      ),
  },
  withoutStory: {
    severity: 'warning',
    title: 'A worktree was made for a story that is not there',
    why: 'Nothing on the board leads to what is in it.',
    advice: 'Make a story of it with Adopt Branch or Worktree.',
    find: ({ worktrees, index }) => {
      if (index?.stories == null) return [];
      const branches = new Set(index.stories.map(({ branch }) => branch));
      const numbers = new Set([...index.stories.map(({ number }) => number), ...index.archived.values()]);
      return (worktrees?.all ?? []).flatMap((one): Sighting[] => {
        const number = one.madeFor === null ? null : numberInName(one.madeFor);
        if (one.madeFor === null || branches.has(one.madeFor) || (number !== null && numbers.has(number))) return [];
        if (one.state !== 'linked') return [];
        const what = say('{0} was made for {1}, which belongs to no story.', one.folder, shortRef(one.madeFor));
        return [{ about: one.folder, what, opens: command('adopt', 'Adopt Branch or Worktree') }];
      });
    },
  },
  homeInside: {
    severity: 'warning',
    title: 'Worktrees are made inside the repository',
    why: 'Searches, watchers and test runners of your checkout go through every worktree as well.',
    advice: 'Set switchyard.worktrees.folder to a folder beside the repository.',
    find: ({ worktrees }) => {
      if (worktrees === null) return [];
      const { home, main } = worktrees;
      if (!`${home}/`.replaceAll('\\', '/').startsWith(`${main.path}/`.replaceAll('\\', '/'))) return [];
      const what = say('Worktrees are made in {0}, inside {1}.', home, main.path);
      return [{ about: home, what, opens: command('openSettings', 'Open Settings') }];
    },
  },
} as const satisfies Rules;

function stories({ index }: DoctorFacts): readonly StoryRecord[] {
  return index?.stories ?? [];
}

function inCoding(facts: DoctorFacts): StoryRecord[] {
  return stories(facts).filter(({ stage }) => stage.name === 'Coding');
}

function ended(facts: DoctorFacts): StoryRecord[] {
  return stories(facts).filter(({ stage }) => stage.name === 'Done' || stage.name === 'Archived');
}

function live(facts: DoctorFacts): StoryRecord[] {
  return stories(facts).filter(({ stage }) => stage.name !== 'Done' && stage.name !== 'Archived');
}

function isOf(one: WorktreeFacts, branch: string): boolean {
  return one.madeFor === branch || (one.branch === branch && !one.isGateTree);
}

interface Words {
  readonly bare: (folder: string) => Said;
  readonly named: (folder: string, branch: string) => Said;
}

/** With the branch that the worktree is for, where that is known. */
function ofBranch({ folder, madeFor, branch }: WorktreeFacts, { bare, named }: Words): Said {
  const name = madeFor ?? branch;
  return name === null ? bare(folder) : named(folder, shortRef(name));
}
