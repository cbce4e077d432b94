import { say, sayTold, type Said, type Told } from '../words/said';
import { quotedWords } from './push';

/** What came of moving the target forward to what its remote has. */
export type Pulled =
  | { readonly kind: 'moved' }
  /** It had all of that already. */
  | { readonly kind: 'here' }
  /** Both have commits that the other lacks. */
  | { readonly kind: 'diverged' }
  | { readonly kind: 'waiting'; readonly why: Told; readonly files: readonly string[] }
  /** The remote was not reached. `said`: what git printed. */
  | { readonly kind: 'unreachable' | 'signIn' | 'failed'; readonly said: string }
  | { readonly kind: 'notLeading' | 'cancelled' };

/** Says that, with what comes next. Names are short: `main`, `origin/main`. */
export function pullWords(pulled: Pulled, { target, upstream }: { readonly target: string; readonly upstream: string }): Said[] {
  switch (pulled.kind) {
    case 'moved':
      return [say('{0} has moved forward to {1}.', target, upstream)];
    case 'here':
      return [say('{0} has all that {1} has.', target, upstream)];
    case 'diverged':
      return [
        say('{0} has commits that {1} lacks, so it cannot just move forward.', target, upstream),
        say('Merge by hand, or say Push Target: a story then brings in what is there, through the gates.'),
      ];
    case 'waiting': {
      const { why, files } = pulled;
      const names = files.length === 0 ? [] : [say('{0}: commit them or put them aside, then pull again.', { names: files })];
      return [say('{0} was not moved.', target), ...sayTold(why), ...names];
    }
    case 'unreachable':
      return [say('{0} cannot be reached.', upstream), ...quotedWords(pulled.said), say("Look at the network and at the remote's address, then pull again.")];
    case 'signIn':
      return [say('{0} asks who you are and did not accept the answer.', upstream), ...quotedWords(pulled.said), say('Sign in, then pull again.')];
    case 'failed':
      return [say('{0} could not be fetched.', upstream), ...quotedWords(pulled.said), say('Fetch it yourself to see more.')];
    case 'cancelled':
      return [say('The pull was cancelled, and {0} is where it was.', target)];
    case 'notLeading':
      return [say('Another window leads this repository now. Pull again.')];
    default:
      return pulled satisfies never;
  }
} // prettier-ignore
