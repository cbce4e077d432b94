import { exists } from '../base/exists';
import { messageOf } from '../base/messageOf';
import path from 'node:path';
import type { GitWitness } from '../core/recovery/witnesses';
import type { StoreLoss } from '../core/recovery/storeLoss';
import type { AgentSessions } from '../ports/agentSessions';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type {
  HalfWrittenStore,
  PushMemory,
  QueueResumes,
  Removals,
  RunFindings,
  StoreHealth,
  TipMemory,
} from '../ports/store';
import type { Quarantines } from '../ports/verdicts';
import { checkedNameOf } from './content/contentId';
import { FileContentStore } from './content/contentStore';
import { earlierBodies, keepKnown } from './content/earlierBodies';
import { makeFolder } from './log/durableFile';
import { FileJobJournal, type JournalObserver } from './journal/jobJournal';
import type { Disk } from './log/disk';
import type { OpenLogFile } from './log/logFile';
import type { CutTail, LogOptions } from './log/openLog';
import { openPushMemory } from './queue/pushFile';
import { openResumes } from './queue/resumeFile';
import { openSeenTips } from './queue/seenTips';
import { openSessions } from './sessions/sessionsFile';
import { openWords } from './talks/wordsFile';
import type { AgentWords } from '../ports/agentWords';
import { openFindings } from './findings/findingsFile';
import { openRemovals } from './removals/removalsFile';
import { DiskHealth } from './health';
import { Ledger } from './ledger/ledger';
import { openQuarantines } from './ledger/quarantineFile';
import { LossFile } from './recovery/lossFile';
import { contentLoss, fileLoss, ledgerLoss, textsGone } from './recovery/contentLoss';
import { halfWrittenStore } from './recovery/halfWrittenStore';
import { keptLoss } from './recovery/keptLoss';
import { recover } from './recovery/recover';
import { notedLedger, noteSmallFiles, smallFilesGone } from './recovery/smallFiles';
import { searchedBody } from './shadow/search/searchedBody';
import { StorySearch } from './shadow/search/storySearch';
import { TextSearch } from './shadow/search/textSearch';
import { Shadow } from './shadow/shadow';
import type { RebuildProgress } from './shadow/shadowBuild';
import { StoredShadow } from './shadow/storedShadow';
import { explainDiskError } from './storeError';
import { storeFolder, type StoreFolder } from './storeFolder';
import { StoryIndex } from './index/storyIndex';
import { DiskStoryStore, whyBuried } from './index/storyStore';

export interface StoreOptions {
  /** The folder `switchyard` in the common git directory (see `storeFolderIn`); created where it is missing. */
  readonly dir: string;
  /** Path of `sql-wasm.wasm`. */
  readonly wasmPath: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly journalObserver?: JournalObserver;
  /** What git knows of landings and branches; asked where records are cut or missing. */
  readonly askGit?: () => Promise<GitWitness>;
  /** Tips of local branches by full ref name; asked where a live story has none on record. */
  readonly askBranches?: () => Promise<GitWitness['branches']>;
  /** Told while the shadow is built anew. */
  readonly onRebuild?: (progress: RebuildProgress) => void;
  /** Folders outside the store that work needs, such as that of worktrees. */
  readonly otherFolders?: () => readonly string[];
  /** Replaces the file operations of both logs; for tests. */
  readonly openLogFile?: OpenLogFile;
  /** Replaces all file operations; for tests. */
  readonly disk?: Disk;
  /** The log is shortened once its changes take up so many bytes, and more than its snapshot. */
  readonly compactAfter?: number;
}

export interface OpenStore {
  readonly stories: DiskStoryStore;
  readonly content: FileContentStore;
  readonly jobs: FileJobJournal;
  readonly shadow: Shadow;
  readonly search: StorySearch;
  readonly ledger: Ledger;
  readonly quarantines: Quarantines;
  readonly health: StoreHealth;
  readonly findings: RunFindings;
  readonly words: AgentWords;
  readonly resumes: QueueResumes;
  readonly seenTips: TipMemory;
  readonly pushes: PushMemory;
  readonly removals: Removals;
  readonly sessions: AgentSessions;
  readonly halfWritten: HalfWrittenStore;
  /** What was torn or damaged and has been put aside. */
  readonly cut: readonly CutTail[];
  /** Tells a person of a loss in a file that is opened elsewhere. Safe on disk when it resolves. */
  tellLoss(loss: StoreLoss): Promise<void>;
  /** Waits for what is being written, saves the shadow and lets go of every file. */
  close(): Promise<void>;
}

