import type { Oid } from '../story/stage';
import { readTitle, TITLE_LIMIT } from '../story/story';
import { namesOf } from '../words/durations';

/** What a landing brought: the commits on `base` up to `commit`, oldest first, along the target's own line. */
export interface LandedRange {
  readonly base: Oid;
  readonly commit: Oid;
  readonly commits: readonly { readonly oid: Oid; readonly subject: string; readonly isMerge: boolean }[];
}

/** What is reverted: a story that landed, on which branch (short), and why, in a person's words. */
export interface RevertSubject {
  readonly number: number;
  readonly title: string;
  readonly target: string;
  readonly why: string;
  readonly range: LandedRange;
  /** Files that git cannot take back by itself, and its words; null where it could. */
  readonly conflict: { readonly files: readonly string[]; readonly message: string } | null;
}

/** `Revert #31: Sign in` */
export function revertTitle({ number, title }: Pick<RevertSubject, 'number' | 'title'>): string {
  const read = readTitle(`Revert #${number}: ${title}`.slice(0, TITLE_LIMIT));
  return read.kind === 'ok' ? read.title : `Revert #${number}`;
}

/** The text of a story that takes another's landing back: what, why, and how to go on where git could not. */
export function revertBody(subject: RevertSubject): string {
  const { number, title, target, why, range, conflict } = subject;
  const landed = range.commits.map(({ oid, subject: line }) => `> ${oid.slice(0, 10)} ${line}`);
  const parts = [
    `Takes back what #${number} brought to ${target}:`,
    `> **#${number} ${title}**\n>\n${landed.join('\n')}`,
    ...(why === '' ? [] : [`Why: ${why}`]),
    ...(conflict === null ? [] : [byHand(subject, conflict)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function byHand(
  { range, target }: RevertSubject,
  { files, message }: { files: readonly string[]; message: string },
): string {
  const where = files.length === 0 ? message : `${namesOf(files)} changed again since`;
  const commands = revertCommands(range).map((line) => `    ${line}`);
  return [
    `Git cannot take it back by itself: ${where}. The branch of this story stands at the tip of ${target}. In its worktree:`,
    commands.join('\n'),
    'Settle the conflicts, commit, then say Ready for QA.',
  ].join('\n\n');
}

/** What a person types to do it by hand, the newest commit first. */
function revertCommands({ commits }: LandedRange): string[] {
  const runs: { merge: boolean; oids: string[] }[] = [];
  for (const { oid, isMerge } of commits.toReversed()) {
    const last = runs.at(-1);
    if (last?.merge === isMerge) last.oids.push(oid);
    else runs.push({ merge: isMerge, oids: [oid] });
  }
  return runs.map(({ merge, oids }) => `git revert ${merge ? '-m 1 ' : ''}${oids.join(' ')}`);
}
