import { namesOf } from '../words/durations';
import { firstLine } from '../words/firstLine';

/** What came of moving the target forward to what its remote has. */
export type Pulled =
  | { readonly kind: 'moved' }
  /** It had all of that already. */
  | { readonly kind: 'here' }
  /** Both have commits that the other lacks. */
  | { readonly kind: 'diverged' }
  | { readonly kind: 'waiting'; readonly why: string; readonly files: readonly string[] }
  /** The remote was not reached. `said`: what git printed. */
  | { readonly kind: 'unreachable' | 'signIn' | 'failed'; readonly said: string }
  | { readonly kind: 'notLeading' | 'cancelled' };

/** Says that, with what comes next. Names are short: `main`, `origin/main`. */
export function pullWords(pulled: Pulled, { target, upstream }: { readonly target: string; readonly upstream: string }): string {
  switch (pulled.kind) {
    case 'moved':
      return `${target} has moved forward to ${upstream}.`;
    case 'here':
      return `${target} has all that ${upstream} has.`;
    case 'diverged':
      return `${target} has commits that ${upstream} lacks, so it cannot just move forward. Merge by hand, or say Push Target: a story then brings in what is there, through the gates.`;
    case 'waiting': {
      const files = pulled.files.length === 0 ? '' : ` ${namesOf(pulled.files)}: commit them or put them aside, then pull again.`;
      return `${target} was not moved: ${pulled.why}${files}`;
    }
    case 'unreachable':
      return `${upstream} cannot be reached.${quoted(pulled.said)} Look at the network and at the remote's address, then pull again.`;
    case 'signIn':
      return `${upstream} asks who you are and did not accept the answer.${quoted(pulled.said)} Sign in, then pull again.`;
    case 'failed':
      return `${upstream} could not be fetched.${quoted(pulled.said)} Fetch it yourself to see more.`;
    case 'cancelled':
      return `The pull was cancelled, and ${target} is where it was.`;
    case 'notLeading':
      return "Another window leads this repository now. Pull again.";
    default:
      return pulled satisfies never;
  }
} // prettier-ignore

function quoted(said: string): string {
  const line = firstLine(said);
  return line === '' ? '' : ` It said: ${line}.`;
}
