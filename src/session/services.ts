import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { Permission } from '../core/pipeline/facts';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { GitWitness } from '../core/recovery/witnesses';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Lead } from '../ports/lead';
import type { Log } from '../ports/log';
import type { Remotes } from '../ports/remotes';
import type { RepositoryCheck } from '../ports/refs';
import { Engine } from '../engine/engine';
import type { EngineSettings } from '../engine/ports';
import { stillPicture } from '../engine/stillPicture';
import type { DoctorReport } from '../core/doctor/report';
import { lookQuietly } from './doctor/quietLook';
import { doctorOf, doctorWithoutSession, remakeWorktree } from './doctor/open';
import type { PowerSource } from '../core/pipeline/runAhead';
import type { RemovalStep } from '../core/rescue/removal';
import type { RaceEndStep } from '../core/agents/race';
import { followedRepository } from './followedRepository';
import { AgentDoor } from './agents/agentDoor';
import { WindowHub } from './hub/windowHub';
import { ledRepository } from './ledRepository';
import { CALL_LIMITS, type CallLimits } from '../git/door/callWatch';
import { createGitPort } from '../git/gitPort';
import { createProcesses } from '../processes/processes';
import { createDirectRuns } from '../agents/keeper/directRuns';
import { createKeptRuns, type KeptRunsOptions } from '../agents/keeper/keptRuns';
import type { KeptRuns } from '../ports/keptRuns';
import type { ProcessPort } from '../ports/processes';
import { directStarter } from '../processes/directStarter';
import { processPlatform, systemReader } from '../processes/platform';
import type { Starter } from '../processes/starter';
import { holdStarter, type HeldStarter } from './heldStarter';
import { answerQuestions } from './questions';
import type { FoundLeader, Role } from './role';
import { beginSession, type Session } from './session';
import type { JournalObserver } from '../store/journal/jobJournal';
import { contend, type Door } from '../store/leader/leader';
import type { RebuildProgress } from '../store/shadow/shadowBuild';
import type { SharingState } from '../core/sharing/sharingState';
import { TeamSharing } from '../share/teamSharing';
import { fileLoss } from '../store/recovery/contentLoss';
import { openShareFile } from '../store/share/shareFile';
import { openShareLog } from '../store/share/shareLog';
import { openStore } from '../store/openStore';
import { readStill } from '../store/readStill';
import { storeFolder, storeFolderIn } from '../store/storeFolder';

/** What a session needs of its surroundings: the one list of parameters of everything below the host. */
export interface SessionOptions {
  readonly gitBinary: string;
  /** A folder in the repository's work tree. */
  readonly folder: string;
  /** Path of `sql-wasm.wasm`. */
  readonly wasmPath: string;
  /** Path of the spawner's bundle; the one beside this bundle, unless given. Null: programs are started from here. */
  readonly spawner?: string | null;
  /** Path of the bundle that agents start to reach Switchyard; the one beside this bundle, unless given. */
  readonly agentServer?: string;
  /** Path of the keeper's bundle; the one beside this bundle, unless given. Null: agents end with this process. */
  readonly keeper?: string | null;
  /** When a git call is said to wait, and when it is ended. */
  readonly gitLimits?: CallLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => EngineSettings;
  /** Where stories get their worktrees, given the main worktree. Absolute. */
  readonly worktreesFolder: (mainWorktree: string) => string;
  readonly permission: (subject: string) => Permission;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  readonly afterLanding: () => Promise<void>;
  /** Pushes and fetches with the person's credentials; null where nobody can. */
  readonly remotes?: Remotes | null;
  /** Writes the setting that names the target (short name), for a window that follows; without it nothing does. */
  readonly setTarget?: (branch: string) => Promise<void>;
  /** Writes the setting of the queue's order, for a window that follows too; without it nothing does. */
  readonly setMergeOrder?: (order: MergeOrder) => Promise<void>;
  /** Where the machine has its power from; asked of the system where it is left out. */
  readonly power?: () => Promise<PowerSource>;
  /** Folders that are open in this window; absolute. */
  readonly openFolders?: () => readonly string[];
  /** The token for a server that stories are shared through; null where there is none. Without it nothing can be shared. */
  readonly shareToken?: (url: string) => Promise<string | null>;
  /** Called at each step of a removal or a restoration; a crash test ends there. */
  readonly onRemovalStep?: (step: RemovalStep) => Promise<void>;
  /** The same for the end of a race of agents. */
  readonly onRaceStep?: (step: RaceEndStep) => Promise<void>;
  /** Told while the search index is built anew; the last time `done` equals `total`. */
  readonly onRebuild?: (progress: RebuildProgress) => void;
  /** Called around each record of the merge journal; a crash test ends the process there. */
  readonly journalObserver?: JournalObserver;
}

