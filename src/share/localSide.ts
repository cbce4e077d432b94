import { decideTake } from '../core/sharing/decideTake';
import type { EntryChange, SharedEntry } from '../core/sharing/judgeChanges';
import type { SharedText } from '../core/sharing/mergeStory';
import { numbersOf, type NumberClaim } from '../core/sharing/numbering';
import {
  encodeStory,
  isSame,
  sharedGraveSchema,
  sharedStorySchema,
  type Machine,
  type Naming,
} from '../core/sharing/sharedStory';
import { namedIn, toShared } from '../core/sharing/sharedText';
import { renumberNotices } from '../core/sharing/renumberWords';
import type { Clock } from '../ports/clock';
import type { LocalStory, ShareNotice, TeamStories } from '../ports/sharing';
import type { SharedDocument } from './sharedDocument';

export interface LocalSidePorts {
  readonly stories: TeamStories;
  readonly me: Machine;
  readonly clock: Clock;
  /** Keeps what is to be told once, until it was told. */
  readonly tell: (notices: readonly ShareNotice[]) => Promise<void>;
}

/** The stories here as far as they are shared: brings their changes into the document, and the document's to them. */
export class LocalSide {
  /** The number of every story, by what all claim; those that are only here too. */
  #numbers = new Map<string, number>();
  #keys = new Map<number, string>();
  readonly #claims = new Map<string, NumberClaim>();
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
    for (const { key, number } of stories) {
      if (this.#claims.has(key)) continue;
      const { record, grave } = await this.ports.stories.read(key);
      const claimed = record?.claimed ?? grave?.record?.claimed ?? number;
      this.#claims.set(key, { key, number: claimed, createdAt: (record ?? grave?.record)?.createdAt ?? '' });
      this.#titles.set(key, (record ?? grave?.record)?.title ?? '');
    }
  }

  /** Writes what these stories are here into the document; null where that is what it says already. */
  async share(keys: readonly string[]): Promise<Uint8Array | null> {
    const read = await Promise.all(keys.map(async (key) => [key, await this.ports.stories.read(key)] as const));
    for (const [key, { record, grave }] of read) {
      const number = record?.number ?? grave?.number;
      if (number === undefined || this.#numbers.has(key)) continue;
      this.#numbers.set(key, number);
      // A story that was made here while others' took its number: what texts name is the one that had it.
      if (!this.#keys.has(number)) this.#keys.set(number, key);
    }
    return this.document.change(() => {
      for (const [key, local] of read) this.#write(key, local);
    });
  }

  /** What was made here claims its number too, and one that others' stories got meanwhile is another story's then. */
  async renumber(): Promise<void> {
    const numbers = numbersOf(this.#claims.values());
    for (const [key, number] of numbers) if (this.#numbers.get(key) !== number) return this.take([]);
  }

  /** Whether a story here is what an entry says. */
  async isAs(key: string, entry: SharedEntry): Promise<boolean> {
    const local = await this.ports.stories.read(key);
    if (local.record === null) return (entry.grave !== undefined) === (local.grave !== null);
    const mine = this.#sharedOf(local);
    return entry.grave === undefined && mine !== null && isSame(mine, textOf(entry));
  }

  /** Brings changes of the document to the stories here, and new numbers with all that names them. */
  async take(changes: readonly EntryChange[]): Promise<void> {
    const before = this.#naming();
    const old = this.#numbers;
    for (const { key, after } of changes) this.#note(key, after);
    const numbers = numbersOf(this.#claims.values());
    const changed = [...numbers].flatMap(([key, number]) => (old.get(key) === number ? [] : [key]));
    const renumbered = changed.filter((key) => old.has(key));
    const known = new Set(old.keys());
    this.#use(new Map(numbers));
    const bases = new Map(changes.map((change) => [change.key, change.before]));
    const concerned = new Set([...renumbered, ...bases.keys(), ...changed.flatMap((key) => [...this.#namersOf(key)])]);
    // Before it is seen: a kill in between must not leave it untold.
    const told = renumberNotices([...this.#claims.values()], { numbers: this.#numbers, changed, known, titleOf: (key) => this.#titleOf(key) });
    if (told.length > 0) await this.ports.tell(told);
    for (const key of concerned) await this.#take(key, bases.get(key) ?? this.document.entry(key), before, old);
  } // prettier-ignore

  async #take(key: string, base: SharedEntry, before: Naming, old: ReadonlyMap<string, number>): Promise<void> {
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
    await this.ports.stories.take(key, (local) => decideTake(facts, local), said);
  }

  #write(key: string, local: LocalStory): void {
    const entry = this.document.entry(key);
    const { record, grave } = local;
    if (record !== null) {
      const mine = this.#sharedOf(local);
      // The number and time that it was made with never change, whatever the record here says.
      const first = textOf(entry)?.story ?? mine?.story;
      if (mine === null || first === undefined) return;
      const story = { ...mine.story, claim: first.claim, createdAt: first.createdAt };
      if (!isSame({ story, body: mine.body }, textOf(entry)) || entry.grave !== undefined)
        this.document.putStory(key, story, mine.body);
      this.#note(key, this.document.entry(key));
    } else if (grave !== null) {
      const first = textOf(entry)?.story;
      const claim = first?.claim ?? grave.record?.claimed ?? grave.number;
      const createdAt = first?.createdAt ?? grave.record?.createdAt ?? '';
      const unheard = first === undefined ? this.#sharedOf({ ...local, record: grave.record ?? null }) : null;
      if (unheard !== null && entry.grave === undefined) this.document.putStory(key, unheard.story, unheard.body);
      if (entry.grave === undefined) this.document.bury(key, { claim, createdAt, at: grave.at });
      if (grave.record === undefined) this.document.empty(key);
      this.#note(key, this.document.entry(key));
    }
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
    if (claimed !== null) this.#claims.set(key, { key, number: claimed.claim, createdAt: claimed.createdAt });
    if (shared === null) return;
    for (const named of [...namedIn(shared.body), ...namedIn(shared.story.title)]) {
      const namers = this.#namers.get(named) ?? new Set();
      this.#namers.set(named, namers.add(key));
    }
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
function textOf({ story, body }: SharedEntry): SharedText | null {
  const read = sharedStorySchema.safeParse(story);
  return read.success ? { story: read.data, body: typeof body === 'string' ? body : '' } : null;
}
