import type { Repository } from '../door/repository';
import { splitFields } from '../door/names';
import { onDisk } from '../read/freshCheckout';
import { filteredId } from './halfDone';
import type { IncomingChange } from './incoming';

/**
 * Changes of a person's that `git status` does not show, where a landing changes or deletes a file: of files that git was
 * told not to look at (skip-worktree, assume-unchanged), and of files that left the index and are ignored now. Asked when
 * git has refused, to name them.
 */
export async function hiddenChanges(
  repository: Repository,
  top: string,
  incoming: readonly IncomingChange[],
): Promise<string[]> {
  const known = incoming.filter(({ oldMode }) => oldMode.startsWith('1') && oldMode !== '160000');
  const { text } = await repository.git.run('ls-files', ['-v', '-z'], { cwd: top });
  // One letter, a blank, the path. A small letter: assumed to be unchanged. S: not looked at.
  const tags = new Map(splitFields(text).map((record) => [record.slice(2), record.charAt(0)]));
  const [found, untouched]: [string[], string[]] = [[], []];
  for (const { path, oldMode, oldOid } of known) {
    const tag = tags.get(path);
    if (tag === 'H') continue;
    const now = await onDisk(top, path, repository.objectFormat);
    if (now.kind === 'missing') continue;
    const isSameKind = now.kind === (oldMode === '120000' ? 'link' : 'file');
    const isAsBefore =
      isSameKind &&
      (now.oid === oldOid || (now.kind === 'file' && (await filteredId(repository, top, path)) === oldOid));
    (tag === undefined || !isAsBefore ? found : untouched).push(path);
  }
  // git goes by its notes on a file that it may not look at, and can refuse one with the old bytes too.
  return (found.length > 0 ? found : untouched).sort();
}
