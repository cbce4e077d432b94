import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import { bodyId } from '../../../src/core/story/contentIds';
import type { StoryEvent } from '../../../src/core/story/events';
import type { StoryRecord } from '../../../src/core/story/story';
import { KnownDependencies } from '../../../src/engine/stories/knownDependencies';
import { StoryBook } from '../../../src/engine/stories/storyBook';
import { teamStories } from '../../../src/engine/stories/teamStories';
import type { Clock } from '../../../src/ports/clock';
import type { Log } from '../../../src/ports/log';
import type { SharedLog } from '../../../src/ports/sharing';
import type { KeepaliveLimits } from '../../../src/share/keepalive';
import { TeamSharing } from '../../../src/share/teamSharing';
import { openStore, type OpenStore } from '../../../src/store/openStore';
import type { Disk } from '../../../src/store/log/disk';
import { openShareFile } from '../../../src/store/share/shareFile';
import { openShareLog } from '../../../src/store/share/shareLog';
import { storeFolder } from '../../../src/store/storeFolder';
import { projectRoot } from '../projectRoot';
import { TemporaryFolder } from '../temporaryFolder';
import { waitFor } from '../waitFor';

/** Waits a fiftieth of what it is asked to before the next attempt to connect; with `patient` limits nothing else waits. */
export const hasty: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms / 50);
    return { dispose: () => clearTimeout(timer) };
  },
};
export const patient: KeepaliveLimits = { pingMs: 10_000, timeoutMs: 3_000_000 };

export interface MachineOptions {
  readonly limits?: KeepaliveLimits;
  readonly clock?: Clock;
  readonly token?: string;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly compactAfter?: number;
  /** Folder of its store; one that goes with the machine unless given. */
  readonly dir?: string;
  readonly disk?: Disk;
  readonly wasmPath?: string;
  /** Commits with which the history of its repository begins; they can change. */
  readonly roots?: () => readonly string[];
  /** Called before what was refused is kept; that goes on when it resolves. `updates` grows with what arrives meanwhile. */
  readonly beforeKeepAside?: (updates: readonly Uint8Array[]) => Promise<void>;
}

/** One machine of a team: a real store and its book, and what shares them. */
export class Machine {
  readonly folder = new TemporaryFolder();
  readonly said: string[] = [];
  readonly errors: string[] = [];
  #isOpen = false;
  store!: OpenStore;
  book!: StoryBook;
  sharing!: TeamSharing;

  constructor(
    readonly name: string,
    private readonly options: MachineOptions = {},
  ) {}

  async open(): Promise<this> {
    const { clock = systemClock, limits = { pingMs: 1000, timeoutMs: 60_000 }, token = 'secret', random = Math.random } = this.options;
    const { dir = this.folder.at('switchyard'), wasmPath = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm'), disk, compactAfter } = this.options;
    const log = this.#log();
    this.store = await openStore({ dir, wasmPath, clock, log, ...(disk && { disk }), ...(compactAfter !== undefined && { compactAfter }) });
    const { stories, content } = this.store;
    this.book = new StoryBook({
      git: { branchTips: () => Promise.resolve(new Map<string, string>()), worktrees: () => Promise.resolve([]) },
      store: stories,
      content,
      clock,
      log,
      newId: () => `${this.name}-${randomBytes(6).toString('hex')}`,
      dependencies: new KnownDependencies(stories),
    });
    const { share, shared } = storeFolder(dir);
    this.sharing = new TeamSharing({
      file: await openShareFile(share, log, { newId: () => `${this.name}-machine`, onCopy: () => rm(shared, { force: true }) }),
      openLog: () => this.#openLog(shared, log, clock),
      dropLog: () => rm(shared, { force: true }),
      stories: teamStories(stories, this.book),
      roots: () => Promise.resolve(this.options.roots?.() ?? []),
      token: () => Promise.resolve(token),
      limits: () => limits,
      clock,
      random,
      log,
    });
    this.#isOpen = true;
    await this.sharing.begin();
    return this;
  } // prettier-ignore

  async share(url: string): Promise<void> {
    const outcome = await this.sharing.start(url, 'stories', this.name);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.sharing.dispose();
    await this.store.close();
  }

  async remove(): Promise<void> {
    await this.close();
    this.folder.remove();
  }

  get stories(): readonly StoryRecord[] {
    return this.store.stories.stories();
  }

  story(title: string): StoryRecord {
    const found = this.stories.find((one) => one.title === title);
    if (found === undefined) throw new Error(`${this.name} has no “${title}”: ${this.stories.map((one) => one.title).join(', ')}`);
    return found;
  } // prettier-ignore

  async create(title: string, body = ''): Promise<StoryRecord> {
    const made = await this.book.create({ title, type: 'story', body }, 'person');
    if (made.kind === 'refused') throw new Error(made.message);
    return made.story;
  }

  async apply(key: string, event: StoryEvent): Promise<void> {
    const done = await this.book.apply(key, event, 'person');
    if (done.kind === 'refused') throw new Error(done.message);
  }

  async body(key: string): Promise<string> {
    return (await this.store.content.read(bodyId(key))) ?? '';
  }

  /** Puts another text in the place of the one that is here. */
  async rewrite(key: string, text: string): Promise<void> {
    await this.book.edits.restoreBody(
      key,
      { id: '', savedAt: new Date(systemClock.now()).toISOString(), text },
      'person',
    );
  }

  connected(): Promise<unknown> {
    return waitFor(`${this.name} to be connected`, () => this.sharing.state().connection === 'connected', {
      seen: () => [this.sharing.state(), this.said],
    });
  }

  /** What the person sees of all stories, without what is a machine's own. */
  async picture(): Promise<Record<string, unknown>> {
    const all = [...this.stories].sort((one, other) => (one.key < other.key ? -1 : 1));
    const seen = await Promise.all(
      all.map(async ({ key, number, title, stage, priority, labels, dependsOn }) => {
        return [key, { number, title, stage: stage.name, priority, labels, dependsOn, body: await this.body(key) }] as const;
      }),
    );
    return { stories: Object.fromEntries(seen), graves: this.store.stories.tombstones().map(({ key }) => key).sort() };
  } // prettier-ignore

  async #openLog(file: string, log: Log, clock: Clock): Promise<SharedLog> {
    const opened = await openShareLog(file, log, { now: () => clock.now() });
    const { beforeKeepAside } = this.options;
    if (beforeKeepAside === undefined) return opened;
    const keepAside: SharedLog['keepAside'] = async (updates) => {
      await beforeKeepAside(updates);
      return opened.keepAside(updates);
    };
    return { ...opened, keepAside };
  }

  #log(): Log {
    const note = (message: string): void => void this.said.push(message);
    return { debug: note, info: note, warn: note, error: (message) => (note(message), void this.errors.push(message)) };
  }
}

/** Waits until all of them show the same. `answer`: what their people do meanwhile. */
export async function converged(
  machines: readonly Machine[],
  answer: (machine: Machine) => Promise<void> = () => Promise.resolve(),
): Promise<Record<string, unknown>> {
  const pictures = () => Promise.all(machines.map((one) => one.picture()));
  await waitFor(
    'all machines to show the same',
    async () => {
      await Promise.all(machines.map((one) => one.sharing.settled()));
      await Promise.all(machines.map(answer));
      return new Set((await pictures()).map((one) => JSON.stringify(one))).size === 1;
    },
    { seen: async () => [await pictures(), machines.map((one) => [one.sharing.state(), one.said.slice(-5)])] },
  );
  const [picture] = await pictures();
  return picture ?? {};
}
