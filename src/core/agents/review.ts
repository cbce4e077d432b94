import type { NoAccept } from '../story/events';
import { reviewStrikes } from '../story/advance';
import type { StoryRecord } from '../story/story';
import { count } from '../words/durations';
import { visible } from '../words/plainText';

/** So often an agent may send a story back in one round of review, before a person is asked. */
export const REVIEW_REJECTIONS = 2;

/** What an agent says of the commit that it was to review. */
export interface ReviewVerdict {
  readonly verdict: 'accept' | 'reject';
  readonly findings?: string | undefined;
}

/** The lines by which an agent says it that has no tools. `id` is a word that nobody who wrote the story could know. */
export function verdictLines(id: string): { readonly findings: string; readonly verdict: string } {
  return { findings: `FINDINGS ${id}`, verdict: `VERDICT ${id}:` };
}

/** Its last line, and what stands before it from the line on that begins the findings; null where that says nothing. */
export function readVerdict(said: string, id: string): ReviewVerdict | null {
  const lines = said.trim().split('\n');
  const words = verdictLines(id);
  const last = bare(lines.pop() ?? '');
  const verdict = last.startsWith(words.verdict) ? last.slice(words.verdict.length).trim() : '';
  if (verdict !== 'accept' && verdict !== 'reject') return null;
  const from = lines.findLastIndex((line) => bare(line) === words.findings);
  return { verdict, findings: from === -1 ? '' : lines.slice(from + 1).join('\n').trim() }; // prettier-ignore
}

/** Models like to set such lines off, as in bold or as code. */
function bare(line: string): string {
  return line.trim().replaceAll(/^[*`_#> ]+|[*`_. ]+$/g, '');
}

/** What follows for the story. `asks`: why a person has to look at it. */
export type ReviewEnd =
  | { readonly kind: 'goesOn' }
  | { readonly kind: 'sentBack'; readonly said: string }
  | {
      readonly kind: 'asks';
      readonly came: NoAccept;
      readonly reasons: readonly string[];
    };

/** Longest findings that are handed on, in characters. */
const FINDINGS_LIMIT = 4000;

/** What begins with a mark of a list stands in lines of its own. */
function isList(findings: string): boolean {
  return /^(?:[-*+•]|\d+[.)])\s/.test(findings);
}

/** Judges a review that ended well. `meddled`: what it did to the story's branch, in a sentence; null where it let that be. */
export function judgeReview({
  agent,
  story,
  verdict,
  meddled,
}: {
  readonly agent: string;
  readonly story: Pick<StoryRecord, 'strikes'>;
  readonly verdict: ReviewVerdict | null;
  readonly meddled: string | null;
}): ReviewEnd {
  const findings = visible(verdict?.findings ?? '')
    .trim()
    .slice(0, FINDINGS_LIMIT);
  const found = findings === '' ? [] : [findings];
  if (meddled !== null) return { kind: 'asks', came: 'meddled', reasons: [meddled, ...found] };
  if (verdict === null)
    return { kind: 'asks', came: 'noVerdict', reasons: [`${agent} was to review it and gave no verdict.`] };
  if (verdict.verdict === 'accept') return { kind: 'goesOn' };
  const came = 'notAccepted';
  if (findings === '') return { kind: 'asks', came, reasons: [`${agent} does not accept it, and does not say why.`] };
  const before = reviewStrikes(story).length;
  if (before < REVIEW_REJECTIONS)
    return { kind: 'sentBack', said: `${agent} asks for changes:${isList(findings) ? '\n' : ' '}${findings}` };
  const again = `${agent} has sent it back ${count(before, 'time')} and does not accept it:`;
  return { kind: 'asks', came, reasons: [again, findings] };
}
