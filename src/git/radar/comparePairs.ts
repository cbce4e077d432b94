import type { Comparison, Pair } from '../../core/landing/radar';
import type { Oid } from '../../core/story/stage';
import { ownName } from '../candidate/mergeTree';
import { withScratch, type Scratch } from '../candidate/scratch';
import { fullOid } from '../door/names';
import type { Repository } from '../door/repository';

/** So many pairs that git cannot merge end its process, before the rest counts as unknown. */
const MOST_TURNS = 10;

/**
 * Merges pairs of commits on trial with the attributes of `target`, all by one process; what it makes of them is thrown
 * away. `objects` is a further object store to read from.
 */
export async function comparePairs(
  repository: Repository,
  { target, pairs, objects }: { readonly target: Oid; readonly pairs: readonly Pair[]; readonly objects: string },
): Promise<Comparison[]> {
  if (pairs.length === 0) return [];
  return withScratch(repository, fullOid(target), async (scratch) => {
    const answers: Comparison[] = [];
    // A pair that git cannot merge at all (without a common ancestor) ends the process: the rest is asked afresh.
    for (let turn = 0; turn < MOST_TURNS && answers.length < pairs.length; turn += 1) {
      const { isWhole, found } = await ask(scratch, pairs.slice(answers.length), objects);
      answers.push(...found);
      if (!isWhole && answers.length < pairs.length) answers.push({ kind: 'unknown' });
    }
    return pairs.map((_, at) => answers[at] ?? { kind: 'unknown' });
  });
}

async function ask(
  scratch: Scratch,
  pairs: readonly Pair[],
  objects: string,
): Promise<{ isWhole: boolean; found: Comparison[] }> {
  const input = pairs.map(({ one, other }) => `${fullOid(one)} ${fullOid(other)}\n`).join('');
  const { code, text } = await scratch.run('merge-tree', ['--stdin', '-z', '--name-only', '--no-messages'], {
    input,
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects },
    expect: [0, 1, 128],
  });
  const found = parseComparisons(text).slice(0, pairs.length);
  return { isWhole: code === 0 && found.length === pairs.length, found };
}

/**
 * `(<status> NUL <tree> NUL (<path> NUL)* NUL)*`, see git-merge-tree(1): status 1 is clean, 0 a conflict. What was cut off
 * in the middle is left out.
 */
function parseComparisons(text: string): Comparison[] {
  const fields = text.split('\0');
  const found: Comparison[] = [];
  for (let at = 0; at + 2 < fields.length;) {
    const end = fields.indexOf('', at + 2);
    if (end === -1 || end === fields.length - 1) break;
    const files = [...new Set(fields.slice(at + 2, end).map(ownName))];
    if (fields[at] === '1') found.push({ kind: 'clean' });
    else found.push(fields[at] === '0' ? { kind: 'conflict', files } : { kind: 'unknown' });
    at = end + 1;
  }
  return found;
}
