import { messageOf } from '../base/messageOf';
import { pause } from '../base/pause';
import type { Disposable } from '../base/disposable';
import {
  pairName,
  pairsToAsk,
  predictConflicts,
  type Comparison,
  type InFlight,
  type PredictedConflict,
} from '../core/landing/radar';
import { MOST_FILES, type ChangedFiles } from '../core/landing/changedFiles';
import type { StoryInSight } from '../core/landing/inSight';
import type { Oid } from '../core/story/stage';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Radar, RadarSight } from '../ports/radar';

/** What changes within this time (ms) is looked at together. */
const QUIET_MS = 1_000;
/** After a pass so many times its length goes by before the next, so that it never takes much of the machine; at most so long (ms). */
const PAUSE_FOR = 4;
const MOST_PAUSE_MS = 30_000;
/** How often (ms) a few files of worktrees are looked at, without any process. */
const GLANCE_MS = 5_000;
/** Worktrees that one such glance takes in; all have their turn, and a glance costs the same however many there are. */
const WORKTREES_A_GLANCE = 20;
/** How often (ms) a worktree is looked at closely in which an agent works. */
const AT_WORK_MS = 15_000;
/** How often (ms) it is looked whether the machine is free. */
const BUSY_MS = 250;
/** So long (ms) a pass waits for gates to end; where git is needed it waits for as long as that takes. */
const GATES_MS = 20_000;
/** Pairs that one process compares, so that none runs for long. */
const PAIRS_A_PROCESS = 128;

export interface RadarRunsPorts {
  readonly git: Radar;
  readonly clock: Clock;
  readonly log: Log;
  /** What the machine does now that somebody waits for. */
  readonly busyWith: () => 'git' | 'gates' | 'nothing';
  /** What is predicted, or which files stories change, is another than before. */
  readonly onChange: (what: 'picture' | 'files') => void;
}

interface Wanted {
  readonly target: Oid;
  readonly stories: readonly StoryInSight[];
}

/** What was predicted, and of which states. `incomplete`: stories with files that are too many or too large to be read. */
export interface RadarPicture {
  readonly target: Oid | null;
  readonly conflicts: readonly PredictedConflict[];
  readonly incomplete: readonly string[];
}

const NOTHING: RadarPicture = { target: null, conflicts: [], incomplete: [] };

/**
 * Keeps watch over stories that could conflict, in the background: one look or one comparison at a time, and none while git
 * is needed for anything else. Nothing waits for it.
 */
export class RadarRuns implements Disposable {
  readonly #known = new Map<string, Comparison>();
  readonly #states = new Map<string, InFlight>();
  readonly #lookedAt = new Map<string, number>();
  readonly #failed = new Set<string>();
  #sight: RadarSight | null = null;
  #wanted: Wanted | null = null;
  #picture = NOTHING;
  #changed: ChangedFiles = [];
  #closely = new Set<string>();
  #pass: Promise<void> | null = null;
  #again = false;
  #soon: Disposable | null = null;
  #glance: Disposable | null = null;
  #turn = 0;
  /** When the last pass began and ended (ms since 1970), and how long (ms) it took. */
  #began = 0;
  #passedAt = 0;
  #passMs = 0;
  /** How long (ms) a pass still waits for gates; not at all where a person asks. */
  #patience = 0;
  #disposed = false;

  constructor(private readonly ports: RadarRunsPorts) {}

  picture(): RadarPicture {
    return this.#picture;
  }

  /** Files in which a story conflicts with the target as it was looked at last; null where it does not. */
  withTarget(key: string): readonly string[] | null {
    return this.#picture.conflicts.find(({ one, other }) => one === key && other === null)?.files ?? null;
  }

  /** What each story changes, as it was looked at last. As long as nothing of it is another, it is the same list. */
  changedFiles(): ChangedFiles {
    return this.#changed;
  }

