import * as z from 'zod/mini';
import type { HistoryEntry } from '../../core/story/history';
import { historyEntrySchema } from '../../core/story/history';
import type { HistoryQuery } from '../../ports/store';
import { inParts, type NewPart } from '../log/keptFile';
import type { KeptEntry, KeptFolder } from '../log/keptFolder';
import type { KeptName } from '../log/snapshotRecord';
import { takeStep, type LogPast, type PlainRecord, type Step } from './steps';

/*
 * The history that has left the hot log, in files named by their first and last line. A file tells on its own what came
 * of each line: it begins with the stories that its lines concern as they were before.
 */

const count = z.int().check(z.minimum(0));
const plainSchema = z.record(z.string(), z.unknown());
const linesSchema = z.object({
  kind: z.literal('lines'),
  from: count,
  to: count,
  /** The earliest time of its lines. */
  since: z.string(),
  keys: z.array(z.string()),
  /** Its lines come from elsewhere, where nobody knew what came of them. */
  restored: z.exactOptional(z.literal(true)),
});
const beforeSchema = z.array(z.tuple([z.string(), z.nullable(plainSchema)]));
const stepSchema = z.object({
  entry: historyEntrySchema,
  change: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('same') }),
    z.object({ kind: z.literal('whole'), story: plainSchema }),
    z.object({ kind: z.literal('fields'), set: plainSchema, drop: z.array(z.string()) }),
    z.object({ kind: z.literal('gone') }),
  ]),
});

type Lines = z.infer<typeof linesSchema>;

interface LinesPart {
  readonly file: string;
  readonly entry: KeptEntry;
  readonly lines: Lines;
}

/** The stories as they were after the last line that is kept. */
export interface PastStories {
  readonly stories: ReadonlyMap<string, PlainRecord>;
  /** The last line of each story that was deleted by then. */
  readonly gone: ReadonlyMap<string, HistoryEntry>;
  /** Whether no line is missing, and of each it is known what came of it. */
  readonly isWhole: boolean;
}

export class KeptHistory {
  constructor(private readonly files: KeptFolder) {}

  /** The files that hold it, oldest first. */
  get names(): readonly KeptName[] {
    return this.files.names;
  }

  /** These files belong to the log from now on, and no others. */
  use(names: readonly KeptName[]): void {
    this.files.use(names);
  }

  /** Sequence of its last line, 0 where there is none. */
  get last(): number {
    return Math.max(0, ...this.files.names.map(({ name }) => rangeOf(name).to));
  }

  /** Writes what a log tells of the past to a file that does not belong to the log yet; null where it tells nothing. */
  async write({ steps, before }: Pick<LogPast, 'steps' | 'before'>): Promise<KeptName | null> {
    const [first, last] = [steps[0]?.entry.sequence, steps.at(-1)?.entry.sequence];
    if (first === undefined || last === undefined) return null;
    return this.files.write(nameOf(first, last), historyParts(before, steps));
  }

