import { partsOf } from '../base/inBatches';
import { decideTake } from '../core/sharing/decideTake';
import { isSoundBody, type EntryChange, type SharedEntry } from '../core/sharing/judgeChanges';
import type { SharedText } from '../core/sharing/mergeStory';
import { numbersOf, type NumberClaim } from '../core/sharing/numbering';
import {
  commitOfLanding,
  currentFields,
  encodeStory,
  isSame,
  landingOf,
  sharedGraveSchema,
  sharedStorySchema,
  withLanding,
  type Machine,
  type Naming,
  type SharedStory,
} from '../core/sharing/sharedStory';
import { namedIn, toShared } from '../core/sharing/sharedText';
import { renumberNotices } from '../core/sharing/renumberWords';
import { landedNotice, takenNotice } from '../core/sharing/takenWords';
import { isLanded } from '../core/story/stage';
import type { Clock } from '../ports/clock';
import type { LocalStory, ShareNotice, Taking, TeamStories } from '../ports/sharing';
import type { SharedDocument } from './sharedDocument';

export interface LocalSidePorts {
  readonly stories: TeamStories;
  readonly me: Machine;
  readonly clock: Clock;
  /** Keeps what is to be told once, until it was told. */
  readonly tell: (notices: readonly ShareNotice[]) => Promise<void>;
}

/** So many stories are taken in one step on disk: more would keep other work waiting while they are made ready. */
const AT_ONCE = 500;

/** The stories here as far as they are shared: brings their changes into the document, and the document's to them. */
export class LocalSide {
  /** The number of every story, by what all claim; those that are only here too. */
  #numbers = new Map<string, number>();
  #keys = new Map<number, string>();
  readonly #claims = new Map<string, NumberClaim>();
  /** Keys of all claims, by their letters alone. */
  readonly #folders = new Map<string, string>();
  /** The numbers are what the claims give: nobody has claimed anything since. */
  #isNumbered = false;
  /** Which stories' texts name a story, by its key. */
  readonly #namers = new Map<string, Set<string>>();
  /** Of stories that nobody else knows yet, for what people are told. */
  readonly #titles = new Map<string, string>();

  constructor(
    private readonly ports: LocalSidePorts,
    private readonly document: SharedDocument,
  ) {}

