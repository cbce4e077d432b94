import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

export interface BlobRequest {
  readonly oid: Oid;
  readonly want: 'size' | 'contents';
}

/** `size` in bytes; `data` where contents were asked for. */
export interface Blob {
  readonly size: number;
  readonly data: Buffer | null;
}

/** Sizes and contents of blobs in one process, in order; null for one that is missing, as in a partial clone. */
export async function readBlobs(repository: Repository, requests: readonly BlobRequest[]): Promise<(Blob | null)[]> {
  if (requests.length === 0) return [];
  const input = requests.map(({ oid, want }) => `${want === 'size' ? 'info' : 'contents'} ${fullOid(oid)}\n`).join('');
  const { stdout } = await runBare(repository, 'cat-file', ['--batch-command'], { input });
  let at = 0;
  return requests.map(({ want }) => {
    const end = stdout.indexOf('\n', at);
    const [, type, size = ''] = stdout.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') return null;
    if (want === 'size') return { size: Number(size), data: null };
    const data = stdout.subarray(at, at + Number(size));
    at += data.length + 1;
    return { size: data.length, data };
  });
}
