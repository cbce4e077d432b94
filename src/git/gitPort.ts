import path from 'node:path';
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { Starter } from '../processes/starter';
import { buildCandidate } from './candidate/buildCandidate';
import { buildRevert } from './candidate/buildRevert';
import { makeBranch } from './trees/makeBranch';
import { allRefs, removeRef } from './read/allRefs';
import { usableBranch } from './read/branchNames';
import { commitsBetween, readCommit, readFileAt, readObjects } from './read/commits';
import { lookAtGateTree, prepareGateTree } from './trees/gateTree';
import { readIdentity } from './read/identity';
import { whyStoryTreeBusy } from './landing/busyTree';
import { catchUp, land, leaveCheckout } from './landing/land';
import { knownChanges } from './landing/incoming';
import { checkFolder, locate } from './read/locate';
import { readLandings } from './read/landings';
import * as refs from './read/refs';
import { refSnapshots } from './read/refSnapshot';
import { settingsOf } from './read/settings';
import { repositoryAt, type Repository } from './door/repository';
import { changeSize } from './read/changeSize';
import { changedIn } from './read/changedIn';
import { lineChanges, patchBetween } from './read/lineChanges';
import { changedCode, reviewFacts } from './read/review';
import type { CallLimits } from './door/callWatch';
import { createGit } from './door/run';
import { putBranchBack } from './guard/putBranchBack';
import { stashedWork, stashEntries } from './guard/stashedWork';
import { takeOver } from './guard/takeOver';
import { branchFromRescue, freePlace, putWorkBack } from './rescue/putWorkBack';
import { folderSize } from './rescue/folderSize';
import { removeTrials } from './rescue/removeTrials';
import { isMadeBySwitchyard, removeBranch, removeWorktree } from './rescue/removeWorktree';
import { filesOfRescue, forgetRescue, listRescues } from './rescue/rescueRefs';
import { previewRescue, rescueWork } from './rescue/rescueWork';
import { beginMerge } from './merging/beginMerge';
import { landedSince } from './merging/landedSince';
import { lookAtMerge } from './merging/lookAtMerge';
import { endMerge, standingMerge } from './merging/standingMerge';
import { undoMerge } from './merging/undoMerge';
import { endLeftCalls } from './locks/leftCalls';
import { noteRun, removeLock, tidyLocks } from './locks/tidyLocks';
import { createSharedGitDir } from './guard/sharedGitDir';
import { withoutReceipt, writeReceipts } from './receipts/receiptNotes';
import { localChanges } from './read/localChanges';
import { adoptWork } from './trees/adoptWork';
import { copyIgnored } from './trees/copyIgnored';
import { fillSubmodules } from './trees/fillSubmodules';
import { lookAtTop } from './trees/lookAtTop';
import { endSetUp, setUpsDue } from './trees/setUpDue';
import { addStoryWorktree, storyPlace } from './trees/storyWorktree';
import { lookAtTrial, makeTrial } from './trees/trialTree';
import { findWork, lookAtWork } from './read/foundWork';
import { upstreamOf } from './read/upstream';
import { targetLine } from './read/targetLine';
import { behindUpstream } from './read/behind';
import { findTarget } from './read/target';
import { GitWatch } from './watch/watchGit';
import { worktreeFolders } from './read/worktreeFolders';
import { listWorktrees } from './read/worktrees';
import { relinkWorktree, repairWorktrees } from './trees/repairWorktrees';

export interface GitPortOptions {
  /** Any folder of the repository's work tree. */
  readonly folder: string;
  /** Path of the git program, as VS Code's Git extension names it. */
  readonly binary: string;
  readonly log: Log;
  readonly clock: Clock;
  /** How git is started; from this process, unless given. */
  readonly starter?: Starter;
  readonly limits?: CallLimits;
}

