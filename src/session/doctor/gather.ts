import { messageOf } from '../../base/messageOf';
import { firstLine } from '../../core/words/firstLine';
import { sayFinding } from '../../core/agents/finding';
import type { DoctorFacts, WorktreesFacts } from '../../core/doctor/facts';
import { lookAtConfiguration } from './lookAtConfiguration';
import { lookAtGit } from './lookAtGit';
import { lookAtLeader } from './lookAtLeader';
import { lookAtDisk, lookAtEnvironment } from './lookAtMachine';
import { lookAtLocks, lookAtRuns } from './lookAtProcesses';
import { lookAtRefs } from './lookAtRefs';
import { lookAtLog } from './lookAtLog';
import { lookAtContent, lookAtIndex, lookAtJournal, lookAtShadow, storeIn } from './lookAtStore';
import { lookAtGateTrees, lookAtWorktrees, withChanges } from './lookAtWorktrees';
import type { DoctorParts } from './parts';

/** What failed to be looked at keeps nothing else from being looked at. */
export class Looks {
  readonly notLooked: { what: string; why: string }[] = [];

  async at<T>(what: string, look: () => Promise<T> | T): Promise<T | null> {
    try {
      return await look();
    } catch (error) {
      return this.not(what, firstLine(messageOf(error)));
    }
  }

  not(what: string, why: string): null {
    this.notLooked.push({ what, why });
    return null;
  }
}

const UNTRUSTED = 'no program is started here, because the workspace is not trusted';

/** Facts of which nobody has looked at anything. */
export function blankFacts({ folder, repository, clock }: DoctorParts, notWorking: string | null): DoctorFacts {
  const unknown = {
    index: null,
    content: null,
    shadow: null,
    journal: null,
    ledger: null,
    refs: null,
    worktrees: null,
    gateTrees: null,
    locks: null,
    runs: null,
    findings: null,
    leader: null,
    git: null,
    configuration: null,
    disk: null,
    environment: null,
  };
  return { now: clock.now(), folder, repository, notWorking, ...unknown, notLooked: [] };
}

/** Looks at everything, and changes nothing. `notWorking`: why this window neither leads nor follows. */
export async function gatherFacts(parts: DoctorParts, notWorking: string | null): Promise<DoctorFacts> {
  const { place, git, opened, clock, log, platform, probes } = parts;
  const looks = new Looks();
  const blank = blankFacts(parts, notWorking);
  if (place === null) return { ...blank, environment: lookAtEnvironment(parts, []) };
  const store = { commonDir: place.commonDir, opened, log };
  if (opened === null)
    looks.not('Stories against branches, worktrees and texts', 'the list of stories is not open in this window');
  if (git === null) looks.not('Refs, settings of git, gates and agents', UNTRUSTED);
  const worktrees = await looks.at('Worktrees', () => lookAtWorktrees(place));
  const leader = await looks.at('Windows', () =>
    lookAtLeader(storeIn(place).leader, clock.now(), opened === null ? 'elsewhere' : 'here'),
  );
  // Of the runs of a window that leads elsewhere, or may do so, nobody here knows which are over.
  const leadsElsewhere = opened === null && (leader === null || leader.highest?.holder?.isAlive === true);
  const liveRuns = (): readonly string[] | 'all' => (leadsElsewhere ? 'all' : (opened?.liveRuns() ?? []));
  // Before the journal: a landing is on record before its candidate is pinned.
  const refs = git === null ? null : await looks.at('Refs', () => lookAtRefs(git, place.commonDir));
  const isLinux = platform.name === 'linux';
  return {
    ...blank,
    index: await looks.at('List of stories', () => lookAtIndex(store)),
    content: await looks.at('Texts', () => lookAtContent(store)),
    shadow: await looks.at('Search index', () => lookAtShadow(store)),
    journal: await looks.at('Merge journal', () => lookAtJournal(store)),
    ledger: await looks.at('Gate runs', () => lookAtLog(storeIn(store).ledger)),
    refs,
    worktrees: (await looks.at('Uncommitted work', () => changed(parts, worktrees))) ?? worktrees,
    gateTrees:
      worktrees === null ? null : await looks.at('Gate trees', () => lookAtGateTrees(place, worktrees, probes)),
    locks: worktrees === null ? null : await looks.at('Locks', () => lookAtLocks(place, worktrees, platform)),
    // Elsewhere than on Linux a program has to be started to list processes.
    runs: git === null && !isLinux ? null : await looks.at('Runs', () => lookAtRuns(place, platform, liveRuns)),
    findings: (opened?.findings.list() ?? []).map((one) => ({ id: one.id, at: one.at, said: sayFinding(one) })),
    leader,
    ...(git === null ? {} : await lookThroughGit(parts, git, place, looks)),
    disk: await looks.at('Disk', () => lookAtDisk(place, clock.now(), probes)),
    environment: await looks.at('Environment', async () =>
      lookAtEnvironment(parts, git === null ? [place.main] : await git.worktreeFolders()),
    ),
    notLooked: looks.notLooked,
  };
}

async function changed({ git, opened }: DoctorParts, worktrees: WorktreesFacts | null): Promise<WorktreesFacts | null> {
  if (git === null || opened === null || worktrees === null) return worktrees;
  return withChanges(worktrees, opened.stories.stories(), git);
}

async function lookThroughGit(
  parts: DoctorParts,
  git: NonNullable<DoctorParts['git']>,
  place: NonNullable<DoctorParts['place']>,
  looks: Looks,
): Promise<Pick<DoctorFacts, 'git' | 'configuration'>> {
  const configured = parts.settings().target;
  const target = await looks.at('Target', () => git.findTarget(configured === '' ? null : configured));
  const attributes =
    target?.kind === 'found' ? await looks.at('Attributes', () => git.readFileAt(target.tip, '.gitattributes')) : null;
  return {
    git: await looks.at('Settings of git', () => lookAtGit(git, place, attributes, parts)),
    configuration:
      target === null ? null : await looks.at('Configuration', () => lookAtConfiguration(git, place, target, parts)),
  };
}
