import * as Y from 'yjs';
import * as z from 'zod/mini';
import { badFields, isSoundBody, type SharedEntry } from '../core/sharing/judgeChanges';
import { leaseSchema, type QueueLease } from '../core/sharing/queueLease';
import { fieldsOf, landingOf, type SharedGrave, type SharedStory } from '../core/sharing/sharedStory';
import { textEdits } from '../core/words/textEdits';

/** Marks a change that this machine made. */
export const OWN = Symbol('own');

const PARTS: ReadonlySet<string> = new Set(['stories', 'bodies', 'graves', 'landings', 'leases', 'about']);

/** So many first commits of a history are told at most. */
const MOST_ROOTS = 100;
const rootsSchema = z.array(z.string().check(z.regex(/^[0-9a-f]{40,64}$/))).check(z.maxLength(MOST_ROOTS));

/**
 * The document that machines share: maps `stories` (key → map of fields), `bodies` (key → text), `graves` (key → claim and times
 * of what was deleted), `landings` (key → the work that it landed as), `leases` (target → who lands on it) and `about` (`roots`: the
 * commits with which the history of the repository begins). What others wrote into it is unread until it was judged.
 */
export class SharedDocument {
  readonly #touched = new Set<string>();

  constructor(readonly doc = new Y.Doc()) {
    const noteDeep = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[], { origin }: Y.Transaction): void => {
      if (origin === OWN) return;
      for (const event of events) {
        const [key] = event.path;
        if (typeof key === 'string') this.#touched.add(key);
        else for (const changed of event.keys.keys()) this.#touched.add(changed);
      }
    };
    for (const map of [this.#stories, this.#bodies, this.#graves, this.#landings]) map.observeDeep(noteDeep);
  }

  /** Keys of what others changed since this was asked last. */
  takeTouched(): string[] {
    const keys = [...this.#touched];
    this.#touched.clear();
    return keys;
  }

  entry(key: string): SharedEntry {
    const landing = plain(this.#landings.get(key));
    const entry = { story: plain(this.#stories.get(key)), grave: plain(this.#graves.get(key)), body: textOf(this.#bodies.get(key)) };
    return landing === undefined ? entry : { ...entry, landing };
  } // prettier-ignore

  keys(): string[] {
    return [...new Set([...this.#stories.keys(), ...this.#graves.keys()])];
  }

  /** How many stories there are that were not deleted. */
  live(): number {
    let live = 0;
    for (const key of this.#stories.keys()) if (!this.#graves.has(key)) live += 1;
    return live;
  }

  apply(update: Uint8Array, origin: unknown): void {
    Y.applyUpdate(this.doc, update, origin);
  }

  state(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  /** All that this document has and another lacks. */
  missingIn(other: SharedDocument): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc, Y.encodeStateVector(other.doc));
  }

  /** Empties what is neither a story's nor a lease, whoever put it there. Within `change`. */
  dropForeign(): void {
    for (const target of this.#leases.keys()) if (this.lease(target) === null) this.#leases.delete(target);
    this.doc.transact((transaction) => {
      for (const [name, type] of this.doc.share) {
        if (PARTS.has(name)) continue;
        for (const item of type._map.values()) item.delete(transaction);
        for (let item = type._start; item !== null; item = item.right) item.delete(transaction);
      }
    });
  }

  /** Changes the document in one step. Returns the update to keep and send; null where nothing differs. */
  change(edit: () => void): Uint8Array | null {
    let update: Uint8Array | null = null;
    const capture = (made: Uint8Array): void => void (update = made);
    this.doc.on('update', capture);
    this.doc.transact(edit, OWN);
    this.doc.off('update', capture);
    return update;
  }

  /** Writes the fields that differ, and of the text what differs. Within `change`. */
  putStory(key: string, story: SharedStory, body: string): void {
    if (this.#graves.has(key)) this.#graves.delete(key);
    this.#putFields(key, story);
    this.#putBody(key, body);
  }

  /** Null: it is not landed any more, by somebody who knew that it was. Within `change`. */
  putLanding(key: string, landing: SharedStory['work'] | null): void {
    if (landing !== null) this.#landings.set(key, landing);
    else if (this.#landings.has(key)) this.#landings.delete(key);
  }

  bury(key: string, grave: SharedGrave): void {
    this.#graves.set(key, grave);
  }

  /** Of a deleted story its grave is left, and its landing: who deleted it may not have heard of that yet. */
  empty(key: string): void {
    for (const map of [this.#stories, this.#bodies]) if (map.has(key)) map.delete(key);
  }

  /** Deletes a sound story for all, whoever has it already and where it is not gone yet; `at` is ISO 8601 in UTC. Within `change`. */
  discard(key: string, at: string): void {
    const story = this.#stories.get(key);
    if (story === undefined) return;
    const { claim, createdAt } = plain(story) as SharedStory;
    this.bury(key, { claim, createdAt, at });
    this.putLanding(key, null);
    this.empty(key);
  }

  /** Puts back what cannot be, or was taken away, as it was; what was changed besides stays. Within `change`. */
  putBack(key: string, { story, grave, body, landing }: SharedEntry): void {
    this.putLanding(key, landingOf(landing));
    if (grave === undefined) this.#graves.delete(key);
    else this.#graves.set(key, grave);
    if (!isFields(story)) {
      this.empty(key);
      return;
    }
    const [fields, text] = [this.#stories.get(key), this.#bodies.get(key)];
    if (!(fields instanceof Y.Map)) this.#stories.set(key, new Y.Map(Object.entries(story)));
    else {
      const had = story as Readonly<Record<string, unknown>>;
      for (const name of badFields(had, fields.toJSON())) {
        if (name in had) fields.set(name, had[name]);
        else fields.delete(name);
      }
    }
    if (!isSoundBody(textOf(text))) this.#bodies.set(key, new Y.Text(typeof body === 'string' ? body : ''));
  }

  /** Who lands on a target; null where nobody is known to, or where what stands there makes no sense. */
  lease(target: string): QueueLease | null {
    const read = leaseSchema.safeParse(this.#leases.get(target));
    return read.success ? read.data : null;
  }

  /** Of which targets a machine has the lease. */
  leasesOf(machine: string): string[] {
    return [...this.#leases.keys()].filter((target) => this.lease(target)?.machine === machine);
  }

  /** Within `change`. */
  putLease(target: string, lease: QueueLease): void {
    this.#leases.set(target, lease);
  }

  /** Commits with which the history of the repository begins whose stories these are; empty where nobody has said so. */
  roots(): readonly string[] {
    return rootsSchema.safeParse(this.#about.get('roots')).data ?? [];
  }

  /** Within `change`. */
  putRoots(roots: readonly string[]): void {
    this.#about.set('roots', roots.slice(0, MOST_ROOTS));
  }

  destroy(): void {
    this.doc.destroy();
  }

  #putFields(key: string, story: SharedStory): void {
    const known = this.#stories.get(key);
    if (!(known instanceof Y.Map)) {
      this.#stories.set(key, new Y.Map(Object.entries(fieldsOf(story))));
      return;
    }
    for (const [name, value] of Object.entries(fieldsOf(story))) {
      if (JSON.stringify(known.get(name)) !== JSON.stringify(value)) known.set(name, value);
    }
  }

  #putBody(key: string, body: string): void {
    const known = this.#bodies.get(key);
    if (!(known instanceof Y.Text)) {
      this.#bodies.set(key, new Y.Text(body));
      return;
    }
    // From the last one on, so that the places of those before stay.
    for (const { start, end, text } of textEdits(textOf(known) ?? '', body).toReversed()) {
      if (end > start) known.delete(start, end - start);
      if (text !== '') known.insert(start, text);
    }
  }

  get #stories(): Y.Map<unknown> {
    return this.doc.getMap('stories');
  }

  get #landings(): Y.Map<unknown> {
    return this.doc.getMap('landings');
  }

  get #bodies(): Y.Map<unknown> {
    return this.doc.getMap('bodies');
  }

  /** No story hangs on it: a wrong one makes machines wait for each other, or build something twice. */
  get #leases(): Y.Map<unknown> {
    return this.doc.getMap('leases');
  }

  get #about(): Y.Map<unknown> {
    return this.doc.getMap('about');
  }

  get #graves(): Y.Map<unknown> {
    return this.doc.getMap('graves');
  }
}

function plain(value: unknown): unknown {
  return value instanceof Y.AbstractType ? value.toJSON() : value;
}

function textOf(value: unknown): string | undefined {
  // oxlint-disable-next-line typescript/no-base-to-string -- a Y.Text is its text
  return value instanceof Y.Text ? value.toString() : undefined;
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
