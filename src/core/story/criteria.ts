import { refuse, say, type Refusal } from '../words/said';

/** One acceptance criterion: a task-list item of a story's body. `line` counts from 0. */
export interface Criterion {
  readonly text: string;
  readonly done: boolean;
  readonly line: number;
  /** What it is checked by: a code span at its end, behind a colon, as in `it works: \`npm test\``. */
  readonly command?: string;
  /** What came of it on which commit, as the text says. */
  readonly checked?: CriterionCheck;
}

/** `commit` is the beginning of its id. */
export interface CriterionCheck {
  readonly verdict: 'passed' | 'failed';
  readonly commit: string;
}

/** How many criteria a story has, and how many of them are ticked. */
export interface CriteriaCount {
  readonly done: number;
  readonly total: number;
  /** Of those, how many failed when they were checked on what landed; left out for none. */
  readonly failed?: number;
}

export function countCriteria(body: string): CriteriaCount {
  const criteria = readCriteria(body);
  const failed = criteria.filter((one) => one.checked?.verdict === 'failed').length;
  const counts = { done: criteria.filter((one) => one.done).length, total: criteria.length };
  return failed === 0 ? counts : { ...counts, failed };
}

/** The task-list items of a Markdown body, in order. Items inside fenced code are text, not criteria. */
export function readCriteria(body: string): Criterion[] {
  const criteria: Criterion[] = [];
  let fence: string | null = null;
  body.split(/\r?\n/).forEach((text, line) => {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
      return;
    }
    if (fence !== null) return;
    const item = readItem(text);
    if (item !== null) criteria.push({ ...item, line, ...readCommand(item.text) });
  });
  return criteria;
}

/** What stands before the text of a task-list item. Each part ends where the next begins, so no text makes it try again. */
const MARK = /^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s/;

/** `- [x] Text` or `1. [ ] Text`; null for any other line. */
function readItem(line: string): Pick<Criterion, 'text' | 'done'> | null {
  const mark = MARK.exec(line);
  const text = mark === null ? '' : line.slice(mark[0].length).trim();
  return mark === null || text === '' ? null : { text, done: mark[1] !== ' ' };
}

const CHECK = / \((passed|failed) on ([0-9a-f]{7,64})\)$/;

/** The command that a criterion names, and what came of it. */
function readCommand(text: string): Pick<Criterion, 'command' | 'checked'> {
  const check = CHECK.exec(text);
  const bare = (check === null ? text : text.slice(0, check.index)).replace(/\.$/, '');
  const begin = bare.endsWith('`') ? bare.lastIndexOf('`', bare.length - 2) : -1;
  const command = begin === -1 ? '' : bare.slice(begin + 1, -1).trim();
  if (command === '' || !bare.slice(0, begin).trimEnd().endsWith(':')) return {};
  const [, verdict, commit = ''] = check ?? [];
  return {
    command,
    ...(check !== null && { checked: { verdict: verdict === 'passed' ? 'passed' : 'failed', commit } }),
  };
}

/** How much of a commit's id stands in a text. */
const SHORT = 12;

/** Whether a criterion says what came of it on this commit. */
export function isCheckedOn({ checked }: Criterion, commit: string): boolean {
  return checked !== undefined && commit.startsWith(checked.commit);
}

/** The body with each criterion whose command is named ticked or not, and the commit that this is about. */
export function markCriteria(
  body: string,
  commit: string,
  verdicts: ReadonlyMap<string, CriterionCheck['verdict']>,
): string {
  const lines = body.split('\n');
  for (const { line, command } of readCriteria(body)) {
    const verdict = command === undefined ? undefined : verdicts.get(command);
    const text = lines[line];
    if (verdict === undefined || text === undefined) continue;
    const end = text.endsWith('\r') ? '\r' : '';
    const bare = text.trimEnd().replace(CHECK, '');
    const box = bare.indexOf('[');
    const tick = verdict === 'passed' ? 'x' : ' ';
    lines[line] =
      `${bare.slice(0, box + 1)}${tick}${bare.slice(box + 2)} (${verdict} on ${commit.slice(0, SHORT)})${end}`;
  }
  return lines.join('\n');
}

/** What came of ticking a criterion; `index` counts from 0. */
export type TickOutcome = { kind: 'ticked'; body: string } | Refusal;

/** The body with one criterion ticked or not. What is checked by a command is ticked by that alone. */
export function tickCriterion(body: string, index: number, done: boolean): TickOutcome {
  const criteria = readCriteria(body);
  const criterion = criteria[index];
  if (criterion === undefined) {
    return criteria.length === 0
      ? refuse(say('There is no criterion {0}. The story has none; read it again.', index + 1))
      : refuse(say('There is no criterion {0}. The story has {1}; read it again.', index + 1, criteria.length));
  }
  if (criterion.command !== undefined) {
    return refuse(
      say('Criterion {0} is checked by its command once the story has landed. Leave it as it is.', index + 1),
    );
  }
  const lines = body.split('\n');
  const text = lines[criterion.line] ?? '';
  const box = text.indexOf('[');
  lines[criterion.line] = `${text.slice(0, box + 1)}${done ? 'x' : ' '}${text.slice(box + 2)}`;
  return { kind: 'ticked', body: lines.join('\n') };
}
