import type { LimitKind, WhenAgain } from './output/agentSaid';

/** A limit of its service that an agent answered with. */
export interface TalkLimit {
  readonly kind: LimitKind;
  readonly again: WhenAgain;
}

/** HTTP's word for too many requests, which some agents give as the code of their error. */
const TOO_MANY = 429;

const NAMES: Readonly<Record<string, LimitKind>> = {
  ratelimit: 'rate',
  ratelimited: 'rate',
  ratelimiterror: 'rate',
  ratelimitexceeded: 'rate',
  resourceexhausted: 'rate',
  toomanyrequests: 'rate',
  insufficientquota: 'quota',
  quotaexceeded: 'quota',
  quotaexhausted: 'quota',
  usagelimitexceeded: 'quota',
  usagelimitreached: 'quota',
};
const CODES = ['status', 'statusCode', 'httpStatus', 'code'];
const KINDS = ['type', 'kind', 'errorKind', 'errorType', 'status', 'code', 'codexErrorInfo'];

/**
 * The limit in the structure of an error by which an agent over the Agent Client Protocol ended a turn; null where it names
 * none. What the error says in words decides nothing.
 */
export function limitInError(code: number, data: unknown): TalkLimit | null {
  const places = [data, fieldOf(data, 'error'), fieldOf(data, 'details'), fieldOf(data, 'data')].filter(isRecord);
  const kind = code === TOO_MANY ? 'rate' : null;
  const named = places.flatMap((one) => kindIn(one) ?? [])[0] ?? null;
  const found = named ?? kind;
  return found === null ? null : { kind: found, again: places.map(againIn).find((one) => one !== null) ?? null };
}

/** Copilot ends its turn as if it were done then, with this as all that it says. */
const SAID = /^Error: 429\b/;

/** The limit that an agent says in words with which it ends its turn, having no structure for it; null where it says none. */
export function limitInWords(said: string): TalkLimit | null {
  return SAID.test(said) ? { kind: 'rate', again: null } : null;
}

function kindIn(place: Readonly<Record<string, unknown>>): LimitKind | null {
  for (const name of KINDS) {
    const value = place[name];
    const known = typeof value === 'string' ? NAMES[value.toLowerCase().replaceAll(/[^a-z]/g, '')] : undefined;
    if (known !== undefined) return known;
  }
  return CODES.some((name) => place[name] === TOO_MANY) ? 'rate' : null;
}

/** Waits are in seconds where their name does not say otherwise; moments in seconds since 1970. */
function againIn(place: Readonly<Record<string, unknown>>): WhenAgain {
  const number = (...names: string[]): number | null =>
    names.map((name) => place[name]).find((one): one is number => typeof one === 'number' && one > 0) ?? null;
  const ms = number('retryAfterMs', 'retry_after_ms', 'retryDelayMs');
  if (ms !== null) return { afterMs: ms };
  const seconds = number('retryAfter', 'retry_after', 'retryAfterSeconds', 'resetsInSeconds', 'resets_in_seconds');
  if (seconds !== null) return { afterMs: seconds * 1000 };
  const at = number('resetsAt', 'resets_at');
  return at === null ? null : { at: at * 1000 };
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