  /** Lines that it keeps, as `StoryStore.history` says. */
  async query({ cursor, limit, key, order = 'forward' }: HistoryQuery): Promise<HistoryEntry[]> {
    const found: HistoryEntry[] = [];
    const isForward = order === 'forward';
    const names = this.files.names.map(({ name }) => name);
    for (const file of isForward ? names : names.toReversed()) {
      const { from, to } = rangeOf(file);
      if (isForward ? to <= cursor : from >= cursor) continue;
      for (const part of inOrder(await this.#parts(file), order)) {
        if (found.length >= limit) return found.slice(0, Math.max(0, limit));
        if (isForward ? part.lines.to <= cursor : part.lines.from >= cursor) continue;
        if (key !== undefined && !part.lines.keys.includes(key)) continue;
        const steps = inOrder(await this.#steps(part), order);
        const lines = steps.map(({ entry }) => entry).filter((entry) => key === undefined || entry.key === key);
        found.push(...lines.filter(({ sequence }) => (isForward ? sequence > cursor : sequence < cursor)));
      }
    }
    return found.slice(0, Math.max(0, limit));
  }

  /** Lines of a story since a time (ISO 8601 in UTC) and at least one before, in no order; older files are not looked at. */
  async linesSince(key: string, time: string): Promise<HistoryEntry[]> {
    const found: HistoryEntry[] = [];
    for (const { name } of this.files.names.toReversed()) {
      for (const part of await this.#parts(name)) {
        if (!part.lines.keys.includes(key)) continue;
        found.push(...(await this.#steps(part)).map(({ entry }) => entry).filter((entry) => entry.key === key));
      }
      if (found.some(({ at }) => at < time)) break;
    }
    return found;
  }

  /**
   * Goes back to a moment (ISO 8601 in UTC) from the stories as they were after its last line, which `stories` holds:
   * afterwards it holds them as they were then.
   */
  async goBack(stories: Map<string, PlainRecord>, time: string): Promise<void> {
    for (const { name } of this.files.names.toReversed()) {
      for (const [key, record] of await this.#before(name)) {
        if (record === null) stories.delete(key);
        else stories.set(key, record);
      }
      const parts = await this.#parts(name);
      if (!parts.some(({ lines }) => lines.since <= time)) continue;
      const steps = (await Promise.all(parts.map((part) => this.#steps(part)))).flat();
      const last = steps.findLastIndex(({ entry }) => entry.at <= time);
      for (const step of steps.slice(0, last + 1)) takeStep(stories, step);
      return;
    }
  }

  async stories(): Promise<PastStories> {
    const stories = new Map<string, PlainRecord>();
    const gone = new Map<string, HistoryEntry>();
    let last = 0;
    let isWhole = true;
    for (const { name } of this.files.names) {
      for (const [key, record] of await this.#before(name)) if (record !== null) stories.set(key, record);
      for (const part of await this.#parts(name)) {
        isWhole &&= part.lines.from === last + 1 && part.lines.restored === undefined;
        last = part.lines.to;
        for (const step of await this.#steps(part)) {
          takeStep(stories, step);
          if (step.change.kind === 'gone') gone.set(step.entry.key, step.entry);
          if (stories.has(step.entry.key)) gone.delete(step.entry.key);
        }
      }
    }
    return { stories, gone, isWhole };
  }

  async #parts(file: string): Promise<LinesPart[]> {
    const entries = await this.files.entries(file);
    return entries.flatMap((entry) => {
      const read = linesSchema.safeParse(entry.meta);
      return read.success ? [{ file, entry, lines: read.data }] : [];
    });
  }

  async #steps({ file, entry }: LinesPart): Promise<Step[]> {
    const value = await this.files.value(file, entry);
    return Array.isArray(value) ? value.flatMap(readStep) : [];
  }

  async #before(file: string): Promise<z.infer<typeof beforeSchema>> {
    const found: z.infer<typeof beforeSchema> = [];
    for (const entry of await this.files.entries(file)) {
      if (linesSchema.safeParse(entry.meta).success) continue;
      const read = beforeSchema.safeParse(await this.files.value(file, entry));
      if (read.success) found.push(...read.data);
    }
    return found;
  }
}

/**
 * What a file of the history should hold that lost parts: what is left of it, and the lines that are known elsewhere.
 * What those lines made of their stories is not known any more.
 */
export function restoredHistory(
  name: string,
  left: readonly NewPart[],
  known: readonly HistoryEntry[],
): { parts: NewPart[]; isAll: boolean } {
  const { from, to } = rangeOf(name);
  const isLines = (part: NewPart): boolean => linesSchema.safeParse(part.meta).success;
  const steps = left.filter(isLines).flatMap(({ value }) => (Array.isArray(value) ? value.flatMap(readStep) : []));
  const there = new Set(steps.map(({ entry }) => entry.sequence));
  const lost = known.filter(({ sequence }) => sequence >= from && sequence <= to && !there.has(sequence));
  const all = [...steps, ...lost.map((entry): Step => ({ entry, change: { kind: 'same' } }))];
  all.sort((a, b) => a.entry.sequence - b.entry.sequence);
  const others = left.filter((part) => !isLines(part));
  const lines = [...linesParts(all)].map(({ meta, value }) => ({ meta: { ...meta, restored: true as const }, value }));
  return { parts: [...others, ...lines], isAll: all.length === to - from + 1 };
}

function readStep(value: unknown): Step[] {
  const read = stepSchema.safeParse(value);
  return read.success ? [read.data] : [];
}

function* historyParts(before: LogPast['before'], steps: readonly Step[]): Generator<NewPart> {
  for (const value of inParts(before, (one) => JSON.stringify(one).length)) yield { meta: { kind: 'before' }, value };
  yield* linesParts(steps);
}

function* linesParts(steps: readonly Step[]): Generator<NewPart & { meta: Lines }> {
  for (const value of inParts(steps, (one) => JSON.stringify(one).length)) {
    const entries = value.map(({ entry }) => entry);
    const meta: Lines = {
      kind: 'lines',
      from: entries[0]?.sequence ?? 0,
      to: entries.at(-1)?.sequence ?? 0,
      since: entries.map(({ at }) => at).sort()[0] ?? '',
      keys: [...new Set(entries.map(({ key }) => key))],
    };
    yield { meta, value };
  }
}

function nameOf(from: number, to: number): string {
  const padded = (sequence: number): string => String(sequence).padStart(12, '0');
  return `${padded(from)}-${padded(to)}.log`;
}

function rangeOf(name: string): { from: number; to: number } {
  const [from = 0, to = 0] = name.replace('.log', '').split('-').map(Number);
  return { from, to };
}

function inOrder<T>(values: readonly T[], order: 'forward' | 'back'): readonly T[] {
  return order === 'forward' ? values : values.toReversed();
}
