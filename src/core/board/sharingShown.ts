import type { SharingState } from '../sharing/sharingState';
import { namesOf } from '../words/durations';

/** How sharing stands, for views: a few words, and a sentence with what follows. */
export interface SharingShown {
  /** `stopped`: it goes on only once a person has done something. */
  readonly state: 'together' | 'alone' | 'away' | 'stopped';
  readonly words: string;
  readonly line: string;
}

/** Null while nothing is shared. */
export function sharingShown(sharing: SharingState | undefined): SharingShown | null {
  if (sharing === undefined || sharing.url === null) return null;
  const { url, document, held, problem, connection, peers } = sharing;
  const server = hostOf(url);
  if (held !== null) return { state: 'stopped', words: 'held', line: 'What others sent is held: nothing of theirs comes in until you decide.' };
  if (problem !== null) return { state: 'stopped', words: 'not shared', line: problem };
  if (connection !== 'connected')
    return { state: 'away', words: 'offline', line: `${server} is not reached now. What you change is kept, and shared once it is.` };
  const names = namesOf([...new Set(peers.map(({ name }) => name))]);
  const where = `the board “${document}” on ${server}`;
  if (names === '') return { state: 'alone', words: 'shared', line: `Shared as ${where}. Nobody else is connected now.` };
  return { state: 'together', words: `with ${names}`, line: `Shared with ${names} as ${where}.` };
} // prettier-ignore

/** A path may hold what is nobody's business. */
function hostOf(url: string): string {
  return /^wss?:\/\/(?:[^/@]*@)?([^/?#]+)/.exec(url)?.[1] ?? url;
}
