import { command, type Rules, type Sighting } from '../rule';
import { say, type Said } from '../../words/said';
import type { DoctorFacts, GitFacts } from '../facts';

/** Extensions of git's repository format that Switchyard has been tried with. Lower case. */
const KNOWN_EXTENSIONS = ['objectformat', 'partialclone', 'worktreeconfig', 'noop', 'noop-v1', 'relativeworktrees'];

export const gitRules = {
  tooOld: {
    severity: 'error',
    title: 'Git is too old',
    why: 'A landing is built with git merge-tree --write-tree, which came with git 2.38.',
    advice: 'Update git, or name a newer one in the setting git.path.',
    find: ({ repository }) =>
      repository.kind === 'gitTooOld'
        ? [{ about: 'git', what: say('This is git {0}; at least 2.38 is needed.', repository.found) }]
        : [],
  },
  missing: {
    severity: 'error',
    title: 'Git was not found',
    why: 'Everything that Switchyard does is done by git.',
    advice: 'Install git, or name its path in the setting git.path.',
    find: ({ repository }) =>
      repository.kind === 'gitMissing' ? [{ about: 'git', what: say('The git program could not be started.') }] : [],
  },
  refused: {
    severity: 'error',
    title: 'Git does not open this repository',
    why: 'Nothing can be done in a repository that git refuses.',
    advice:
      'Run git status there in a terminal: it says what helps. A folder of another user becomes yours with git config --global --add safe.directory <folder>.',
    find: ({ repository, folder }) =>
      repository.kind === 'refused'
        ? [{ about: folder, what: say('In {0} git says: {1}.', folder, repository.why) }]
        : [],
  },
  noRepository: {
    severity: 'error',
    title: 'There is no repository to work on',
    why: 'Stories are branches and worktrees of a repository with at least one commit and a checkout.',
    advice: 'Open a folder of a repository, run git init, or make the first commit.',
    find: ({ repository, folder }) => {
      switch (repository.kind) {
        case 'notARepository':
          return [{ about: folder, what: say('{0} is in no git repository.', folder) }];
        case 'bare':
          return [{ about: folder, what: say('{0} is a bare repository: it has no checkout.', folder) }];
        case 'noCommits':
          return [{ about: folder, what: say('The repository of {0} has no commit yet.', folder) }];
        case 'ready':
        case 'refused':
        case 'gitMissing':
        case 'gitTooOld':
          return [];
        default:
          return repository satisfies never;
      }
    },
  },
  shallow: {
    severity: 'warning',
    title: 'This is a shallow clone',
    why: 'Where a story left the target may lie before its first commit, and then it cannot be merged.',
    advice: 'Run git fetch --unshallow.',
    find: (facts) => where(facts, ({ isShallow }) => isShallow, say('The clone holds only the newest commits.')),
  },
  partialClone: {
    severity: 'note',
    title: 'This is a partial clone',
    why: 'Files that are not here yet are fetched when a gate tree or a merge needs them, so the network has to be there.',
    advice: 'Nothing has to be done while you are online.',
    find: (facts) =>
      where(
        facts,
        ({ settings }) => settings.has('extensions.partialclone'),
        say('Some files are only at the remote.'),
      ),
  },
  grafts: {
    severity: 'warning',
    title: 'History is grafted in this clone',
    why: 'Others see another history, so what is merged or landed can be judged otherwise here.',
    advice: 'Remove info/grafts, or make it real with git replace and git filter-repo.',
    find: (facts) => where(facts, ({ hasGrafts }) => hasGrafts, say('There is a file info/grafts in the git folder.')),
  },
  alternates: {
    severity: 'error',
    title: 'A folder that this repository borrows objects from is gone',
    why: 'Commits and files that are only there cannot be read any more.',
    advice: 'Bring the folder back, or take its line out of objects/info/alternates and fetch again.',
    find: ({ git }) =>
      (git?.missingAlternates ?? []).map((path) => ({ about: path, what: say('{0} is not there.', path) })),
  },
  sparse: {
    severity: 'note',
    title: 'Your checkout is sparse',
    why: 'Gate trees hold every file all the same; what a gate needs may be there and not in your checkout.',
    advice: 'Nothing has to be done.',
    find: (facts) => where(facts, isOn('core.sparsecheckout'), say('core.sparseCheckout is on.')),
  },
  workTree: {
    severity: 'warning',
    title: 'The repository names a work tree of its own',
    why: 'core.worktree counts in every worktree that shares these settings, and leads git to the wrong files.',
    advice: 'Run git config --unset core.worktree unless you know why it is there.',
    find: ({ git }) => {
      const named = git?.settings.get('core.worktree');
      return named == null
        ? []
        : [{ about: 'core.worktree', what: say('core.worktree is {0}.', named), ...configOf(git) }];
    },
  },
  extensions: {
    severity: 'warning',
    title: 'The repository uses an extension that Switchyard does not know',
    why: 'Nobody has tried whether what it changes goes together with worktrees and landings.',
    advice: 'Ask whoever switched it on.',
    find: ({ git }) =>
      [...(git?.settings.keys() ?? [])].flatMap((name): Sighting[] =>
        name.startsWith('extensions.') && !KNOWN_EXTENSIONS.includes(name.slice('extensions.'.length))
          ? [{ about: name, what: say('{0} is set.', name), ...configOf(git) }]
          : [],
      ),
  },
  hooksPath: {
    severity: 'warning',
    title: 'The folder of hooks is not there',
    why: 'Your own commits run no hook at all. (Landings never run hooks.)',
    advice: 'Set core.hooksPath to the folder that holds them, or unset it.',
    find: ({ git }) =>
      git?.hooksPath?.isThere !== false
        ? []
        : [{ about: 'core.hooksPath', what: say('core.hooksPath is {0}.', git.hooksPath.path), ...configOf(git) }],
  },
  guards: {
    severity: 'note',
    title: 'A landing does not run this hook',
    why: 'No hook runs while the target moves, for nobody has approved it; what it would refuse lands all the same.',
    advice: 'Make a gate of what it checks. A pre-push hook runs when the target is pushed.',
    find: ({ git }) =>
      (git?.guards ?? []).map((path) => ({
        about: path,
        what: say('{0} could refuse a merge.', path),
        opens: { kind: 'file', path },
      })),
  },
  ignoreCase: {
    severity: 'warning',
    title: 'Git is told the wrong thing about upper and lower case',
    why: 'Files whose names differ in case only are taken for one, or one for two.',
    advice: 'Set core.ignoreCase to what the file system does.',
    find: ({ git }) => {
      if (git === null) return [];
      const says = isOn('core.ignorecase')(git);
      if (says === git.takesCaseForSame) return [];
      const what = say(
        git.takesCaseForSame
          ? 'core.ignoreCase is {0}, and the file system takes README and readme for one name.'
          : 'core.ignoreCase is {0}, and the file system tells README from readme.',
        says ? 'on' : 'off',
      );
      return [{ about: 'core.ignorecase', what, ...configOf(git) }];
    },
  },
  lineEndings: {
    severity: 'note',
    title: 'Line endings depend on who checks out',
    why: 'core.autocrlf is on and the target has no .gitattributes that says what is text, so a fresh checkout can show changes that nobody made.',
    advice: 'Commit a .gitattributes with the line: * text=auto',
    find: ({ git }) => {
      const value = git?.settings.get('core.autocrlf');
      if (git === null || value === undefined || git.saysWhatIsText || /^(?:false|no|off|0)$/i.test(value ?? 'true'))
        return [];
      return [{ about: 'core.autocrlf', what: say('core.autocrlf is {0}.', value ?? 'true'), ...configOf(git) }];
    },
  },
  lfs: {
    severity: 'error',
    title: 'Files are kept with Git LFS, and it does not work here',
    why: 'Worktrees and gate trees hold the pointers in place of the files, so gates fail or prove nothing.',
    advice: 'Install Git LFS, then run git lfs install.',
    find: ({ git }) => {
      const lfs = git?.lfs ?? 'notUsed';
      switch (lfs) {
        case 'noProgram':
          return [
            { about: 'lfs', what: say('The target has filter=lfs in .gitattributes, and git-lfs is not on PATH.') },
          ];
        case 'notSetUp':
          return [
            {
              about: 'lfs',
              what: say('The target has filter=lfs in .gitattributes, and filter.lfs is not configured.'),
            },
          ];
        case 'notUsed':
        case 'ready':
          return [];
        default:
          return lfs satisfies never;
      }
    },
  },
  signer: {
    severity: 'error',
    title: 'The program that signs commits is not found',
    why: 'commit.gpgSign is on, so no merge commit can be made without it.',
    advice: 'Install it, name it in gpg.program, or switch commit.gpgSign off.',
    find: ({ git }) =>
      git?.missingSigner == null
        ? []
        : [{ about: git.missingSigner, what: say('{0} is not on PATH.', git.missingSigner), ...configOf(git) }],
  },
  identity: {
    severity: 'error',
    title: 'Git does not know who you are',
    why: 'A landing is a commit in your name, so nothing can be merged.',
    advice: 'Set user.name and user.email.',
    find: ({ git }) =>
      git?.hasIdentity !== false
        ? []
        : [
            {
              about: 'identity',
              what: say('user.name or user.email is not set.'),
              opens: command('setIdentity', 'Set Git Identity'),
            },
          ],
  },
} as const satisfies Rules;

function where({ git, folder }: DoctorFacts, is: (git: GitFacts) => boolean, what: Said): Sighting[] {
  return git !== null && is(git) ? [{ about: folder, what }] : [];
}

/** A setting as git reads a truth value. Names in lower case. */
function isOn(name: string): (git: GitFacts) => boolean {
  return ({ settings }) => {
    const value = settings.get(name);
    return value !== undefined && (value === null || /^(?:true|yes|on|[1-9]\d*)$/i.test(value));
  };
}

function configOf(git: GitFacts | null): Pick<Sighting, 'opens'> {
  return git === null ? {} : { opens: { kind: 'file', path: git.configFile } };
}
