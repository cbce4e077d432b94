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
    const item = /^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(.+)$/.exec(text);
    if (item?.[2] !== undefined) criteria.push({ text: item[2].trim(), done: item[1] !== ' ', line });
  });
  return criteria;
}
