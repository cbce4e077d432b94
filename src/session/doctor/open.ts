import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../base/messageOf';
import type { RepositoryFacts } from '../../core/doctor/facts';
import { firstLine } from '../../core/words/firstLine';
import { sayPlaceProblem } from '../../core/story/workPlace';
import { storyFolder } from '../../core/story/names';
import type { GitPort } from '../../ports/git';
import type { StoryStore } from '../../ports/store';
import { processPlatform, systemReader } from '../../processes/platform';
import type { Starter } from '../../processes/starter';
import type { createDoctor, Doctor } from './doctor';
import { machineProbes } from './lookAtMachine';
import { say, type Said } from '../../core/words/said';
import type { DoctorParts, OpenedParts, RepositoryPlace } from './parts';

type Given = Pick<DoctorParts, 'folder' | 'settings' | 'permission' | 'clock' | 'log'> & {
  readonly worktreesFolder: (mainWorktree: string) => string;
};

/** A doctor for a window that has a session. `opened` null: it does not lead. */
export function doctorOf(
  given: Given,
  { git, starter, main, commonDir }: { git: GitPort; starter: Starter; main: string; commonDir: string },
  opened: OpenedParts | null,
): Doctor {
  return lateDoctor(async (how) => ({
    ...given,
    ...around(starter),
    ...(how?.asks === 'nothing' ? { git, repository: { kind: 'ready' } as const } : await asked(git)),
    place: { commonDir, main, home: given.worktreesFolder(main) },
    opened,
  }));
}

/** A doctor for a folder that no session is on. `git` null: no program may be started. */
export function doctorWithoutSession(given: Given, git: GitPort | null, starter: Starter): Doctor {
  return lateDoctor(async () => {
    const place = await findPlace(given.folder, given.worktreesFolder);
    const found = git === null ? { git, repository: byFiles(place) } : await asked(git);
    return { ...given, ...around(starter), ...found, place, opened: null };
  });
}

/** What a doctor looks at, and how, is much and seldom needed: loaded when it is first asked. */
function lateDoctor(parts: Parameters<typeof createDoctor>[0]): Doctor {
  let loaded: Promise<Doctor> | null = null;
  const doctor = (): Promise<Doctor> => (loaded ??= import('./doctor').then((it) => it.createDoctor(parts)));
  return {
    examine: async (notWorking) => (await doctor()).examine(notWorking),
    lookAtKnown: async (commands) => (await doctor()).lookAtKnown(commands),
    repair: async (key) => (await doctor()).repair(key),
  };
}

function around(starter: Starter): Pick<DoctorParts, 'platform' | 'environment' | 'probes'> {
  const platform = processPlatform(process.platform, systemReader(starter));
  return { platform, environment: process.env, probes: machineProbes };
}

/** A git that does not open the repository is asked nothing else. */
async function asked(git: GitPort): Promise<Pick<DoctorParts, 'git' | 'repository'>> {
  try {
    const check = await git.check();
    if (check.kind === 'ready') return { git, repository: { kind: 'ready' } };
    return { git: null, repository: check };
  } catch (error) {
    return { git: null, repository: { kind: 'refused', why: firstLine(messageOf(error)).replace(/\.$/, '') } };
  }
}

function byFiles(place: RepositoryPlace | null): RepositoryFacts {
  return place === null ? { kind: 'notARepository' } : { kind: 'ready' };
}

/** Where the repository of a folder lies, by its files alone. */
async function findPlace(folder: string, worktreesFolder: Given['worktreesFolder']): Promise<RepositoryPlace | null> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const gitDir = await gitDirAt(path.join(at, '.git'));
    if (gitDir !== null) {
      const common = (await readFile(path.join(gitDir, 'commondir'), 'utf8').catch(() => '.')).trim();
      const commonDir = path.resolve(gitDir, common);
      const main = path.basename(commonDir) === '.git' ? path.dirname(commonDir) : at;
      return { commonDir, main, home: worktreesFolder(main) };
    }
    if (at === path.dirname(at)) return null;
  }
}

async function gitDirAt(place: string): Promise<string | null> {
  const found = await stat(place).catch(() => null);
  if (found === null) return null;
  if (found.isDirectory()) return place;
  const named = /^gitdir: (.+?)\s*$/s.exec(await readFile(place, 'utf8').catch(() => ''))?.[1];
  return named === undefined ? null : path.resolve(path.dirname(place), named);
}

/** Makes the worktree of a story in Coding again, from its branch; a sentence where that could not be done. */
export async function remakeWorktree(
  { git, stories, worktrees }: { git: GitPort; stories: Pick<StoryStore, 'get'>; worktrees: string },
  key: string,
): Promise<Said | null> {
  const story = stories.get(key);
  if (story?.stage.name !== 'Coding' || story.branch === null) return say('The story is not in Coding any more.');
  const { branch, number, title } = story;
  const tip = await git.tip(branch);
  if (tip === null) return say('The branch of #{0} is gone.', number);
  const folder = path.join(worktrees, storyFolder(number, title));
  const made = await git.addStoryWorktree({ branch, folder, start: tip });
  return made.kind === 'ready' ? null : sayPlaceProblem({ number, branch }, made);
}