  /** What there is to watch now. Where it is as it was, nothing is done. */
  see(wanted: Wanted | null): void {
    if (this.#disposed) return;
    const before = this.#wanted;
    this.#wanted = wanted;
    if (wanted === null || wanted.stories.length === 0) {
      this.#glance?.dispose();
      this.#glance = null;
      this.#states.clear();
      if (this.#picture !== NOTHING) this.#show(NOTHING);
      return;
    }
    this.#glanceLater();
    if (before === null || !isSame(before, wanted)) this.#later(QUIET_MS);
  }

  /** Looks at everything closely; resolves when all that was there at the call is compared. */
  async lookNow(): Promise<void> {
    this.#nothingIsKnown();
    await this.#pass;
    this.#patience = 0;
    await this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    this.#soon?.dispose();
    this.#glance?.dispose();
  }

  /** Resolves when nothing of it runs any more and what it wrote is gone. */
  async end(): Promise<void> {
    this.dispose();
    await this.#pass;
    await this.#sight?.dispose();
  }

  /** All of it is looked at closely by the next pass. */
  #nothingIsKnown(): void {
    for (const { key } of this.#wanted?.stories ?? []) this.#closely.add(key);
  }

  #hint(branch: string): void {
    const story = this.#wanted?.stories.find((one) => one.branch === branch);
    if (story === undefined) return;
    this.#closely.add(story.key);
    this.#later(QUIET_MS);
  }

  /** Passes that take long come less often. */
  #later(ms: number): void {
    if (this.#disposed) return;
    const pause = Math.min(MOST_PAUSE_MS, PAUSE_FOR * this.#passMs);
    const wait = Math.max(ms, this.#passedAt + pause - this.ports.clock.now());
    this.#soon ??= this.ports.clock.after(wait, () => {
      this.#soon = null;
      if (this.#pass === null) this.#patience = GATES_MS; // a person's look that waits already waits for no gates
      void this.#run();
    });
  }

  #glanceLater(): void {
    if (this.#disposed) return;
    this.#glance ??= this.ports.clock.after(GLANCE_MS, () => {
      this.#glance = null;
      void this.#glanceAt().finally(() => {
        if ((this.#wanted?.stories.length ?? 0) > 0) this.#glanceLater();
      });
    });
  }

