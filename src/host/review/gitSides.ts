import { pathWithin } from '../../base/pathWithin';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { RepositoryHost } from '../repositoryHost';
import type { OpenReview } from './openReviews';

/** A file of a review, on one of its sides; `path` with `/`. */
export interface ReviewSide {
  readonly side: 'story' | 'base';
  readonly path: string;
}

/** What the Git extension writes into the addresses of files at a commit. */
const querySchema = z.object({ path: z.string(), ref: z.string() });

/** Which file on which side of a review an address of the Git extension is; null for any other. */
export function placeIn(host: RepositoryHost, { base, tip, shows }: OpenReview, uri: vscode.Uri): ReviewSide | null {
  const root = host.repository?.rootUri.fsPath;
  if (uri.scheme !== 'git' || root === undefined) return null;
  const query = querySchema.safeParse(read(uri.query));
  if (!query.success) return null;
  const { ref, path: file } = query.data;
  // What came since an earlier look is compared with that look, which is not where the story began.
  const side = ref === tip ? 'story' : ref === base && shows === 'all' ? 'base' : null;
  const inside = pathWithin(root, file);
  return side === null || inside === null || inside === '.' ? null : { side, path: inside };
}

/** The address of a file of a review; null where that side is not shown. */
export function uriOf(host: RepositoryHost, { base, tip, shows }: OpenReview, place: ReviewSide): vscode.Uri | null {
  const { api, repository } = host;
  if (api === null || repository === null || (place.side === 'base' && shows === 'new')) return null;
  const file = vscode.Uri.joinPath(repository.rootUri, ...place.path.split('/'));
  return api.toGitUri(file, place.side === 'story' ? tip : base);
}

function read(query: string): unknown {
  try {
    return JSON.parse(query);
  } catch {
    return null;
  }
}