/** Opens the store for writing. Only the leader of a repository may; everyone else asks it through the hub. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const folder = storeFolder(options.dir);
  try {
    await makeFolder(folder.content);
  } catch (error) {
    throw explainDiskError('Switchyard could not make its folder', folder.root, error);
  }
  const opened = new Opened();
  try {
    return await openParts(folder, options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openParts(folder: StoreFolder, options: StoreOptions, opened: Opened): Promise<OpenStore> {
  const { clock, log, wasmPath, openLogFile: openFile, journalObserver: observe } = options;
  const losses = await LossFile.open(folder.losses, log);
  const unfinished = losses.unfinished();
  const wasUsed = await holdsFiles(folder);
  const health = new DiskHealth(folder.root, losses, options.otherFolders);
  const at = (): string => new Date(clock.now()).toISOString();
  const gone = await smallFilesGone(folder, at());
  if (gone !== null) await losses.add(gone);
  const stored = await StoredShadow.at(folder.shadow, wasmPath, log);
  const logOptions: LogOptions = {
    now: () => clock.now(),
    onFailure: health.note,
    onDamage: ({ keptIn }) => losses.begin(keptIn, at()),
    ...(openFile && { openFile }),
    ...(options.disk && { disk: options.disk }),
  };
  const jobs = opened.keep(await FileJobJournal.open(folder.jobs, { ...logOptions, log, ...(observe && { observe }) }));
  const index = opened.keep(
    await StoryIndex.open(folder.stories, log, {
      ...logOptions,
      mirrored: stored.end,
      known: () => stored.witness(),
      onKeptDamage: (damage) => losses.add(keptLoss(damage, at())),
      jobs: () => jobs.count,
      ...(options.compactAfter !== undefined && { compactAfter: options.compactAfter }),
    }),
  );
  const content = opened.keep(
    new FileContentStore(folder.content, log, {
      onFailure: health.note,
      onDamage: async (found) => {
        const bodyFile = path.join(folder.content, found.key, checkedNameOf('body'));
        const searched = found.what === 'body' ? await searchedBody(folder.search, stored.sqlite, found.key) : null;
        if (searched !== null) await keepKnown(bodyFile, searched, clock.now());
        const earlier = await earlierBodies(bodyFile);
        const story = index.get(found.key) ?? (await index.find(found.key)) ?? undefined;
        await losses.add(contentLoss(found, story, at(), earlier.length));
      },
      onGone: (keys) => losses.add(textsGone(keys, (key) => index.get(key), at())),
      isKnown: (key) => index.get(key) !== undefined,
      whyRefused: (key) => whyBuried(index.tombstone(key)),
      now: () => clock.now(),
      ...(options.disk && { disk: options.disk }),
    }),
  );
  await content.finishNew();
  const askGit = options.askGit ?? (() => Promise.resolve({ landings: [], branches: new Map() }));
  const askBranches = options.askBranches ?? (() => Promise.resolve(new Map<string, string>()));
  const outcome = await recover({
    folder,
    wasUsed,
    index,
    jobs,
    content,
    shadow: stored,
    losses,
    unfinished,
    askGit,
    askBranches,
    log,
    at: at(),
  });
  await content.finishBodies(async (key) => {
    // A deleted story keeps its text until it is purged, also one that was saved and is not in its place yet.
    const story = index.tombstone(key)?.record ?? (await index.find(key));
    return story?.bodyAt == null ? null : Date.parse(story.bodyAt);
  });
  await content.noteTextless(index.stories());
  const texts = opened.keep(
    new TextSearch({ file: folder.search, sqlite: stored.sqlite, source: content, clock, log }),
  );
  const ledger = opened.keep(
    await Ledger.open(folder.ledger, {
      clock,
      log,
      onFailure: health.note,
      noted: await notedLedger(folder),
      onShorten: () => noteSmallFiles(folder, log, 'of any length'),
      onLost: ({ keptIn }) => losses.add(ledgerLoss(keptIn, at())),
      ...(openFile && { openFile }),
      ...(options.disk && { disk: options.disk }),
    }),
  );
  const shadow = opened.keep(
    new Shadow({
      file: folder.shadow,
      source: index,
      runs: ledger,
      clock,
      log,
      stored,
      ...(options.onRebuild && { onRebuild: options.onRebuild }),
    }),
  );
  // A shadow of the log as it was would find it wanting again.
  if (outcome === 'changed') await shadow.save();
  const stories = opened.keep(new DiskStoryStore({ index, content, shadow, texts, log }));
  const halfWritten = halfWrittenStore({
    content,
    shadow,
    known: async () => {
      const kept = await index.keptNumbers();
      return {
        isStory: (key) => index.get(key) !== undefined || index.hasEntry(key) || kept.has(key),
        graves: index.tombstones(),
        isRestorable: (key) => index.tombstone(key)?.record !== undefined,
      };
    },
  });
  const search = new StorySearch({ shadow, texts, read: (id) => content.read(id) });
  index.onMove(() => void forgetJobs(index, jobs, log));
  const findings = await openFindings(folder.findings, log, {
    now: () => clock.now(),
    onDamage: (keptIn) => losses.add(fileLoss('findings', keptIn, at())),
  });
  const quarantines = await openQuarantines(folder.quarantines, log, {
    now: () => clock.now(),
    onDamage: (keptIn) => losses.add(fileLoss('quarantines', keptIn, at())),
  });
  const words = await openWords(folder.words, log, {
    now: () => clock.now(),
    onDamage: (keptIn) => losses.add(fileLoss('words', keptIn, at())),
  });
  const resumes = await openResumes(folder.resumes, log);
  const seenTips = await openSeenTips(folder.seenTips, log);
  const pushes = await openPushMemory(folder.pushes, log);
  const removals = await openRemovals(folder.removals, log, {
    now: () => clock.now(),
    onDamage: (keptIn) => losses.add(fileLoss('removals', keptIn, at())),
  });
  const sessions = await openSessions(folder, log, { now: () => clock.now() });
  await noteSmallFiles(folder, log);
  const cut = [index.opening.cut, jobs.opening.cut].filter((tail) => tail !== null);
  for (const { bytes, keptIn } of cut) {
    log.warn(`store: ${bytes} bytes at the end of a log were torn or damaged; they were put aside in ${keptIn}`);
  }
  return {
    stories,
    content,
    jobs,
    shadow,
    search,
    ledger,
    quarantines,
    health,
    findings,
    words,
    resumes,
    seenTips,
    pushes,
    removals,
    sessions,
    halfWritten,
    cut,
    tellLoss: (loss) => losses.add(loss),
    close: async () => {
      await opened.close();
      await noteSmallFiles(folder, log);
    },
  };
}

/** Whether a store lay there before, whatever has become of its files. */
async function holdsFiles({ stories, jobs, shadow, search }: StoreFolder): Promise<boolean> {
  const found = await Promise.all([stories, jobs, shadow, `${shadow}.sha256`, search].map(exists));
  return found.includes(true);
}

/** Of stories that went to the archive the journal need know nothing more. */
async function forgetJobs(index: StoryIndex, jobs: FileJobJournal, log: Log): Promise<void> {
  try {
    const kept = await index.keptNumbers();
    if (kept.size > 0) await jobs.shorten((key) => kept.has(key) && index.get(key) === undefined);
  } catch (error) {
    log.warn(`store: ${messageOf(error)}`);
  }
}

/** Parts that hold something open. */
class Opened {
  readonly #parts: { close(): Promise<void> }[] = [];

  keep<T extends { close(): Promise<void> }>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  /** Closes the last opened first. All are closed even if one fails. */
  async close(): Promise<void> {
    const part = this.#parts.pop();
    if (part === undefined) return;
    try {
      await part.close();
    } finally {
      await this.close();
    }
  }
}
