import type * as z from 'zod/mini';

/** A problem with its place, such as `gates[1].command: The command is empty.` */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place === '' ? issue.message : `${place.replace(/^\./, '')}: ${issue.message}`;
}