/** Where a repository that can be worked on lies; absolute. */
type RepositoryPlace = Pick<Extract<RepositoryCheck, { kind: 'ready' }>, 'topLevel' | 'commonDir'>;

export type OpenOutcome =
  | { kind: 'open'; session: Session }
  | { kind: 'unavailable'; check: Exclude<RepositoryCheck, { kind: 'ready' }> };

/** Opens a repository: checks it, unless that is done, then takes part in choosing the one leader among all windows on it. */
export async function openSession(
  options: SessionOptions,
  checked: RepositoryPlace | null = null,
): Promise<OpenOutcome> {
  const { gitBinary: binary, folder, log, clock, spawner = join(__dirname, 'spawner.js') } = options;
  const held = holdStarter(spawner, log);
  const git = createGitPort({
    binary,
    folder,
    log,
    clock,
    starter: held.starter,
    limits: options.gitLimits ?? CALL_LIMITS,
  });
  try {
    const check = checked === null ? await git.check() : ({ kind: 'ready', ...checked } as const);
    if (check.kind === 'ready') return { kind: 'open', session: await begin(options, { git, held, place: check }) };
    held.dispose();
    return { kind: 'unavailable', check };
  } catch (error) {
    held.dispose();
    throw error;
  }
}

/** Keeps the spawner from one use to the next: who lets go of it last ends it. */
export function holdSpawner(log: Log): HeldStarter {
  return holdStarter(join(__dirname, 'spawner.js'), log);
}

/** What a folder of a window is to git; `refused`: git is there and does not open it. */
export type FolderCheck = RepositoryCheck | { readonly kind: 'refused'; readonly error: unknown };

/** Looks at folders and opens nothing, so that a window can tell which repositories are behind its folders. */
export async function checkFolders(
  options: Pick<SessionOptions, 'gitBinary' | 'spawner' | 'clock' | 'log'>,
  folders: readonly string[],
): Promise<FolderCheck[]> {
  const { gitBinary: binary, spawner = join(__dirname, 'spawner.js'), clock, log } = options;
  const held = holdStarter(spawner, log);
  const check = async (folder: string): Promise<FolderCheck> => {
    const git = createGitPort({ binary, folder, log, clock, starter: held.starter, limits: CALL_LIMITS });
    try {
      return await git.check();
    } catch (error) {
      return { kind: 'refused', error };
    } finally {
      git.dispose();
    }
  };
  try {
    return await Promise.all(folders.map(check));
  } finally {
    held.dispose();
  }
}

interface Found {
  readonly git: GitPort;
  readonly held: HeldStarter;
  readonly place: RepositoryPlace;
}

async function begin(options: SessionOptions, { git, held, place }: Found): Promise<Session> {
  const { clock, log } = options;
  const main = (await git.worktrees()).find((one) => one.isMain)?.path ?? place.topLevel;
  const dir = storeFolderIn(place.commonDir);
  return beginSession({
    git,
    clock,
    log,
    contend: (roles) => contend({ dir: storeFolder(dir).leader, log, ...roles }),
    lead: (leading, onLost) =>
      lead(options, { git, main, commonDir: place.commonDir, dir, starter: held.starter, ...leading, onLost }),
    follow: (leader) => follow(options, leader),
    stillPicture: async (why) => {
      const still = await readStill(dir, log);
      return still === null ? null : stillPicture({ ...still, repository: basename(main), now: clock.now(), why });
    },
    doctor: doctorOf(options, { git, starter: held.starter, main, commonDir: place.commonDir }, null),
    onDisposed: () => {
      git.dispose();
      held.dispose();
    },
  });
}

