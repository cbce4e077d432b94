import path from 'node:path';
import * as z from 'zod/mini';
import { folderIdSchema, isSameFolder, type FolderId } from './folderId';

/**
 * Where a leader listens. Beside its claim it is named without a path, so that a copy of the folder means a socket of
 * the copy, which nobody listens on. Anywhere else it is bound to the folder that it was claimed in.
 */
const socketPlaceSchema = z.discriminatedUnion('at', [
  z.object({ at: z.literal('folder'), name: z.string().check(z.regex(/^[0-9a-f]+\.sock$/)) }),
  z.object({ at: z.literal('elsewhere'), path: z.string().check(z.minLength(1)), folder: folderIdSchema }),
]);
export type SocketPlace = z.infer<typeof socketPlaceSchema>;

/** Who claimed an epoch. Whoever shows `token` at the socket may command it; the file is for its owner alone. */
export const holderSchema = z.object({
  socket: socketPlaceSchema,
  token: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  pid: z.int(),
  startedAt: z.iso.datetime(),
});
export type Holder = z.infer<typeof holderSchema>;

/** A claimed epoch; `holder` is null where its file does not say (damaged, or not written to the end). */
export interface Claim {
  readonly epoch: number;
  readonly holder: Holder | null;
}

/** The address to knock at, seen from this folder; null where the claim was made for another one. */
export function addressOf(socket: SocketPlace, folder: string, id: FolderId): string | null {
  if (socket.at === 'folder') return path.join(folder, socket.name);
  return isSameFolder(socket.folder, id) ? socket.path : null;
}
