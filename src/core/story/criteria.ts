/** One acceptance criterion: a task-list item of a story's body. `line` counts from 0. */
export interface Criterion {
  readonly text: string;
  readonly done: boolean;
  readonly line: number;
}

/** How many criteria a story has, and how many of them are ticked. */
export interface CriteriaCount {
  readonly done: number;
  readonly total: number;
}

export function countCriteria(body: string): CriteriaCount {
  const criteria = readCriteria(body);
  return { done: criteria.filter((one) => one.done).length, total: criteria.length };
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
    if (item !== null) criteria.push({ ...item, line });
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
