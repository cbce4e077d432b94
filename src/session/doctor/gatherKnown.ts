import type { DoctorFacts } from '../../core/doctor/facts';
import type { Commands } from '../../gates/readCommands';
import { blankFacts, Looks } from './gather';
import { programsOf } from './lookAtConfiguration';
import { lookAtGit } from './lookAtGit';
import { lookAtLeader } from './lookAtLeader';
import { lookAtDisk } from './lookAtMachine';
import { brokenRefs } from './lookAtRefs';
import { knownOfIndex, storeIn } from './lookAtStore';
import { lookAtGateTrees, lookAtWorktrees } from './lookAtWorktrees';
import type { DoctorParts } from './parts';

/**
 * What can be seen without starting a program and without reading what is large: what the engine knows already, and a few
 * folders. What it finds is true; it finds less than a whole look.
 */
export async function gatherKnown(parts: DoctorParts, commands: Commands | null): Promise<DoctorFacts> {
  const { place, git, opened, clock, probes } = parts;
  const blank = blankFacts(parts, null);
  if (place === null || git === null) return blank;
  const looks = new Looks();
  const worktrees = await looks.at('Worktrees', () => lookAtWorktrees(place));
  const tips = [...(await git.branchTips())].map(([ref, oid]) => [ref, { oid, to: null }] as const);
  return {
    ...blank,
    index: { log: { kind: 'whole' }, keptAside: [], ...knownOfIndex(opened) },
    refs: await looks.at('Refs', async () => ({ all: new Map(tips), broken: await brokenRefs(place.commonDir) })),
    worktrees,
    gateTrees:
      worktrees === null ? null : await looks.at('Gate trees', () => lookAtGateTrees(place, worktrees, probes)),
    leader: await looks.at('Windows', () => lookAtLeader(storeIn(place).leader, clock.now(), 'here')),
    git: await looks.at('Settings of git', () => lookAtGit(git, place, null, parts)),
    configuration: commands === null ? null : await looks.at('Gates', () => gatesOnPath(commands, parts)),
    disk: await looks.at('Disk', () => lookAtDisk(place, clock.now(), probes)),
  };
}

/** Whether gates are on PATH; what is in a commit takes a git to see. */
async function gatesOnPath(commands: Commands, parts: DoctorParts): Promise<DoctorFacts['configuration']> {
  return {
    target: { kind: 'found', name: '' },
    gates: await programsOf(commands, parts),
    agents: [],
    agentProblem: null,
    differsHere: null,
    permission: 'granted',
  };
}
