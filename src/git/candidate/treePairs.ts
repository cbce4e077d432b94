import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import type { GitResult, RunOptions } from '../door/run';
import type { Verb } from '../door/verbs';
import { parseRawChange, type IncomingChange } from '../landing/incoming';

/** Two states to compare: two trees, or two commits by their trees. */
export interface TreePair {
  readonly from: Oid;
  readonly to: Oid;
  readonly as: 'trees' | 'commits';
}

export type Run = (verb: Verb, args: readonly string[], options?: Omit<RunOptions, 'cwd'>) => Promise<GitResult>;

/** A line that is no object id is repeated by git as it is, and so tells where an answer begins. */
const MARK = 'pair';

/** What differs between the states of each pair, path by path, all in one process. */
export async function changesOfPairs(run: Run, pairs: readonly TreePair[]): Promise<IncomingChange[][]> {
  if (pairs.length === 0) return [];
  const lines = pairs.map(({ from, to, as }) => {
    const [one, other] = as === 'trees' ? [from, to] : [to, from];
    return `${MARK}\n${fullOid(one)} ${fullOid(other)}\n`;
  });
  const args = ['--stdin', '-r', '-z', '--no-commit-id', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const { text } = await run('diff-tree', args, { input: lines.join('') });
  return parsePairs(text);
}

/** `pair LF [<tree> <tree> LF] (:<modes, ids, status> NUL <path> NUL)*`, once for each pair. */
function parsePairs(text: string): IncomingChange[][] {
  const found: IncomingChange[][] = [];
  for (let at = 0; at < text.length;) {
    if (text.startsWith(`${MARK}\n`, at)) {
      found.push([]);
      at += MARK.length + 1;
    } else if (text.startsWith(':', at)) {
      const [middle, end] = [text.indexOf('\0', at), text.indexOf('\0', text.indexOf('\0', at) + 1)];
      found.at(-1)?.push(parseRawChange(text.slice(at, middle), text.slice(middle + 1, end)));
      at = end + 1;
    } else {
      at = text.indexOf('\n', at) + 1;
      if (at === 0) break;
    }
  }
  return found;
}
