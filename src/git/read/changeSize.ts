import type { ChangeSize } from '../../ports/candidates';
import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { mergeBase } from './refs';

/** See `Candidates.changeSize`. Lines of binary files count as none. */
export async function changeSize(repository: Repository, base: Oid, tip: Oid): Promise<ChangeSize> {
  const from = (await mergeBase(repository, base, tip)) ?? fullOid(base);
  const how = ['-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--numstat', '-z', '--end-of-options'];
  const { text } = await runBare(repository, 'diff-tree', [...how, from, fullOid(tip)]);
  const rows = splitFields(text).map((row) =>
    row
      .split('\t')
      .slice(0, 2)
      .map((one) => (one === '-' ? 0 : Number(one))),
  );
  const sum = (column: number): number => rows.reduce((all, row) => all + (row[column] ?? 0), 0);
  return { files: rows.length, added: sum(0), removed: sum(1) };
}
