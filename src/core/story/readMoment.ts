import { refuse, say, type Refusal } from '../words/said';
/** A moment as a person writes it, in ms since 1970: `2026-01-31 13:05`, with seconds or none, `…Z` or local time. */
export function readMoment(text: string, now: number): { kind: 'moment'; at: number } | Refusal {
  const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|UTC)?$/i.exec(text.trim());
  const at =
    found === null ? NaN : Date.parse(`${found[1] ?? ''}T${found[2] ?? ''}${found[3] === undefined ? '' : 'Z'}`);
  if (Number.isNaN(at)) {
    return refuse(say('Write a day and a time, such as 2026-01-31 13:05, or 2026-01-31 12:05 UTC.'));
  }
  if (at > now) return refuse(say('That moment has not come yet.'));
  return { kind: 'moment', at };
}
