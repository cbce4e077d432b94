import { numberInName, shortRef } from '../../story/names';
import type { StoryRecord } from '../../story/story';
import { describePlaceProblem } from '../../story/workPlace';
import { count, namesOf } from '../../words/durations';
import type { DoctorFacts, WorktreeFacts } from '../facts';
import { command, type Rules, type Sighting } from '../rule';
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
        const what = `#${number} ${title} is in Coding, and ${shortRef(branch)} is checked out nowhere.`;
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
            what: `git has ${one.folder} on record${ofBranch(one)}, and there is no such folder.`,
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
          what: `${folder} is the worktree that git has on record as ${recordedAs}.`,
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
          what: `${folder} names the private git folder of ${recordedAs}, which is there too.`,
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
          what: `${one.folder} is on record as a worktree${ofBranch(one)}, and its .git file does not say so.`,
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
          what: `${gitDir} lacks ${namesOf(lacks)}.`,
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
          what: `${folder} is locked${locked === null || locked === '' ? '' : `: ${locked}`}.`,
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
        const what = describePlaceProblem(
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
                what: `${shortRef(branch)} of #${number} is checked out in ${facts.worktrees.main.path}.`,
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
          const what = `#${number} ${title} is in ${stageWord(stage.name)}, and ${one.folder} holds ${count(one.changes.length, 'uncommitted file')}: ${namesOf(one.changes)}.`;
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
        const what = `${one.folder} was made for ${shortRef(one.madeFor)}, which belongs to no story.`;
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
      const what = `Worktrees are made in ${home}, inside ${main.path}.`;
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

function ofBranch({ madeFor, branch }: WorktreeFacts): string {
  const name = madeFor ?? branch;
  return name === null ? '' : ` for ${shortRef(name)}`;
}
