import { CHOSEN_AS } from '../pipeline/roles';
import * as z from 'zod/mini';
import { visible } from '../words/plainText';
import { english, inLanguage, say, type Translate } from '../words/said';
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
  translate: Translate = english,
): string {
  const lines = entries.map((entry) => entryText(entry, when, translate));
  const end = translate(hasOlder ? 'There are older entries.' : 'This is the beginning.');
  return `${visible(heading)}\n${translate('The newest first.')}\n\n${lines.join('\n')}\n\n${end}\n`;
}

function entryText(entry: HistoryEntry, when: (time: string) => string, translate: Translate): string {
  const moved = movedWords(entry, '  ', translate);
  const line = `${when(entry.at)}  ${byWords(entry.by, translate)}: ${deedWords(entry, translate)}${moved}`;
  const evidence = evidenceWords(entry.evidence, translate).flatMap((sentence) => sentence.split('\n'));
  return visible([line, ...evidence.map((text) => `    ${text}`)].join('\n'));
}

/** What an event is called where its own name says it badly. */
const EVENT_WORDS: Readonly<Record<string, string>> = {
  Start: 'started',
  Freeze: 'frozen',
  Unfreeze: 'unfrozen',
  Block: 'blocked',
  Unblock: 'unblocked',
  Abandon: 'abandoned',
  Accept: 'accepted',
  Reopen: 'reopened',
  Supersede: 'superseded',
  Described: 'title or fields changed',
  Edited: 'text edited',
  Undeleted: 'restored',
  Purged: 'deleted for good',
  BranchNamed: 'branch named',
  GatesStarted: 'ready to be proven',
  ReviewerAsked: 'green, to be reviewed by an agent',
  ReviewerRejected: 'sent back by its review',
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

/** `QA → Merge` behind `gap`, ` in Backlog` of what was in no stage before; empty where a story stays in its stage. */
export function movedWords({ from, to }: Pick<HistoryEntry, 'from' | 'to'>, gap: string, translate: Translate): string {
  if (from === to || to === null) return '';
  const now = translate(stageWord(to));
  return from === null ? ` ${translate('in {0}', now)}` : `${gap}${translate(stageWord(from))} → ${now}`;
}

/** `merge succeeded` of `MergeSucceeded`. */
export function eventWords(event: string, translate: Translate = english): string {
  return translate(EVENT_WORDS[event] ?? event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());
}

/** What an event is called, by who caused it: an agent that reviews lets in what the gates let through. */
export function deedWords({ event, by }: Pick<HistoryEntry, 'event' | 'by'>, translate: Translate): string {
  if (event === 'ReQueuedForQa' && by === 'person') return translate('gates to run again');
  if (event === 'GatesPassed' && by.startsWith('agent ')) return translate('accepted by its review');
  return eventWords(event, translate);
}

/** Who or what caused a change; a person of a team is called as they are. */
export function byWords(by: string, translate: Translate): string {
  return by.startsWith('agent ') ? translate('agent {0}', by.slice(6)) : translate(by);
}

const textSchema = z.string();
const feedbackSchema = z.object({ summary: z.string(), files: z.optional(z.array(z.string())) });

/** How each part of a stage's evidence is said; what is not here says nothing to a person. */
const WORDS: Readonly<Record<string, (value: unknown, translate: Translate) => string | null>> = {
  tip: (value, translate) => translate('at commit {0}', short(value)),
  mergeCommit: (value, translate) => translate('landed as {0}', short(value)),
  by: (value, translate) =>
    value === 'outside'
      ? translate('landed outside of Switchyard')
      : value === 'person'
        ? translate('let in by a person')
        : null,
  commitsAhead: (value, translate) =>
    typeof value === 'number' ? translate(value === 1 ? '1 commit' : '{0} commits', value) : null,
  reasons: (value, translate) =>
    listOf(value)
      ?.map((one) => translate(one))
      .join('\n') ?? null,
  reason: reasonOf,
  detail: kept,
  files: (value, translate) => {
    const files = listOf(value);
    return files === null || files.length === 0 ? null : translate('files: {0}', files.join(', '));
  },
  feedback: (value, translate) => {
    const read = feedbackSchema.safeParse(value);
    if (!read.success) return null;
    const { summary, files = [] } = read.data;
    const words = translate(summary);
    const more = files.filter((file) => !summary.includes(file));
    return more.length === 0 ? words : `${words} (${inLanguage([say('{0}', { names: more })], translate)})`;
  },
  revertedBy: (value, translate) => {
    const read = z.object({ number: z.nullable(z.number()), commit: z.string() }).safeParse(value);
    if (!read.success) return null;
    const { number, commit } = read.data;
    return number === null
      ? translate('reverted by hand as {0}', short(commit))
      : translate('reverted by #{0} as {1}', number, short(commit));
  },
  resumeTo: (value, translate) => {
    const read = z.object({ name: z.string() }).safeParse(value);
    return read.success ? translate('comes back to {0}', translate(stageWord(read.data.name))) : null;
  },
};

/** What stands before each field that was changed, and for one that is empty: `priority: 2 → 1; labels: none → ui`. */
export const FIELD_WORDS = ['title', 'type', 'priority', 'labels', 'depends on', ...Object.values(CHOSEN_AS)];
export const EMPTY_WORDS = ['none', 'the first'];
const CHANGED = new RegExp(
  `(?<=^|; )(?:${FIELD_WORDS.join('|')})(?=: .{0,1000} → )|(?<=: |→ )(?:${EMPTY_WORDS.join('|')})(?= →|; |$)`,
  'g',
);

/** The evidence of an entry, a sentence or more: that of a stage as its parts say it, another as it is. */
export function evidenceWords(evidence: string, translate: Translate = english): string[] {
  if (evidence === '') return [];
  const parts = partsOf(evidence);
  if (parts === null) {
    // Of a branch its name says enough, and that a text was edited says its event.
    const told = evidence.replace(/^(?:refs\/heads\/|body(?:; |$))/, '');
    return told === '' ? [] : [translate(told.replaceAll(CHANGED, (word) => translate(word)))];
  }
  return Object.entries(parts).flatMap(([name, value]) => WORDS[name]?.(value, translate) ?? []);
}

function partsOf(evidence: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(evidence);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function reasonOf(value: unknown, translate: Translate): string | null {
  const read = z.object({ kind: z.string(), number: z.optional(z.number()) }).safeParse(value);
  if (!read.success) return kept(value, translate);
  const { kind, number } = read.data;
  return number === undefined ? translate(kind) : translate('superseded by #{0}', number);
}

/** What was kept as it was said. */
function kept(value: unknown, translate: Translate): string | null {
  const text = textOf(value);
  return text === null ? null : translate(text);
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
