import { numberInName, shortRef } from '../../story/names';
import { command, type Rules, type Sighting } from '../rule';
import { say } from '../../words/said';
import { stageWord } from '../../story/stageWords';

const PINS = 'refs/switchyard/candidates/';
const RESCUED = 'refs/switchyard/rescue/';

/** A story in one of these stages works with its branch. */
const NEEDS_BRANCH: readonly string[] = ['Coding', 'QA', 'ReviewHold', 'Merge', 'MergeFailure', 'MergeFailureFinal'];

export const refsRules = {
  pinLeft: {
    severity: 'warning',
    title: 'A candidate of no landing is kept',
    why: 'It keeps commits in the repository that nobody will ask for again.',
    advice: 'Remove the pin.',
    find: ({ refs, journal }) => {
      if (journal?.open == null) return [];
      const open = new Set(journal.open.map(({ id }) => `${PINS}${id}`));
      return [...(refs?.all ?? [])].flatMap(([ref, { oid }]): Sighting[] =>
        !ref.startsWith(PINS) || open.has(ref)
          ? []
          : [
              {
                about: ref,
                what: say('{0} keeps {1}, and no landing of that name is under way.', ref, oid.slice(0, 8)),
                repair: { kind: 'removePin', ref, oid },
              },
            ],
      );
    },
  },
  rescued: {
    severity: 'note',
    title: 'Work is kept that was removed or undone',
    why: 'It was saved before a story or worktree was removed, or a change undone. It stays until you forget it, also where it was brought back.',
    advice: 'Restore shows what is in it, brings it back, and forgets it.',
    find: ({ refs }) => {
      const kept = [...(refs?.all.keys() ?? [])].filter((ref) => ref.startsWith(RESCUED));
      if (kept.length === 0) return [];
      const names = { names: kept.map((ref) => ref.slice(RESCUED.length)) };
      const what =
        kept.length === 1 ? say('1 rescue ref: {0}.', names) : say('{0} rescue refs: {1}.', kept.length, names);
      return [{ about: RESCUED, what, opens: command('restoreKept', 'Restore') }];
    },
  },
  branchWithoutStory: {
    severity: 'warning',
    title: 'A branch has the name of a story that is not there',
    why: 'Its commits belong to nothing on the board, and its number is taken.',
    advice: 'Make a story of it with Adopt Branch or Worktree, or delete the branch once it is merged.',
    find: ({ refs, index }) => {
      if (index?.stories == null) return [];
      const numbers = new Set([
        ...[...index.stories, ...index.tombstones].map(({ number }) => number),
        ...index.archived.values(),
      ]);
      const branches = new Set(index.stories.map(({ branch }) => branch));
      return [...(refs?.all.keys() ?? [])].flatMap((ref): Sighting[] => {
        const number = ref.startsWith('refs/heads/') && ref.includes('/', 11) ? numberInName(ref) : null;
        if (number === null || numbers.has(number) || branches.has(ref)) return [];
        const what = say('{0} names #{1}, and there is no such story.', shortRef(ref), number);
        return [{ about: ref, what, opens: command('adopt', 'Adopt Branch or Worktree') }];
      });
    },
  },
  branchGone: {
    severity: 'error',
    title: 'The branch of a story is gone',
    why: 'The story can be neither proven nor landed without it.',
    advice: 'Bring the branch back (git reflog knows its last commit), or move the story back to the backlog.',
    find: ({ refs, index }) =>
      refs === null
        ? []
        : (index?.stories ?? []).flatMap(({ number, title, branch, stage, stageAt }): Sighting[] =>
            branch === null || refs.all.has(branch) || !NEEDS_BRANCH.includes(stage.name)
              ? []
              : [
                  {
                    about: `#${number}`,
                    what: say(
                      '#{0} {1} is in {2}, and {3} does not exist.',
                      number,
                      title,
                      stageWord(stage.name),
                      shortRef(branch),
                    ),
                    since: Date.parse(stageAt),
                  },
                ],
          ),
  },
  symbolic: {
    severity: 'error',
    title: 'The branch of a story only points to another',
    why: 'Commits on it would go to the other branch.',
    advice: 'Remove it with git symbolic-ref --delete, then start the story again.',
    find: ({ refs, index }) =>
      (index?.stories ?? []).flatMap(({ number, branch }): Sighting[] => {
        const to = branch === null ? undefined : refs?.all.get(branch)?.to;
        if (branch === null || to == null) return [];
        return [{ about: branch, what: say('{0} of #{1} points to {2}.', branch, number, shortRef(to)) }];
      }),
  },
  prefixTaken: {
    severity: 'note',
    title: 'A branch stands where the branches of stories would go',
    why: 'git cannot have a branch story beside story/1-x, so branches of stories are named switchyard/… here.',
    advice: 'Rename the branch if you want them under story/.',
    find: ({ refs }) =>
      refs?.all.has('refs/heads/story') === true
        ? [{ about: 'refs/heads/story', what: say('There is a branch named story.') }]
        : [],
  },
  broken: {
    severity: 'error',
    title: 'A ref cannot be read',
    why: 'git leaves it out, so a branch or a rescue looks as if it were gone.',
    advice:
      'Look for its last commit in the reflog (the file of the same name under logs), then set it with git update-ref.',
    find: ({ refs }) =>
      (refs?.broken ?? []).map(({ path, since }) => ({
        about: path,
        what: say('{0} holds no commit id.', path),
        since,
        opens: { kind: 'file', path },
      })),
  },
} as const satisfies Rules;