  /** Numbers mean what they mean here. */
  async begin(stories: readonly { readonly key: string; readonly number: number }[]): Promise<void> {
    this.#use(new Map(stories.map(({ key, number }) => [key, number])));
    for (const key of this.document.keys()) this.#note(key, this.document.entry(key));
    const own = stories.filter(({ key }) => !this.#claims.has(key));
    const read = await this.ports.stories.read(own.map(({ key }) => key));
    for (const [at, { key, number }] of own.entries()) {
      const record = read[at]?.record ?? read[at]?.grave?.record;
      this.#claim({ key, number: record?.claimed ?? number, createdAt: record?.createdAt ?? '' });
      this.#titles.set(key, record?.title ?? '');
    }
  }

  /** Whether there is a story with this key in other letters. */
  isTwin(key: string): boolean {
    return (this.#holderOf(key) ?? key) !== key;
  }

  /** Writes what these stories are here into the document; null where that is what it says already. */
  async share(keys: readonly string[]): Promise<Uint8Array | null> {
    const read = await this.#read(keys);
    for (const [key, { record, grave }] of read) {
      const number = record?.number ?? grave?.number;
      if (number === undefined || this.#numbers.has(key)) continue;
      this.#numbers.set(key, number);
      // A story that was made here while others' took its number: what texts name is the one that had it.
      if (!this.#keys.has(number)) this.#keys.set(number, key);
    }
    const reopened = await this.#reopened(read);
    return this.document.change(() => {
      for (const [key, local] of read) this.#write(key, local, reopened.has(key));
    });
  }

  /** Those that were opened again here and are over, or gone, once more: no landing of them counts that was known before. */
  async #reopened(read: readonly (readonly [string, LocalStory])[]): Promise<ReadonlySet<string>> {
    const reopened = new Set<string>();
    for (const [key, { record, grave }] of read) {
      if (record !== null && record.stage.name !== 'Archived') continue;
      const stage = record?.stage ?? grave?.record?.stage;
      if (stage === undefined || isLanded(stage)) continue;
      const commit = commitOf(this.document.entry(key));
      if (commit !== null && (await this.ports.stories.wasReopened(key, commit))) reopened.add(key);
    }
    return reopened;
  }

  /** What was made here claims its number too, and one that others' stories got meanwhile is another story's then. */
  async renumber(): Promise<void> {
    if (this.#isNumbered) return;
    const numbers = numbersOf(this.#claims.values());
    for (const [key, number] of numbers) if (this.#numbers.get(key) !== number) return this.take([]);
    this.#isNumbered = true;
  }

  /** Which of these stories are here what their entries say. */
  async asTheyAre(entries: ReadonlyMap<string, SharedEntry>): Promise<string[]> {
    const read = await this.#read([...entries.keys()]);
    return read.flatMap(([key, local]) => {
      const entry = entries.get(key);
      return entry !== undefined && this.#isAs(local, entry) ? [key] : [];
    });
  }

  #isAs(local: LocalStory, entry: SharedEntry): boolean {
    if (local.record === null) return (entry.grave !== undefined) === (local.grave !== null);
    const mine = this.#sharedOf(local);
    return entry.grave === undefined && mine !== null && isSame(mine, textOf(entry));
  }

  async #read(keys: readonly string[]): Promise<(readonly [string, LocalStory])[]> {
    const read = await this.ports.stories.read(keys);
    return read.flatMap((local, at) => (keys[at] === undefined ? [] : [[keys[at], local] as const]));
  }

  /** Brings changes of the document to the stories here, and new numbers with all that names them. */
  async take(changes: readonly EntryChange[]): Promise<void> {
    const before = this.#naming();
    const old = this.#numbers;
    for (const { key, after } of changes) this.#note(key, after);
    const changed = this.#number();
    const renumbered = changed.filter((key) => old.has(key));
    const bases = new Map(changes.map((change) => [change.key, change.before]));
    const concerned = new Set([...renumbered, ...bases.keys(), ...changed.flatMap((key) => [...this.#namersOf(key)])]);
    // Before it is seen: a kill in between must not leave it untold.
    await this.#tellOf(changed, old);
    await this.#tellOfTaken(changes);
    await this.#tellOfLanded(changes);
    const takings = [...concerned].map((key) => this.#taking(key, bases.get(key) ?? this.document.entry(key), before, old));
    for (const some of partsOf(takings, AT_ONCE)) await this.ports.stories.take(some);
  } // prettier-ignore

  /** Gives all stories the numbers that follow from what is claimed. Returns those whose number is another one now, or new. */
  #number(): string[] {
    if (this.#isNumbered) return [];
    const [old, numbers] = [this.#numbers, numbersOf(this.#claims.values())];
    this.#use(new Map(numbers));
    this.#isNumbered = true;
    return [...numbers].flatMap(([key, number]) => (old.get(key) === number ? [] : [key]));
  }

  async #tellOf(changed: readonly string[], old: ReadonlyMap<string, number>): Promise<void> {
    if (changed.length === 0) return;
    const known = new Set(old.keys());
    const titleOf = (key: string): string => this.#titleOf(key);
    const told = renumberNotices([...this.#claims.values()], { numbers: this.#numbers, changed, known, titleOf });
    if (told.length > 0) await this.ports.tell(told);
  }

  /** A person has to know that somebody else goes on with what was theirs. */
  async #tellOfTaken(changes: readonly EntryChange[]): Promise<void> {
    const facts = { me: this.ports.me, numberOf: (key: string) => this.#numbers.get(key) };
    const told = changes.flatMap(({ key, before, after }) => {
      const [was, is] = [textOf(before)?.story ?? null, textOf(after)?.story ?? null];
      return takenNotice({ key, before: was, after: is }, facts) ?? [];
    });
    if (told.length > 0) await this.ports.tell(told);
  }

  /** What a person deleted may land all the same, where its landing was past return. */
  async #tellOfLanded(changes: readonly EntryChange[]): Promise<void> {
    const landed = changes.filter(({ before, after }) => {
      return after.grave !== undefined && commitOf(after) !== null && commitOf(before) !== commitOf(after);
    });
    if (landed.length === 0) return;
    const read = await this.#read(landed.map(({ key }) => key));
    const told = read.flatMap(([key, { grave }], at) => {
      const { story, grave: buried } = landed[at]?.before ?? {};
      // Nothing here says any more whether this was told, and all of it is fetched anew.
      const isOld = grave?.record === undefined && story === undefined && buried === undefined;
      return isOld ? [] : (landedNotice(key, grave, landingOf(this.document.entry(key).landing)) ?? []);
    });
    if (told.length > 0) await this.ports.tell(told);
  }

  #taking(key: string, base: SharedEntry, before: Naming, old: ReadonlyMap<string, number>): Taking {
    const entry = this.document.entry(key);
    const [was, is] = [old.get(key), this.#numbers.get(key)];
    const facts = {
      key,
      me: this.ports.me,
      base: textOf(base),
      theirs: textOf(entry),
      wasBuried: base.grave !== undefined,
      isBuried: entry.grave !== undefined,
      before,
      after: this.#naming(),
      at: new Date(this.ports.clock.now()).toISOString(),
    };
    const isRenumbered = was !== undefined && is !== undefined && was !== is;
    const said = isRenumbered
      ? { event: 'Renumbered', evidence: `#${was} → #${is}` }
      : { event: facts.isBuried ? 'Deleted' : 'Shared', evidence: '' };
    return { key, decide: (local) => decideTake(facts, local), ...said };
  }

  #write(key: string, local: LocalStory, isReopened: boolean): void {
    const entry = this.document.entry(key);
    const { record, grave } = local;
    if (record !== null) {
      const mine = this.#sharedOf(local);
      // The number and time that it was made with never change, whatever the record here says.
      const first = textOf(entry)?.story ?? mine?.story;
      // A text that nobody could take, as one that was recovered can be, stays here alone.
      if (mine === null || first === undefined || !isSoundBody(mine.body)) return;
      // Whoever works on it says what its branch is: here that name may be another story's.
      const branch = mine.story.branch ?? (record.worksAt === undefined ? null : first.branch);
      const story = { ...mine.story, claim: first.claim, createdAt: first.createdAt, branch };
      if (!isSame({ story, body: mine.body }, textOf(entry)) || entry.grave !== undefined)
        this.document.putStory(key, story, mine.body);
      if (isReopened) this.document.putLanding(key, null);
      else this.#writeLanding(key, story, entry);
      this.#note(key, this.document.entry(key));
    } else if (grave !== null) {
      const first = textOf(entry)?.story;
      const claim = first?.claim ?? grave.record?.claimed ?? grave.number;
      const createdAt = first?.createdAt ?? grave.record?.createdAt ?? '';
      const unheard =
        first === undefined || isReopened ? this.#sharedOf({ ...local, record: grave.record ?? null }) : null;
      if (unheard !== null && entry.grave === undefined)
        this.document.putStory(key, { ...unheard.story, claim, createdAt }, unheard.body);
      if (isReopened) this.document.putLanding(key, null);
      if (entry.grave === undefined) this.document.bury(key, { claim, createdAt, at: grave.at });
      if (grave.record === undefined) this.document.empty(key);
      else if (grave.record.stage.name === 'Done' && grave.record.stageAt >= (first?.work.stageAt ?? ''))
        this.#writeLanding(key, encodeStory(grave.record, this.ports.me, this.#naming()), entry);
      this.#note(key, this.document.entry(key));
    }
  }

  /** Whoever changes a story that is Done here knows that it had landed. What is archived had landed all the same. */
  #writeLanding(key: string, { work }: SharedStory, { landing }: SharedEntry): void {
    if (work.stage.name === 'Archived') return;
    const landed = work.stage.name === 'Done' ? work : null;
    if (!isSame(landed, landingOf(landing))) this.document.putLanding(key, landed);
  }

  #sharedOf({ record, body }: LocalStory): SharedText | null {
    if (record === null) return null;
    const naming = this.#naming();
    const story = encodeStory(record, this.ports.me, naming);
    return { story, body: toShared(body ?? '', naming.keyOf) };
  }

  /** Notes what an entry claims and whom it names. */
  #note(key: string, entry: SharedEntry): void {
    const shared = textOf(entry);
    const grave = sharedGraveSchema.safeParse(entry.grave);
    const claimed = shared?.story ?? (grave.success ? grave.data : null);
    if (claimed !== null) this.#claim({ key, number: claimed.claim, createdAt: claimed.createdAt });
    if (shared === null) return;
    for (const named of [...namedIn(shared.body), ...namedIn(shared.story.title)]) {
      const namers = this.#namers.get(named) ?? new Set();
      this.#namers.set(named, namers.add(key));
    }
  }

  #claim(claim: NumberClaim): void {
    if (isSame(this.#claims.get(claim.key), claim)) return;
    this.#claims.set(claim.key, claim);
    if (this.#holderOf(claim.key) === undefined) this.#folders.set(claim.key.toLowerCase(), claim.key);
    this.#isNumbered = false;
  }

  /** Whose folder it is; nobody's where nothing but the trace of a deleted story bears its name. */
  #holderOf(key: string): string | undefined {
    const holder = this.#folders.get(key.toLowerCase());
    if (holder === undefined) return undefined;
    const { story, grave } = this.document.entry(holder);
    return grave !== undefined && story === undefined ? undefined : holder;
  }

  #namersOf(key: string): Iterable<string> {
    return this.#namers.get(key) ?? [];
  }

  #titleOf(key: string): string {
    return textOf(this.document.entry(key))?.story.title ?? this.#titles.get(key) ?? '';
  }

  #use(numbers: Map<string, number>): void {
    this.#numbers = numbers;
    this.#keys = new Map([...numbers].map(([key, number]) => [number, key]));
  }

  #naming(): Naming {
    const [numbers, keys] = [this.#numbers, this.#keys];
    return { numberOf: (key) => numbers.get(key), keyOf: (number) => keys.get(number) };
  }
}

/** A valid entry as story and text; null for any other. */
function textOf({ story, body, landing }: SharedEntry): SharedText | null {
  const read = sharedStorySchema.safeParse(currentFields(story));
  if (!read.success) return null;
  return { story: withLanding(read.data, landingOf(landing)), body: typeof body === 'string' ? body : '' };
}

/** What an entry says that it landed as; null where it did not. */
function commitOf({ landing }: SharedEntry): string | null {
  return commitOfLanding(landingOf(landing));
}