  /** Starts no process: the files tell. Where an agent works, new files can come to be anywhere. */
  async #glanceAt(): Promise<void> {
    const [stories, sight] = [this.#wanted?.stories ?? [], this.#sight];
    if (sight === null || this.#pass !== null) return;
    const now = this.ports.clock.now();
    for (const { key, isAtWork } of stories) {
      if (isAtWork && now - (this.#lookedAt.get(key) ?? 0) >= AT_WORK_MS) this.#closely.add(key);
    }
    const from = stories.length === 0 ? 0 : this.#turn % stories.length;
    const some = stories.slice(from, from + WORKTREES_A_GLANCE);
    this.#turn = from + some.length;
    let isChanged = this.#closely.size > 0;
    for (const { branch } of some) isChanged ||= await sight.hasChanged(branch);
    if (isChanged) this.#later(0);
  }

  /** One pass at a time, and another one where something was asked for meanwhile. */
  async #run(): Promise<void> {
    if (this.#disposed) return;
    if (this.#pass !== null) {
      this.#again = true;
      return this.#pass;
    }
    this.#pass = this.#passes();
    await this.#pass;
  }

  async #passes(): Promise<void> {
    try {
      this.#again = true;
      while (this.#wantsPass()) {
        await this.#onePass();
        this.#passedAt = this.ports.clock.now();
        this.#passMs = this.#passedAt - this.#began;
      }
    } catch (error) {
      if (!this.#disposed) this.ports.log.warn(`[radar] ${messageOf(error)}`);
      // What it passed over, and what was asked for meanwhile, comes by itself no more.
      this.#nothingIsKnown();
      this.#later(MOST_PAUSE_MS);
    } finally {
      this.#pass = null;
    }
  }

  #wantsPass(): boolean {
    const wants = this.#again && !this.#disposed;
    this.#again = false;
    return wants;
  }

  async #onePass(): Promise<void> {
    if (!(await this.#untilFree())) return;
    this.#began = this.ports.clock.now();
    const wanted = this.#wanted;
    if (wanted === null || wanted.stories.length === 0) return;
    const closely = this.#closely;
    this.#closely = new Set();
    this.#sight ??= await this.ports.git.openRadar((branch) => this.#hint(branch));
    await this.#sight.begin(new Set(wanted.stories.map(({ branch }) => branch)));
    const incomplete: string[] = [];
    for (const story of wanted.stories) {
      if (!(await this.#untilFree())) return;
      if ((await this.#look(this.#sight, wanted, story, closely)) > 0) incomplete.push(story.key);
    }
    const inFlight = wanted.stories.flatMap(({ key }) => this.#states.get(key) ?? []);
    const pairs = pairsToAsk(inFlight, wanted.target, this.#known);
    for (let at = 0; at < pairs.length; at += PAIRS_A_PROCESS) {
      if (!(await this.#untilFree())) return;
      const some = pairs.slice(at, at + PAIRS_A_PROCESS);
      const answers = await this.#sight.compare(wanted.target, some);
      for (const [place, pair] of some.entries()) {
        const answer = answers[place] ?? { kind: 'unknown' };
        if (answer.kind !== 'unknown') this.#known.set(pairName(pair), answer);
      }
    }
    if ((this.#wanted?.stories.length ?? 0) === 0) return this.#states.clear();
    const conflicts = predictConflicts(inFlight, wanted.target, this.#known);
    this.#forget(wanted, inFlight);
    this.#show({ target: wanted.target, conflicts, incomplete });
  }

  /** Gives how many files were left out. A look that fails (a file went meanwhile, a lock) leaves what was known. */
  async #look(
    sight: RadarSight,
    { target }: Wanted,
    { key, branch }: StoryInSight,
    closely: ReadonlySet<string>,
  ): Promise<number> {
    const { clock, log } = this.ports;
    try {
      const state = await sight.look(branch, target, closely.has(key) ? 'closely' : 'glance');
      if (closely.has(key)) this.#lookedAt.set(key, clock.now());
      this.#failed.delete(key);
      if (state === null) this.#states.delete(key);
      else this.#states.set(key, { key, state: state.state, changes: state.changes });
      return state?.leftOut ?? 0;
    } catch (error) {
      if (!this.#failed.has(key)) log.info(`[radar] ${branch} could not be looked at: ${messageOf(error)}`);
      this.#failed.add(key);
      return 0;
    }
  }

  /** False when there is nothing to go on for. */
  async #untilFree(): Promise<boolean> {
    const { clock, busyWith } = this.ports;
    while (!this.#disposed) {
      const busy = busyWith();
      if (busy === 'nothing' || (busy === 'gates' && this.#patience <= 0)) return true;
      await pause(clock, BUSY_MS);
      if (busy === 'gates') this.#patience -= BUSY_MS;
    }
    return false;
  }

  /** What was answered about commits that no story stands at any more is not asked again soon. */
  #forget({ target, stories }: Wanted, inFlight: readonly InFlight[]): void {
    const states = new Set([target, ...inFlight.map(({ state }) => state)]);
    for (const name of this.#known.keys())
      if (!name.split(' ').every((oid) => states.has(oid))) this.#known.delete(name);
    const keys = new Set(stories.map(({ key }) => key));
    for (const map of [this.#states, this.#lookedAt]) for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
  }

  #show(picture: RadarPicture): void {
    const changed = changedFilesOf([...this.#states.values()]);
    const [isPictureNew, areFilesNew] = [!isAlike(picture, this.#picture), !isAlike(changed, this.#changed)];
    this.#picture = picture;
    if (areFilesNew) this.#changed = changed;
    if (this.#disposed) return;
    if (isPictureNew || areFilesNew) this.ports.onChange(isPictureNew ? 'picture' : 'files');
  }
}

function changedFilesOf(stories: readonly InFlight[]): ChangedFiles {
  return stories.map(({ key, changes }) => ({ key, paths: changes.slice(0, MOST_FILES).map(({ path }) => path) }));
}

function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isSame(before: Wanted, now: Wanted): boolean {
  const text = ({ target, stories }: Wanted): string =>
    [target, ...stories.map(({ key, branch, tip, isAtWork }) => `${key} ${branch} ${tip} ${isAtWork}`)].join('\n');
  return text(before) === text(now);
}
