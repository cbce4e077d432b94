import type { Disposable } from '../base/disposable';
import { Listeners } from '../base/listeners';
import { messageOf } from '../base/messageOf';
import { SerialQueue } from '../base/serialQueue';
import { isRemoval, judgeChanges, UPDATE_LIMIT, type EntryChange, type Judgement } from '../core/sharing/judgeChanges';
import type { QueueLease } from '../core/sharing/queueLease';
import { say, tell, type Said, type Told } from '../core/words/said';
import type { Log } from '../ports/log';
import type { SharedLog, SharedRecord } from '../ports/sharing';
import { LocalSide, type LocalSidePorts } from './localSide';
import { OWN, SharedDocument } from './sharedDocument';

export interface TeamLinkPorts extends LocalSidePorts {
  readonly log: SharedLog;
  readonly report: Log;
  /** Name of the document. */
  readonly board: string;
  /** Commits with which the history of this repository begins; empty where that cannot be told. */
  readonly roots: () => Promise<readonly string[]>;
}

/** Others' changes that do not count until a person decides. `keptIn` is the file that keeps them. */
export interface HeldChanges {
  readonly why: Extract<Judgement, { kind: 'held' }>['why'];
  readonly problem: string;
  readonly said: Said;
  readonly keys: readonly string[];
  readonly keptIn: string;
}

export type HeldDecision = 'take' | 'putBack';

/** So long (ms) what others removed counts together with what they remove next. */
const LATELY_MS = 600_000;
/** The log is replaced by one update when it has grown so much. */
const REPLACE_AFTER = 1_000_000;
/** So many stories are written in one step at the beginning. */
const AT_ONCE = 200;

/**
 * Holds together the stories here and the document that is shared. Two copies of it: `#wire` is what the server has, with all
 * that others sent; `#accepted` is what counts. A change of others is judged between the two, is in the log before it is among
 * the stories here, and only there is it seen. Whatever is done is done in one queue, step by step.
 */
export class TeamLink {
  readonly #queue = new SerialQueue();
  readonly #accepted: SharedDocument;
  readonly #wire = new SharedDocument();
  readonly #local: LocalSide;
  readonly #changes: Listeners<void>;
  readonly #subscription: Disposable;
  #pending: Uint8Array[] = [];
  /** What is pending will be judged by a step that has not begun yet. */
  #isJudgingDue = false;
  readonly #judging = new Set<string>();
  readonly #dirty = new Set<string>();
  /** What others removed and when, in ms since 1970. */
  #removed: readonly { readonly key: string; readonly at: number }[] = [];
  #held: HeldChanges | null = null;
  #allowed: ReadonlySet<string> = new Set();
  /** Nothing is written to a document that others may have before it was seen. */
  #hasMet: boolean;
  /** The server has told all that it has; it may be held. */
  #isMeeting = false;
  #problem: Told | null = null;
  #isOver = false;
  #replacedAt = 0;