/** Until it is known with whom. */
const NOT_SHARED: SharingState = {
  url: null,
  document: '',
  me: { machine: '', name: '' },
  connection: 'off',
  failures: 0,
  isTold: false,
  problem: null,
  held: null,
  landsAlone: false,
  peers: [],
  notices: [],
};

interface LedPlace {
  readonly git: GitPort;
  /** Path of the main worktree. */
  readonly main: string;
  readonly commonDir: string;
  /** The store's folder. */
  readonly dir: string;
  readonly starter: Starter;
  readonly lead: Lead;
  readonly door: Door;
  readonly onLost: () => void;
}

async function lead(options: SessionOptions, place: LedPlace): Promise<Role> {
  const { git, main, dir, starter, lead: held, door, onLost } = place;
  const { clock, log, wasmPath, journalObserver } = options;
  // Before anything is asked of git, so that its answers stay true.
  await git.endLeftCalls();
  await git.repairWorktrees([options.worktreesFolder(main)]);
  const store = await openStore({
    dir,
    wasmPath,
    clock,
    log,
    askGit: () => askGit(git, options.settings().target),
    askBranches: () => git.branchTips(),
    otherFolders: () => [options.worktreesFolder(main)],
    ...(journalObserver && { journalObserver }),
    ...(options.onRebuild && { onRebuild: options.onRebuild }),
  });
  const opened: { hub: WindowHub | null; sharing: TeamSharing | null } = { hub: null, sharing: null };
  const shareFile = await openShareFile(storeFolder(dir).share, log, {
    now: () => clock.now(),
    newId: () => randomBytes(8).toString('hex'),
    onCopy: () => rm(storeFolder(dir).shared, { force: true }),
    onDamage: (keptIn) => store.tellLoss(fileLoss('share', keptIn, new Date(clock.now()).toISOString())),
  });
  // All but the one that a run is in, or below.
  const foreignFolders = async (cwd: string): Promise<string[]> =>
    (await git.worktreeFolders()).filter((folder) => !`${cwd}${sep}`.startsWith(`${folder}${sep}`));
  const processes = createProcesses({ recordDir: join(dir, 'runs'), log, starter, foreignFolders });
  const kept = keptRuns(options, { dir: join(dir, 'agents'), starter, processes, foreignFolders });
  const agents = new AgentDoor({
    folder: join(dir, 'mcp'),
    leaderFolder: storeFolder(dir).leader,
    bundle: options.agentServer ?? join(__dirname, 'mcp.js'),
    program: process.execPath,
    log,
  });
  const start = Engine.start({
    ...options,
    access: agents,
    kept,
    onOutput: (story, text) => {
      opened.hub?.output(story, text);
      options.onOutput(story, text);
    },
    git,
    store: store.stories,
    content: store.content,
    journal: store.jobs,
    health: store.health,
    findings: store.findings,
    words: store.words,
    removals: store.removals,
    sharing: () => opened.sharing?.state() ?? NOT_SHARED,
    landingTurn: (target, need) => {
      if (opened.sharing !== null) return opened.sharing.turn(target, need);
      return shareFile.state().url === null ? null : { kind: 'asking' };
    },
    openFolders: () => [...(options.openFolders?.() ?? []), ...(opened.hub?.openFolders() ?? [])],
    runs: store.ledger,
    sessions: store.sessions,
    verdicts: store.ledger,
    quarantines: store.quarantines,
    resumes: store.resumes,
    seenTips: store.seenTips,
    pushes: store.pushes,
    halfWritten: store.halfWritten,
    processes,
    lead: held,
    onLeadLost: onLost,
    newId: () => `${clock.now().toString(36)}-${randomBytes(6).toString('hex')}`,
    folders: {
      mainWorktree: main,
      repositoryName: basename(main),
      worktrees: () => options.worktreesFolder(main),
      prompts: join(dir, 'prompts'),
    },
  });
  const engine = await start.catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  log.info(`[session] this window leads, epoch ${held.epoch}`);
  const doctor = doctorOf(options, place, {
    ...store,
    liveRuns: () => processes.liveRuns(),
    remakeWorktree: (key) =>
      remakeWorktree({ git, stories: store.stories, worktrees: options.worktreesFolder(main) }, key),
  });
  const sharing = new TeamSharing({
    file: shareFile,
    openLog: () => openShareLog(storeFolder(dir).shared, log, { now: () => clock.now() }),
    dropLog: () => rm(storeFolder(dir).shared, { force: true }),
    stories: engine.teamStories(),
    roots: () => git.roots(),
    token: options.shareToken ?? (() => Promise.resolve(null)),
    limits: () => options.settings().share ?? { pingMs: 10_000, timeoutMs: 30_000 },
    clock,
    random: Math.random,
    log,
  });
  opened.sharing = sharing;
  sharing.onDidChange(() => engine.showSharing());
  engine.onDidChange(() => sharing.workOn(engine.atWork()));
  const quiet = lookQuietly({ engine, doctor, clock, log });
  const role = ledRepository({
    engine,
    stories: store.stories,
    content: store.content,
    questions: answerQuestions({ store, git, repository: basename(main) }),
    doctor,
    sharing,
    setMergeOrder: options.setMergeOrder ?? (() => Promise.reject(new Error('The order is not set from here.'))),
    setTarget: options.setTarget ?? (() => Promise.reject(new Error('The target is not set from here.'))),
    close: async () => {
      quiet.dispose();
      await sharing.dispose();
      await engine.dispose();
      opened.hub?.close();
      await store.close();
    },
  });
  opened.hub = new WindowHub(door, { pipeline: role, agents, clock, log });
  // Nobody waits for a server: until it answers all is as it was.
  void sharing.begin();
  return role;
}

