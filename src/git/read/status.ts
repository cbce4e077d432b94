import { splitFields } from '../door/names';

/** One path that differs in a work tree: from HEAD in the index, from the index on disk, or unknown to both. */
export interface StatusEntry {
  readonly path: string;
  readonly kind: 'tracked' | 'unmerged' | 'untracked' | 'ignored';
  /** The two letters of git-status(1): index, then work tree; `.` for unchanged. */
  readonly letters: string;
  /** What the index holds; `000000` where it holds nothing. */
  readonly indexMode: string;
  readonly indexOid: string;
  /** Mode in the work tree as git sees it; `000000` where nothing is there, or git does not say. */
  readonly workMode: string;
}

/** Reads `status --porcelain=v2 -z --no-renames`. Header lines (`# …`) are skipped. */
export function parseStatus(text: string): StatusEntry[] {
  return splitFields(text).flatMap((record): StatusEntry[] => {
    const blank = { indexMode: '000000', indexOid: '', workMode: '000000' };
    switch (record.charAt(0)) {
      case '?':
        return [{ ...blank, path: withoutSlash(record.slice(2)), kind: 'untracked', letters: '??' }];
      case '!':
        return [{ ...blank, path: withoutSlash(record.slice(2)), kind: 'ignored', letters: '!!' }];
      case '1': {
        const [, letters = '', , , indexMode = '', workMode = '', , indexOid = ''] = record.split(' ', 8);
        return [{ path: afterBlanks(record, 8), kind: 'tracked', letters, indexMode, indexOid, workMode }];
      }
      case 'u':
        return [{ ...blank, path: afterBlanks(record, 10), kind: 'unmerged', letters: record.slice(2, 4) }];
      default:
        return [];
    }
  });
}

/** The path is the last field and may hold blanks itself. */
function afterBlanks(record: string, count: number): string {
  let at = 0;
  for (let seen = 0; seen < count; seen += 1) at = record.indexOf(' ', at) + 1;
  return record.slice(at);
}

/** A repository inside the work tree is listed as a folder. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