  private constructor(
    private readonly ports: TeamLinkPorts,
    accepted: SharedDocument,
    hasMet: boolean,
  ) {
    this.#accepted = accepted;
    this.#hasMet = hasMet;
    this.#changes = new Listeners(ports.report);
    this.#local = new LocalSide(ports, accepted);
    this.#wire.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== OWN) this.#receive(update);
    });
    this.#subscription = ports.stories.onDidWrite((keys) => this.#written(keys));
  }

  /** Brings together what is here and what was shared when this machine shared last; edits made since are in it then. */
  static async open(ports: TeamLinkPorts): Promise<TeamLink> {
    const { base, waiting } = splitRecords(ports.log.found);
    const accepted = new SharedDocument();
    for (const update of base) accepted.apply(update, OWN);
    const link = new TeamLink(ports, accepted, ports.log.found.length > 0);
    await link.#queue.run(() => link.#begin(waiting));
    return link;
  }

  /** The document for the connection. */
  get document(): SharedDocument['doc'] {
    return this.#wire.doc;
  }

  held(): HeldChanges | null {
    return this.#held;
  }

  /** What the server has was looked at: it counts, is held, or ended the sharing. */
  hasMet(): boolean {
    return this.#hasMet || this.#held !== null || this.#problem !== null;
  }

  /** Why nothing is shared at the moment, in a sentence. */
  problem(): Told | null {
    return this.#problem;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#changes.add(listener);
  }

  /** The connection has all that the server has: what was made here can be added. */
  met(): Promise<void> {
    return this.#step(async () => {
      this.#isMeeting = true;
      await this.#judge();
      await this.#join();
    });
  }

  /** Who lands on a target, as all that was sent says. */
  lease(target: string): QueueLease | null {
    return this.#wire.lease(target);
  }

  /** Targets that this machine has the lease of, as all that was sent says. */
  leases(): string[] {
    return this.#wire.leasesOf(this.ports.me.machine);
  }

  /** Tells everyone who lands on a target, where nothing says so already. */
  putLease(target: string, lease: QueueLease): Promise<void> {
    return this.#step(async () => {
      await this.#judge();
      const put = (document: SharedDocument) => document.change(() => document.putLease(target, lease));
      if ((this.lease(target)?.epoch ?? 0) >= lease.epoch) return;
      // Nothing of this machine is built on what is held: it is told beside it.
      if (this.#held !== null) this.#toldBeside(put(this.#wire));
      else if (this.#hasMet) await this.#putOwn(put(this.#accepted));
      else return;
      this.#changes.call();
    });
  }

  /** A person decided about what is held. */
  decide(decision: HeldDecision): Promise<void> {
    return this.#step(async () => {
      // What is behind the first that is held may be no better.
      for (let held = this.#held, before = ''; held !== null && held.problem !== before; held = this.#held) {
        before = held.problem;
        this.#held = null;
        if (decision === 'take') this.#allowed = new Set(held.keys);
        else this.#putBack(held);
        await this.#judge();
        this.#allowed = new Set();
        if (decision === 'take') this.#removed = [];
      }
      this.#changes.call();
    });
  }

  /** Resolves once all that was asked for so far is done. */
  async settled(): Promise<void> {
    await this.#step(() => Promise.resolve());
  }

  async close(): Promise<void> {
    this.#subscription.dispose();
    this.#isOver = true;
    await this.#queue.idle();
    this.#changes.clear();
    this.#wire.destroy();
    this.#accepted.destroy();
  }

  async #begin(waiting: readonly Uint8Array[]): Promise<void> {
    const { stories } = this.ports;
    const all = await stories.all();
    await this.#local.begin(all);
    this.#wire.apply(this.#accepted.state(), OWN);
    if (!this.#hasMet) return;
    const taken = waiting.length === 0 ? new Set<string>() : await this.#alreadyTaken(waiting, all);
    await this.#share(all.map(({ key }) => key).filter((key) => !taken.has(key)));
    for (const update of waiting) this.#wire.apply(update, null);
    this.#pending = [];
    if (waiting.length > 0) await this.#accept(this.#collect(), []);
    await this.#replaceIfLong();
    // A long history takes git seconds, and nothing waits for this.
    void this.#askRoots().then((own) => this.#step(() => this.#tellRoots(own)));
  }

  /** Empty where git cannot say. */
  #askRoots(): Promise<readonly string[]> {
    return this.ports.roots().catch((error: unknown) => {
      this.ports.report.warn(`[share] where the history begins is not known: ${messageOf(error)}`);
      return [];
    });
  }

  /** Stories that a kill had left taken already: they are no edits of this machine. */
  async #alreadyTaken(waiting: readonly Uint8Array[], all: readonly { key: string }[]): Promise<Set<string>> {
    const next = new SharedDocument();
    next.apply(this.#accepted.state(), OWN);
    for (const update of waiting) next.apply(update, null);
    const touched = new Set(next.takeTouched());
    const here = all.filter(({ key }) => touched.has(key)).map(({ key }) => [key, next.entry(key)] as const);
    next.destroy();
    return new Set(await this.#local.asTheyAre(new Map(here)));
  }

  #receive(update: Uint8Array): void {
    this.#pending.push(update);
    // One that is being judged has not seen what comes now, and it may be what puts a bad change right.
    if (this.#isJudgingDue) return;
    this.#isJudgingDue = true;
    void this.#step(() => this.#judge());
  }

  #written(keys: readonly string[]): void {
    const isFirst = this.#dirty.size === 0;
    for (const key of keys) this.#dirty.add(key);
    if (!isFirst) return;
    void this.#step(async () => {
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      if (this.#hasMet) await this.#share(dirty);
    });
  }

  /** Writes what was changed here into the document, in the log first. */
  async #share(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += AT_ONCE) {
      await this.#putOwn(await this.#local.share(keys.slice(start, start + AT_ONCE)));
    }
    await this.#local.renumber();
  }

  async #putOwn(update: Uint8Array | null): Promise<void> {
    if (update === null) return;
    await this.ports.log.append({ kind: 'own', updates: [update] });
    this.#wire.apply(update, OWN);
  }

  /** Counts with what is held once that does. */
  #toldBeside(update: Uint8Array | null): void {
    if (update !== null) this.#pending.push(update);
  }

  #collect(): EntryChange[] {
    for (const key of this.#wire.takeTouched()) this.#judging.add(key);
    return [...this.#judging].map((key) => ({ key, before: this.#accepted.entry(key), after: this.#wire.entry(key) }));
  }

  async #judge(): Promise<void> {
    this.#isJudgingDue = false;
    if (this.#pending.length === 0 || (await this.#isOfAnother())) return;
    const changes = this.#collect();
    const judgement = this.#judgementOf(changes);
    if (judgement.kind === 'good') {
      const updates = this.#pending;
      this.#pending = [];
      await this.ports.log.append({ kind: 'peer', updates });
      await this.#accept(changes, updates);
      if (this.#held !== null) this.#changes.call();
      this.#held = null;
      await this.#join();
      await this.#replaceIfLong();
      return;
    }
    if (this.#held?.problem === judgement.problem) return;
    const { why, problem, said, keys } = judgement;
    // What comes behind it is on the server as well: whoever sends without an end fills no disk here.
    const keptIn = this.#held?.why === why ? this.#held.keptIn : await this.ports.log.keepAside(this.#pending);
    this.#held = { why, problem, said, keys, keptIn };
    this.ports.report.warn(`[share] a change of others is held: ${problem} It is kept in ${keptIn}`);
    this.#changes.call();
  }

  /** Adds what was made here, once what was there counts. */
  async #join(): Promise<void> {
    if (this.#hasMet || !this.#isMeeting || this.#held !== null || this.#problem !== null) return;
    this.#hasMet = true;
    await this.#tellRoots(await this.#askRoots());
    await this.#share((await this.ports.stories.all()).map(({ key }) => key));
    await this.ports.log.append({ kind: 'taken' });
    this.#changes.call();
  }

  /**
   * Whether the board has the stories of another repository. Brought together with those here nobody could take them apart
   * again, so nothing is taken and nothing given. Only the first meeting asks: a history may be written anew.
   */
  async #isOfAnother(): Promise<boolean> {
    const theirs = this.#hasMet ? [] : this.#wire.roots();
    const own = theirs.length === 0 ? [] : await this.#askRoots();
    if (own.length === 0 || own.some((root) => theirs.includes(root))) return false;
    this.#stop(
      say(
        'The board “{0}” has the stories of another repository, whose history begins with {1}. Nothing was taken from it, and nothing given to it. Share Stories… asks for another name.',
        this.ports.board,
        theirs[0]?.slice(0, 8) ?? '',
      ),
    );
    return true;
  }

  /** Says on the board whose stories it has; who has shared it before says so too after the history was written anew. */
  async #tellRoots(own: readonly string[]): Promise<void> {
    const told = this.#accepted.roots();
    if (own.length === 0 || own.some((root) => told.includes(root))) return;
    await this.#putOwn(this.#accepted.change(() => this.#accepted.putRoots([...own, ...told])));
  }

  #judgementOf(changes: readonly EntryChange[]): Judgement {
    const bytes = this.#hasMet ? this.#sent() : 0;
    const lately = this.#lately().length;
    const isTwin = (key: string): boolean => this.#local.isTwin(key);
    const judgement = judgeChanges(changes, { live: this.#accepted.live(), lately, bytes, isTwin });
    const isAllowed =
      judgement.kind === 'held' && judgement.why === 'removes' && judgement.keys.every((key) => this.#allowed.has(key));
    return isAllowed ? { kind: 'good' } : judgement;
  }

  /** Bytes of what others sent, without what they have taken out again. */
  #sent(): number {
    const bytes = this.#pending.reduce((sum, { length }) => sum + length, 0);
    if (bytes <= UPDATE_LIMIT) return bytes;
    const left = this.#wire.missingIn(this.#accepted);
    this.#pending = [left];
    return left.length;
  }

  /** What others removed a short while ago and nobody brought back. */
  #lately(): readonly { readonly key: string; readonly at: number }[] {
    const since = this.ports.clock.now() - LATELY_MS;
    this.#removed = this.#removed.filter(({ key, at }) => at > since && this.#accepted.entry(key).grave !== undefined);
    return this.#removed;
  }

  async #accept(changes: readonly EntryChange[], updates: readonly Uint8Array[]): Promise<void> {
    if (updates.length === 0) this.#accepted.apply(this.#wire.state(), null);
    for (const update of updates) this.#accepted.apply(update, null);
    this.#accepted.takeTouched();
    this.#judging.clear();
    const at = this.ports.clock.now();
    this.#removed = [...this.#removed, ...changes.filter(isRemoval).map(({ key }) => ({ key, at }))];
    await this.#local.take(changes);
    await this.ports.log.append({ kind: 'taken' });
    this.#changes.call();
  }

  /** What others made of these stories and cannot count becomes for all what it was, and what is no story's goes. */
  #putBack({ why, keys }: HeldChanges): void {
    const at = new Date(this.ports.clock.now()).toISOString();
    const update = this.#wire.change(() => {
      for (const key of keys) {
        // Others may have no story that it is the twin of: for them it is a deleted one.
        if (why === 'twin') this.#wire.discard(key, at);
        else this.#wire.putBack(key, this.#accepted.entry(key));
      }
      if (why === 'oversized') this.#wire.dropForeign();
    });
    this.#toldBeside(update);
  }

  async #replaceIfLong(): Promise<void> {
    const { log } = this.ports;
    if (this.#pending.length > 0 || log.size() < this.#replacedAt + Math.max(REPLACE_AFTER, this.#replacedAt)) return;
    await log.replace(this.#accepted.state());
    this.#replacedAt = log.size();
  }

  /** What cannot be written stops the sharing: the log knows what is left to do at the next start. */
  #step(work: () => Promise<void>): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#isOver || this.#problem !== null) return;
      try {
        await work();
      } catch (error) {
        this.#stop(say('Sharing has stopped: {0}', messageOf(error)));
      }
    });
  }

  #stop(why: Said): void {
    this.#problem = tell(why);
    this.ports.report.warn(`[share] ${this.#problem.message}`);
    this.#changes.call();
  }
}

/** What all stories here have, and what was accepted and may not have reached them. */
function splitRecords(records: readonly SharedRecord[]): { base: Uint8Array[]; waiting: Uint8Array[] } {
  const last = records.findLastIndex(({ kind }) => kind === 'taken');
  const base: Uint8Array[] = [];
  const waiting: Uint8Array[] = [];
  for (const [at, record] of records.entries()) {
    if (record.kind === 'taken') continue;
    (at < last || record.kind === 'own' ? base : waiting).push(...record.updates);
  }
  return { base, waiting };
}
