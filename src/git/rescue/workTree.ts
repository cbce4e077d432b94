import type { Oid } from '../../core/story/stage';
import { WHOLE_TREE } from '../trees/fillTree';
import type { Repository } from '../door/repository';
import type { GitResult, RunOptions } from '../door/run';
import type { Verb } from '../door/verbs';

/** A linked worktree whose work is looked at. git is told both folders, whatever links they have at the moment. */
export interface WorkTree {
  readonly repository: Repository;
  /** Folder of the files; null where it is gone. */
  readonly folder: string | null;
  /** Its private git dir. */
  readonly gitDir: string;
  /** It was renamed, so that the links of its submodules lead nowhere and git cannot look into them. */
  readonly isAside?: true;
}

/** Output of git with names as bytes. */
export async function runInWorkTree(
  { repository, folder, gitDir }: WorkTree,
  verb: Verb,
  args: readonly string[],
  options: Omit<RunOptions, 'cwd'> = {},
): Promise<GitResult & { readonly bytes: string }> {
  const place = folder === null ? {} : { GIT_WORK_TREE: folder };
  const result = await repository.git.run(verb, args, {
    ...options,
    cwd: folder ?? gitDir,
    env: { GIT_DIR: gitDir, ...place, ...options.env },
    config: [...WHOLE_TREE.filter((one) => !one.startsWith('core.sparseCheckout')), ...(options.config ?? [])],
  });
  return { ...result, bytes: result.stdout.toString('latin1') };
}

/** An entry of an index. `tag` is git's letter: `S` for one that is not checked out, a small one where git does not look. */
export interface IndexEntry {
  readonly tag: string;
  readonly mode: string;
  readonly oid: Oid;
  /** 0, or 1 to 3 for the sides of a conflict. */
  readonly stage: number;
  /** As bytes: see `byteNames`. */
  readonly name: string;
}

/** Reads `ls-files -s -v -z`. */
export function parseIndex(bytes: string): IndexEntry[] {
  return bytes.split('\0').flatMap((line) => {
    const [, tag = '', mode = '', oid = '', stage = '', name = ''] =
      /^(\S) (\d{6}) ([0-9a-f]+) (\d)\t([^]*)$/.exec(line) ?? [];
    return name === '' ? [] : [{ tag, mode, oid, stage: Number(stage), name }];
  });
}