/** git as the core asks for it. Where the repository lies is looked up once, on first use. */
export function createGitPort(options: GitPortOptions): GitPort {
  const { folder, log, clock } = options;
  const git = createGit(options);
  let found: Promise<Repository> | null = null;
  const open = (): Promise<Repository> => {
    found ??= locate(git, folder).then(
      (place) => {
        git.records.at(path.join(place.commonDir, 'switchyard', 'git-calls'));
        return repositoryAt(place, { git, log, clock });
      },
      (error: unknown) => {
        // A folder that is no repository now can be one later.
        found = null;
        throw error;
      },
    );
    return found;
  };
  return {
    ...createSharedGitDir(open),
    dispose: () => void found?.then(({ objects }) => objects.dispose()).catch(() => undefined),
    waitingCalls: () => git.calls.waitingCalls(),
    onWaiting: (listener) => git.calls.onWaiting(listener),
    check: () => checkFolder(git, folder),
    findTarget: async (configured) => findTarget(await open(), configured),
    behindUpstream: async ({ ref, tip }) => behindUpstream(await open(), ref, tip),
    identity: async () => readIdentity(await open()),
    tip: async (ref) => refs.tip(await open(), ref),
    treeOf: async (commit) => (await readCommit(await open(), commit)).tree,
    roots: async () => refs.roots(await open()),
    mergeBase: async (one, other) => refs.mergeBase(await open(), one, other),
    patch: async (from, to) => patchBetween(await open(), from, to),
    lineChanges: async (from, to, paths) => lineChanges(await open(), from, to, paths),
    isAncestor: async (ancestor, descendant) => refs.isAncestor(await open(), ancestor, descendant),
    commitsAhead: async (base, tip) => refs.commitsAhead(await open(), base, tip),
    targetLine: async (tip, limit) => targetLine(await open(), tip, limit),
    landings: async (tip, without) => readLandings(await open(), tip, without),
    readFileAt: async (commit, file) => readFileAt(await open(), commit, file),
    worktrees: async () =>
      (await listWorktrees(await open())).map(({ path, head, branch, isMain }) => ({ path, head, branch, isMain })),
    worktreeFolders: async () => worktreeFolders(await open()),
    repairWorktrees: async (folders) => repairWorktrees(await open(), folders),
    place: async () => {
      const { topLevel, commonDir } = await open();
      return { topLevel, commonDir };
    },
    allRefs: async () => allRefs(await open()),
    settings: async () => (await settingsOf(await open()).current()).values,
    removeRef: async (ref, oid) => removeRef(await open(), ref, oid),
    relinkWorktree: async (gitDir, folder) => relinkWorktree(await open(), gitDir, folder),
    branchTips: async () => (await refSnapshots(await open()).current()).heads,
    storyPlace: async (branch) => storyPlace(await open(), branch),
    underWay: async (worktree) => whyStoryTreeBusy(await open(), worktree),
    usableBranch: async (wanted) => usableBranch(await open(), wanted),
    addStoryWorktree: async (request) => addStoryWorktree(await open(), request),
    setUpsDue: async () => setUpsDue(await open()),
    endSetUp: async (worktree) => endSetUp(await open(), worktree),
    copyIgnored: async (request) => copyIgnored(await open(), request),
    fillSubmodules: async (worktree) => fillSubmodules(await open(), worktree),
    lookAtTop: async (request) => lookAtTop(await open(), request),
    endLeftCalls: async () => endLeftCalls(await open()),
    tidyLocks: async () => tidyLocks(await open()),
    removeLock: async (lock) => removeLock(await open(), lock),
    noteRun: async (run) => noteRun(await open(), run),
    findWork: async (target, taken) => findWork(await open(), target, taken),
    lookAtWork: async (target, taken, choice) => lookAtWork(await open(), target, taken, choice),
    adoptWork: async (choice, newBranches) => adoptWork(await open(), choice, newBranches),
    takeOver: async (request) => takeOver(await open(), request),
    previewRescue: async (place) => previewRescue(await open(), place),
    rescueWork: async (request) => rescueWork(await open(), request),
    removeWorktree: async (request) => removeWorktree(await open(), request),
    removeBranch: async (branch, at) => removeBranch(await open(), branch, at),
    rescues: async () => listRescues(await open()),
    forgetRescue: async (ref, commit) => forgetRescue(await open(), ref, commit),
    filesOfRescue: async (ref) => filesOfRescue(await open(), ref),
    freePlace: async (wanted) => freePlace(await open(), wanted),
    putWorkBack: async (request) => putWorkBack(await open(), request),
    branchFromRescue: async (request) => branchFromRescue(await open(), request),
    standingMerge: async (branch) => standingMerge(await open(), branch),
    beginMerge: async (request) => beginMerge(await open(), request),
    lookAtMerge: async (request) => lookAtMerge(await open(), request),
    endMerge: async (branch) => endMerge(await open(), branch),
    undoMerge: async (request) => undoMerge(await open(), request),
    restack: async (request) => {
      const { restack } = await import('./restack/restack');
      return restack(await open(), request);
    },
    landedSince: async (request) => landedSince(await open(), request),
    isMadeBySwitchyard: async (place) => isMadeBySwitchyard(await open(), place),
    sizeOf: (place) => folderSize(place),
    stashedWork: async (request) => stashedWork(await open(), request),
    stashEntries: async () => stashEntries(await open()),
    commitsBetween: async (from, to, limit) => commitsBetween(await open(), from, to, limit),
    putBranchBack: async (request) => putBranchBack(await open(), request),
    localChanges: (worktree) => localChanges(git, worktree),
    reviewFacts: async (request) => reviewFacts(await open(), request),
    changedCode: async (request) => changedCode(await open(), request),
    buildCandidate: async (request) => buildCandidate(await open(), request),
    buildRevert: async (request) => buildRevert(await open(), request),
    makeBranch: async (branch, at) => makeBranch(await open(), branch, at),
    pinCandidate: async (jobId, candidate) => refs.pinCandidate(await open(), jobId, candidate),
    hasCandidate: async ({ commit, tree }) =>
      (await readObjects(await open(), [commit, tree])).every((object) => object !== null),
    unpinCandidate: async (jobId) => refs.unpinCandidate(await open(), jobId),
    pinnedCandidates: async () => refs.pinnedCandidates(await open()),
    changeSize: async ({ base, tip }) => changeSize(await open(), base, tip),
    changedIn: async (request) => changedIn(await open(), request),
    changedPaths: async ({ base, commit }) =>
      (await knownChanges(await open(), base, commit)).map((change) => change.path),
    withoutReceipt: async (commits) => withoutReceipt(await open(), commits),
    writeReceipts: async (receipts) => writeReceipts(await open(), receipts),
    verifyLandings: async (target, range) => {
      const { verifyReceipts } = await import('./receipts/verifyReceipts');
      return verifyReceipts(await open(), target, range);
    },
    lookOutside: async (request) => {
      const { lookOutside } = await import('./outside/lookOutside');
      return lookOutside(await open(), request);
    },
    upstreamOf: async (branch) => upstreamOf(await open(), branch),
    openRadar: async (onHint) => {
      const { GitRadarSight } = await import('./radar/radarSight');
      return new GitRadarSight(await open(), onHint);
    },
    land: async (request) => land(await open(), request),
    leaveCheckout: async (target, candidate) => leaveCheckout(await open(), target, candidate),
    catchUp: async (request) => catchUp(await open(), request),
    prepareGateTree: async (request) => prepareGateTree(await open(), request, 'removed'),
    lookAtGateTree: async (request) => lookAtGateTree(await open(), request),
    restoreGateTree: async (request) => prepareGateTree(await open(), request, 'kept'),
    makeTrial: async (request) => makeTrial(await open(), request),
    lookAtTrial: async (request) => lookAtTrial(await open(), request),
    removeTrials: async () => removeTrials(await open()),
    watch: (onHint): Disposable => {
      const watch = new GitWatch(open, clock, onHint);
      watch.start().catch((error: unknown) => log.warn(`${folder} is not watched: ${String(error)}`));
      return watch;
    },
  };
}
