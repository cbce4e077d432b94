import { chmod, lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import { shortRef } from '../../core/story/names';
import type { Repair } from '../../core/doctor/repair';
import type { RepairOutcome } from '../../core/doctor/report';
import { GATE, readMark } from '../../git/trees/ownTree';
import { endRun } from '../../processes/endRun';
import { RunRecords } from '../../processes/runRecords';
import { setAbsurdAside, setAside } from '../../store/leader/epochs';
import { isFolder } from './files';
import { storeIn } from './lookAtStore';
import type { DoctorParts, OpenedParts, RepositoryPlace } from './parts';

const done = (message: string): RepairOutcome => ({ kind: 'repaired', message });
const not = (message: string): RepairOutcome => ({ kind: 'refused', message });

const NEEDS_STORE = not('Nothing was repaired: this needs the list of stories, which is not open in this window.');
const NEEDS_GIT = not('Nothing was repaired: no program is started here, because the workspace is not trusted.');

/** Does what was decided a moment ago by facts that were just read. A failure is a sentence. */
export async function performRepair(parts: DoctorParts, repair: Repair): Promise<RepairOutcome> {
  const { place } = parts;
  if (place === null) return not('Nothing was repaired: there is no repository.');
  try {
    return await perform(parts, place, repair);
  } catch (error) {
    parts.log.warn(`[doctor] ${repair.kind}: ${messageOf(error)}`);
    return not(`It could not be repaired: ${messageOf(error)}`);
  }
}

async function perform(parts: DoctorParts, place: RepositoryPlace, repair: Repair): Promise<RepairOutcome> {
  const { git, opened } = parts;
  switch (repair.kind) {
    case 'removePin': {
      if (git === null) return NEEDS_GIT;
      const outcome = await git.removeRef(repair.ref, repair.oid);
      return outcome === 'removed' ? done(`${repair.ref} is removed.`) : not(`${repair.ref} has moved and was left.`);
    }
    case 'relinkWorktree': {
      if (git === null) return NEEDS_GIT;
      const outcome = await git.relinkWorktree(repair.gitDir, repair.folder);
      if (outcome === 'linked') return done(`${repair.folder} is linked with the repository again.`);
      return not(`${repair.folder} is not provably the worktree on record, so it was left as it is.`);
    }
    case 'removeRunRecord':
      await new RunRecords(runsIn(place)).remove(repair.id);
      return done(`The record of run ${repair.id} is removed.`);
    case 'endRun':
      if (opened?.liveRuns().includes(repair.id) === true) return not('That run is under way in this window.');
      return endProcesses(parts, place, repair.id);
    case 'forgetGateTree':
      return forgetGateTree(repair);
    case 'setClaimAside':
      await setAside(storeIn(place).leader, repair.epoch);
      return done(`The claim of epoch ${repair.epoch} is set aside.`);
    case 'setAbsurdClaimsAside':
      await setAbsurdAside(storeIn(place).leader);
      return done('The claims are set aside.');
    case 'makePrivate':
      await chmod(repair.path, (await lstat(repair.path)).mode & 0o700);
      return done(`${repair.path} is yours alone.`);
    case 'removeSocket':
    case 'removeLeftOver':
      await rm(repair.path, { force: true });
      return done(`${repair.path} is removed.`);
    case 'rebuildShadow':
    case 'writeNumber':
    case 'keepWhatIsLeft':
    case 'endJob':
    case 'remakeWorktree':
      return opened === null ? NEEDS_STORE : performInStore(parts, opened, repair);
    default:
      return repair satisfies never;
  }
}

type StoreRepair = Extract<
  Repair,
  { kind: 'rebuildShadow' | 'writeNumber' | 'keepWhatIsLeft' | 'endJob' | 'remakeWorktree' }
>;

async function performInStore(
  { clock }: DoctorParts,
  { shadow, content, jobs, remakeWorktree }: OpenedParts,
  repair: StoreRepair,
): Promise<RepairOutcome> {
  switch (repair.kind) {
    case 'rebuildShadow':
      await shadow.writeAnew();
      return done('The search index is written anew.');
    case 'writeNumber':
      await content.renumber(repair.key, repair.number);
      return done(`#${repair.number} stands beside its text again.`);
    case 'keepWhatIsLeft':
      // Reading a damaged text puts it aside and saves what is left.
      await content.read(`${repair.key}:${repair.what}`);
      return done('What is left of the text is saved, and the damaged file is kept beside it.');
    case 'endJob': {
      const job = jobs.job(repair.id);
      if (job === undefined) return not(`Landing ${repair.id} is not on record any more.`);
      const why = `there is no story #${repair.number} any more`;
      const stepAt = new Date(clock.now()).toISOString();
      await jobs.append({ ...job, stopped: { kind: 'withdrawn', why }, stepAt });
      return done(`Landing ${repair.id} of #${repair.number} on ${shortRef(job.target)} is over.`);
    }
    case 'remakeWorktree': {
      const problem = await remakeWorktree(repair.key);
      return problem === null ? done(`#${repair.number} has a worktree again.`) : not(problem);
    }
    default:
      return repair satisfies never;
  }
}

function runsIn(place: RepositoryPlace): string {
  return path.join(storeIn(place).root, 'runs');
}

async function endProcesses(
  { platform, log }: DoctorParts,
  place: RepositoryPlace,
  id: string,
): Promise<RepairOutcome> {
  const records = new RunRecords(runsIn(place));
  const record = (await records.all()).find((one) => one.id === id);
  const run = { id, main: record?.main ?? null, group: null, proven: new Map<number, number>() };
  const { denied } = await endRun(run, { platform, log, clock: systemClock });
  if (denied.length > 0) return not(`You may not end process ${denied.join(', ')}. End it as its owner.`);
  if (record !== undefined) await records.remove(id);
  return done('The processes have ended.');
}

/** What git itself does to prune it, for a tree that is provably Switchyard's own. */
async function forgetGateTree({ gitDir, folder }: { gitDir: string; folder: string }): Promise<RepairOutcome> {
  if ((await readMark(gitDir)) !== GATE || (await isFolder(folder))) return not(`${folder} was left as it is.`);
  await rm(gitDir, { recursive: true });
  return done(`git's record of ${folder} is removed.`);
}
