import { bodyId } from '../../core/story/contentIds';
import type { StoryEdit, StoredText } from '../../core/story/storyEdit';
import { say, tell, type Said, type Told } from '../../core/words/said';
import type { StoryFileProblem } from '../../core/story/storyFile';
import type { StoryFields } from '../../core/story/storyFields';
import type { StoryRecord } from '../../core/story/story';
import type { ContentStore, StoryStore } from '../../ports/store';
import { archivedStories } from './archivedStories';
import type { KnownDependencies } from './knownDependencies';

/** A story as a file. `stamp` rises with each change of it (ms since 1970). */
export interface StoryText {
  readonly key: string;
  readonly number: number;
  readonly text: string;
  readonly stamp: number;
  /** Why it cannot be changed, in a sentence; null where it can. */
  readonly readOnly: Said | null;
}

/** `same`: nothing has changed since the stamp that was asked with. */
export type StoryTextOutcome =
  | { readonly kind: 'found'; readonly story: StoryText }
  | { readonly kind: 'same' }
  | ({ readonly kind: 'missing' } & Told);

/** `problems` are those of the front matter; an error among them says that no field was changed. */
export type EditOutcome =
  | { readonly kind: 'edited'; readonly story: StoryRecord; readonly problems: readonly StoryFileProblem[] }
  | { readonly kind: 'refused'; readonly message: string };

interface StoryTextPorts {
  readonly store: StoryStore;
  readonly content: Pick<ContentStore, 'read'>;
  readonly dependencies: KnownDependencies;
}

/** What an edit makes of a story. `keys` are what it then depends on. */
export interface EditedText {
  readonly body: string;
  readonly fields: StoryFields;
  readonly keys: readonly string[];
  readonly problems: readonly StoryFileProblem[];
  readonly lineOf: (field: keyof StoryFields) => number;
}

/** Stories as files that people read and change, wherever they are kept. */
export class StoryTexts {
  constructor(private readonly ports: StoryTextPorts) {}

  /** The file of a story. `known`: the stamp of what the asker has already, null for nothing. */
  async of(number: number, known: number | null): Promise<StoryTextOutcome> {
    const found = await this.#find(number);
    if (found.kind === 'missing') return found;
    const { record, stamp, readOnly } = found;
    if (stamp === known) return { kind: 'same' };
    const { printStoryFile } = await import('../../core/story/storyFile');
    const { fields, body } = await this.stored(record);
    return { kind: 'found', story: { key: record.key, number, text: printStoryFile(fields, body), stamp, readOnly } };
  }

  /** What is stored of a story, with the numbers of what it depends on; one that nobody knows is left out. */
  async stored(record: StoryRecord): Promise<StoredText> {
    const { title, type, priority, labels, dependsOn } = record;
    const lookup = await this.ports.dependencies.lookup(dependsOn);
    const numbers = dependsOn.map(lookup).flatMap((one) => ('number' in one ? [one.number] : []));
    const body = (await this.ports.content.read(bodyId(record.key))) ?? '';
    return { fields: { title, type, priority, labels, dependsOn: numbers }, body };
  }

  /** What an edit would make of a story; its dependencies are looked up, and a number of no story is a problem. */
  async edited(record: StoryRecord, edit: StoryEdit): Promise<EditedText> {
    const { editStory, hasError } = await import('../../core/story/storyEdit');
    const stored = await this.stored(record);
    const { fields, body, problems, lines } = editStory(stored, edit);
    const lineOf = (field: keyof StoryFields): number => lines.get(field) ?? 1;
    const { keys, unknown } = await this.#keysOf(record, stored.fields.dependsOn, fields.dependsOn);
    const all = [...problems, ...unknown.map((number) => unknownStory(number, lineOf('dependsOn')))];
    if (!hasError(all)) return { body, fields, keys, problems: all, lineOf };
    return { body, fields: stored.fields, keys: record.dependsOn, problems: all, lineOf };
  }

  /** Keys of what the numbers name. What the story depends on and nobody knows stays. */
  async #keysOf(
    { dependsOn }: StoryRecord,
    before: readonly number[],
    wanted: readonly number[],
  ): Promise<{ keys: readonly string[]; unknown: readonly number[] }> {
    if (JSON.stringify(before) === JSON.stringify(wanted)) return { keys: dependsOn, unknown: [] };
    const lookup = await this.ports.dependencies.lookup(dependsOn);
    const known = new Map<number, string>();
    const nameless: string[] = [];
    for (const key of dependsOn) {
      const one = lookup(key);
      if ('number' in one) known.set(one.number, key);
      else nameless.push(key);
    }
    const keys = await Promise.all(wanted.map(async (number) => known.get(number) ?? (await this.#keyOf(number))));
    return {
      keys: [...nameless, ...keys.filter((key) => key !== null)],
      unknown: wanted.filter((_, index) => keys[index] === null),
    };
  }

  async #keyOf(number: number): Promise<string | null> {
    const found = await this.#find(number);
    return found.kind === 'missing' ? null : found.record.key;
  }

  async #find(number: number): Promise<Found | Extract<StoryTextOutcome, { kind: 'missing' }>> {
    const { store } = this.ports;
    const grave = store.tombstones().find((one) => one.number === number);
    if (grave !== undefined) {
      if (grave.record === undefined) return { kind: 'missing', ...tell(say('#{0} was deleted for good.', number)) };
      const readOnly = say('#{0} was deleted. Restore… brings it back; until it is purged it can be read.', number);
      return { kind: 'found', record: grave.record, stamp: Date.parse(grave.at), readOnly };
    }
    const record = store.stories().find((one) => one.number === number) ?? (await this.#findArchived(number));
    if (record === null) return { kind: 'missing', ...tell(say('There is no story #{0}.', number)) };
    return { kind: 'found', record, stamp: Date.parse(record.updatedAt), readOnly: whyReadOnly(record) };
  }

  async #findArchived(number: number): Promise<StoryRecord | null> {
    for await (const story of archivedStories(this.ports.store)) {
      if (story.number === number) return story;
      if (story.number < number) return null;
    }
    return null;
  }
}

interface Found {
  readonly kind: 'found';
  readonly record: StoryRecord;
  readonly stamp: number;
  readonly readOnly: Said | null;
}

/** Why a story's file cannot be changed; null where it can. */
export function whyReadOnly({ number, stage }: Pick<StoryRecord, 'number' | 'stage'>): Said | null {
  return stage.name === 'Archived' ? say('#{0} is archived. Reopen it to change it.', number) : null;
}

function unknownStory(number: number, line: number): StoryFileProblem {
  return { line, severity: 'error', ...tell(say('There is no story #{0} to depend on.', number)) };
}
