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
import { say, tell, type Said } from '../../core/words/said';
import type { DoctorParts, OpenedParts, RepositoryPlace } from './parts';

const done = (said: Said): RepairOutcome => ({ kind: 'repaired', ...tell(said) });
const not = (said: Said): RepairOutcome => ({ kind: 'refused', ...tell(said) });

const NEEDS_STORE = not(say('Nothing was repaired: this needs the list of stories, which is not open in this window.'));
const NEEDS_GIT = not(say('Nothing was repaired: no program is started here, because the workspace is not trusted.'));

/** Does what was decided a moment ago by facts that were just read. A failure is a sentence. */
export async function performRepair(parts: DoctorParts, repair: Repair): Promise<RepairOutcome> {
  const { place } = parts;
  if (place === null) return not(say('Nothing was repaired: there is no repository.'));
  try {
    return await perform(parts, place, repair);
  } catch (error) {
    parts.log.warn(`[doctor] ${repair.kind}: ${messageOf(error)}`);
    return not(say('It could not be repaired: {0}.', messageOf(error).replace(/\.$/, '')));
  }
}

async function perform(parts: DoctorParts, place: RepositoryPlace, repair: Repair): Promise<RepairOutcome> {
  const { git, opened } = parts;
  switch (repair.kind) {
    case 'removePin': {
      if (git === null) return NEEDS_GIT;
      const outcome = await git.removeRef(repair.ref, repair.oid);
      return outcome === 'removed'
        ? done(say('{0} is removed.', repair.ref))
        : not(say('{0} has moved and was left.', repair.ref));
    }
    case 'relinkWorktree': {
      if (git === null) return NEEDS_GIT;
      const outcome = await git.relinkWorktree(repair.gitDir, repair.folder);
      if (outcome === 'linked') return done(say('{0} is linked with the repository again.', repair.folder));
      return not(say('{0} is not provably the worktree on record, so it was left as it is.', repair.folder));
    }
    case 'removeRunRecord':
      await new RunRecords(runsIn(place)).remove(repair.id);
      return done(say('The record of run {0} is removed.', repair.id));
    case 'endRun':
      if (opened?.liveRuns().includes(repair.id) === true) return not(say('That run is under way in this window.'));
      return endProcesses(parts, place, repair.id);
    case 'forgetGateTree':
      return forgetGateTree(repair);
    case 'setClaimAside':
      await setAside(storeIn(place).leader, repair.epoch);
      return done(say('The claim of epoch {0} is set aside.', repair.epoch));
    case 'setAbsurdClaimsAside':
      await setAbsurdAside(storeIn(place).leader);
      return done(say('The claims are set aside.'));
    case 'makePrivate':
      await chmod(repair.path, (await lstat(repair.path)).mode & 0o700);
      return done(say('{0} is yours alone.', repair.path));
    case 'removeSocket':
    case 'removeLeftOver':
      await rm(repair.path, { force: true });
      return done(say('{0} is removed.', repair.path));
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
      return done(say('The search index is written anew.'));
    case 'writeNumber':
      await content.renumber(repair.key, repair.number);
      return done(say('#{0} stands beside its text again.', repair.number));
    case 'keepWhatIsLeft':
      // Reading a damaged text puts it aside and saves what is left.
      await content.read(`${repair.key}:${repair.what}`);
      return done(say('What is left of the text is saved, and the damaged file is kept beside it.'));
    case 'endJob': {
      const job = jobs.job(repair.id);
      if (job === undefined) return not(say('Landing {0} is not on record any more.', repair.id));
      const why = `there is no story #${repair.number} any more`;
      const stepAt = new Date(clock.now()).toISOString();
      await jobs.append({ ...job, stopped: { kind: 'withdrawn', why }, stepAt });
      return done(say('Landing {0} of #{1} on {2} is over.', repair.id, repair.number, shortRef(job.target)));
    }
    case 'remakeWorktree': {
      const problem = await remakeWorktree(repair.key);
      return problem === null ? done(say('#{0} has a worktree again.', repair.number)) : not(problem);
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
  if (denied.length > 0) return not(say('You may not end process {0}. End it as its owner.', denied.join(', ')));
  if (record !== undefined) await records.remove(id);
  return done(say('The processes have ended.'));
}

/** What git itself does to prune it, for a tree that is provably Switchyard's own. */
async function forgetGateTree({ gitDir, folder }: { gitDir: string; folder: string }): Promise<RepairOutcome> {
  if ((await readMark(gitDir)) !== GATE || (await isFolder(folder))) return not(say('{0} was left as it is.', folder));
  await rm(gitDir, { recursive: true });
  return done(say("git's record of {0} is removed.", folder));
}
