import { say } from '../../words/said';
import type { Rules, Sighting } from '../rule';

export const gateTreesRules = {
  foreign: {
    severity: 'warning',
    title: 'A folder stands where a gate tree would be made',
    why: 'It was not made by Switchyard, so it is left alone, and no gate can run there.',
    advice: 'Move it away.',
    find: ({ gateTrees }) =>
      (gateTrees?.foreign ?? []).map(({ path, since }) => ({
        about: path,
        what: say('{0} has the name of a gate tree and was not made by Switchyard.', path),
        since,
        opens: { kind: 'folder', path },
      })),
  },
  gone: {
    severity: 'note',
    title: 'The folder of a gate tree is gone',
    why: 'The next gate makes it anew; until then git lists a worktree that is not there.',
    advice: 'Have the record removed.',
    find: ({ worktrees }) =>
      (worktrees?.all ?? []).flatMap(({ isGateTree, state, gitDir, folder, locked }): Sighting[] =>
        isGateTree && state === 'gone' && locked === null
          ? [
              {
                about: gitDir,
                what: say('git has {0} on record, and there is no such folder.', folder),
                repair: { kind: 'forgetGateTree', gitDir, folder },
              },
            ]
          : [],
      ),
  },
  setAside: {
    severity: 'note',
    title: 'What stood in the place of a gate tree was set aside',
    why: 'A gate had put something there that Switchyard does not delete.',
    advice: 'Delete the folder once you miss nothing.',
    find: ({ gateTrees }) =>
      (gateTrees?.setAside ?? []).map(({ path, since }) => ({
        about: path,
        what: say('{0} was moved out of the way.', path),
        since,
        opens: { kind: 'folder', path },
      })),
  },
  mount: {
    severity: 'error',
    title: 'Something is mounted in a gate tree',
    why: 'Emptying the tree would empty what is mounted there, so no gate runs until it is gone.',
    advice: 'Unmount it.',
    find: ({ gateTrees }) =>
      (gateTrees?.mounts ?? []).map((path) => ({
        about: path,
        what: say('{0} is a mount point.', path),
        opens: { kind: 'folder', path },
      })),
  },
} as const satisfies Rules;
