import type { SharingState } from '../sharing/sharingState';
import { inEnglish, say, tell, type Said, type Told } from '../words/said';

/** How sharing stands, for views: a few words, and a sentence with what follows. */
export interface SharingShown {
  /** `stopped`: it goes on only once a person has done something. */
  readonly state: 'together' | 'alone' | 'away' | 'stopped';
  readonly words: string;
  readonly line: string;
  /** The same, to be said in another language. */
  readonly said: { readonly words: readonly Said[]; readonly line: readonly Said[] | null };
}

/** Null while nothing is shared. */
export function sharingShown(sharing: SharingState | undefined): SharingShown | null {
  if (sharing === undefined || sharing.url === null) return null;
  const { url, document, held, problem, connection, peers } = sharing;
  const server = hostOf(url);
  if (held !== null) return shown('stopped', say('held'), say('What others sent is held: nothing of theirs comes in until you decide.'));
  if (problem !== null) return shown('stopped', say('not shared'), problem);
  if (connection !== 'connected')
    return shown('away', say('offline'), say('{0} is not reached now. What you change is kept, and shared once it is.', server));
  const names = [...new Set(peers.map(({ name }) => name))];
  if (names.length === 0)
    return shown('alone', say('shared'), say('Shared as the board “{0}” on {1}. Nobody else is connected now.', document, server));
  return shown('together', say('shared with {0}', { names }), say('Shared with {0} as the board “{1}” on {2}.', { names }, document, server));
} // prettier-ignore

function shown(state: SharingShown['state'], words: Said, told: Said | Told): SharingShown {
  const { message: line, said = null } = tell(told);
  return { state, words: inEnglish([words]), line, said: { words: [words], line: said } };
}

/** A path may hold what is nobody's business. */
function hostOf(url: string): string {
  return /^wss?:\/\/(?:[^/@]*@)?([^/?#]+)/.exec(url)?.[1] ?? url;
}
