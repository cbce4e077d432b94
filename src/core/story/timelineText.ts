import * as z from 'zod/mini';
import { count, namesOf } from '../words/durations';
import { visible } from '../words/plainText';
import type { HistoryEntry } from './history';
import { stageWord } from './stageWords';

/**
 * History for people, newest first: when, who, what, from where to where, and the evidence in words below. `when` says an
 * ISO 8601 time as the person's clock does.
 */
export function timelineText(
  heading: string,
  entries: readonly HistoryEntry[],
  { hasOlder, when }: { readonly hasOlder: boolean; readonly when: (time: string) => string },
): string {
  const lines = entries.map((entry) => entryText(entry, when));
  const end = hasOlder ? 'There are older entries.' : 'This is the beginning.';
  return `${visible(heading)}\nThe newest first.\n\n${lines.join('\n')}\n\n${end}\n`;
}

function entryText(entry: HistoryEntry, when: (time: string) => string): string {
  const { by, event, from, to } = entry;
  const moved = from === to || to === null ? '' : `  ${from === null ? '' : `${stageWord(from)} `}→ ${stageWord(to)}`;
  const words = event === 'ReQueuedForQa' && by === 'person' ? 'gates to run again' : eventWords(event);
  const line = `${when(entry.at)}  ${by}: ${words}${moved}`;
  const evidence = evidenceWords(entry.evidence).flatMap((sentence) => sentence.split('\n'));
  return visible([line, ...evidence.map((text) => `    ${text}`)].join('\n'));
}

/** What an event is called where its own name says it badly. */
const EVENT_WORDS: Readonly<Record<string, string>> = {
  Described: 'title or fields changed',
  Edited: 'text edited',
  Undeleted: 'restored',
  Purged: 'deleted for good',
  BranchNamed: 'branch given',
  GatesStarted: 'ready to be proven',
  HoldForReview: 'held for review',
  ReQueuedForQa: 'back to the gates, for its branch moved',
  RetryMerge: 'merge asked for again',
  FixupRequested: 'back to coding, to be mended',
  MergedOutside: 'landed outside of Switchyard',
  MergemasterAttempted: 'an attempt of an agent at the merge failed',
  MergeFailedFinal: 'merge given up',
  QaSkipped: 'let in without gates',
  Demote: 'back to the backlog',
};

/** `merge succeeded` of `MergeSucceeded`. */
export function eventWords(event: string): string {
  return EVENT_WORDS[event] ?? event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

const textSchema = z.string();
const feedbackSchema = z.object({ summary: z.string(), files: z.optional(z.array(z.string())) });

/** How each part of a stage's evidence is said; what is not here says nothing to a person. */
const WORDS: Readonly<Record<string, (value: unknown) => string | null>> = {
  tip: (value) => `at commit ${short(value)}`,
  mergeCommit: (value) => `landed as ${short(value)}`,
  by: (value) =>
    value === 'outside' ? 'landed outside of Switchyard' : value === 'person' ? 'let in by a person' : null,
  commitsAhead: (value) => (typeof value === 'number' ? count(value, 'commit') : null),
  reasons: (value) => listOf(value)?.join('\n') ?? null,
  reason: (value) => reasonOf(value),
  detail: (value) => textOf(value),
  files: (value) => {
    const files = listOf(value);
    return files === null || files.length === 0 ? null : `files: ${files.join(', ')}`;
  },
  feedback: (value) => {
    const read = feedbackSchema.safeParse(value);
    if (!read.success) return null;
    const { summary, files = [] } = read.data;
    return files.length === 0 ? summary : `${summary} (${namesOf(files)})`;
  },
  revertedBy: (value) => {
    const read = z.object({ number: z.nullable(z.number()), commit: z.string() }).safeParse(value);
    if (!read.success) return null;
    const { number, commit } = read.data;
    return number === null ? `reverted by hand as ${short(commit)}` : `reverted by #${number} as ${short(commit)}`;
  },
  resumeTo: (value) => {
    const read = z.object({ name: z.string() }).safeParse(value);
    return read.success ? `comes back to ${stageWord(read.data.name)}` : null;
  },
};

/** The evidence of an entry, a sentence or more: that of a stage as its parts say it, another as it is. */
export function evidenceWords(evidence: string): string[] {
  if (evidence === '') return [];
  const parts = partsOf(evidence);
  // Of a branch its name says enough.
  if (parts === null) return [evidence.replace(/^refs\/heads\//, '')];
  return Object.entries(parts).flatMap(([name, value]) => WORDS[name]?.(value) ?? []);
}

function partsOf(evidence: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(evidence);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function reasonOf(value: unknown): string | null {
  const read = z.object({ kind: z.string(), number: z.optional(z.number()) }).safeParse(value);
  if (!read.success) return textOf(value);
  const { kind, number } = read.data;
  return number === undefined ? kind : `superseded by #${number}`;
}

function textOf(value: unknown): string | null {
  const read = textSchema.safeParse(value);
  return read.success && read.data !== '' ? read.data : null;
}

function listOf(value: unknown): string[] | null {
  const read = z.array(z.string()).safeParse(value);
  return read.success ? read.data : null;
}

function short(value: unknown): string {
  return (textOf(value) ?? '?').slice(0, 8);
}