/**
 * What Doctor finds in a folder that there is no session for: git is too old, refuses, or may not be started because the
 * workspace is not trusted (`gitBinary` null). Such a report has no repairs that anyone could ask for.
 */
export async function examineFolder(
  options: Omit<SessionOptions, 'gitBinary'> & { readonly gitBinary: string | null },
): Promise<DoctorReport> {
  const { gitBinary: binary, folder, log, clock, spawner = join(__dirname, 'spawner.js') } = options;
  const held = binary === null ? null : holdStarter(spawner, log);
  const git =
    held === null || binary === null ? null : createGitPort({ binary, folder, log, clock, starter: held.starter });
  try {
    const report = await doctorWithoutSession(options, git, held?.starter ?? directStarter).examine(null);
    return { ...report, findings: report.findings.map((one) => ({ ...one, repair: null })) };
  } finally {
    git?.dispose();
    held?.dispose();
  }
}

/** Agents outlive this process, where there is a program to keep them. */
function keptRuns(
  { keeper: bundle = join(__dirname, 'keeper.js'), clock, log }: SessionOptions,
  parts: Pick<KeptRunsOptions, 'dir' | 'starter' | 'foreignFolders'> & { readonly processes: ProcessPort },
): KeptRuns {
  if (bundle === null || !existsSync(bundle)) return createDirectRuns(parts.processes, clock);
  const platform = processPlatform(process.platform, systemReader(parts.starter));
  return createKeptRuns({ ...parts, bundle, platform, clock, log });
}

/** What git knows of the stories that landed, and of their branches. */
async function askGit(git: GitPort, configured: string): Promise<GitWitness> {
  const target = await git.findTarget(configured === '' ? null : configured);
  return {
    landings: target.kind === 'found' ? await git.landings(target.tip) : [],
    branches: await git.branchTips(),
  };
}

function follow({ clock, log, onOutput, openFolders = () => [] }: SessionOptions, leader: FoundLeader | null): Role {
  if (leader !== null) log.info(`[session] process ${leader.pid} leads; this window follows`);
  return followedRepository({ leader, clock, log, onOutput, openFolders });
}
