/**
 * The three ways in which something can go wrong, and the one place that names them:
 *
 * - **expected**: what a caller must act on is a value with a `kind`, never an error.
 * - **fixable**: only a person can mend it. It is thrown as a `FixableError` and shown: the first line of its message is
 *   the reason, alone enough for a card; what follows says where, and what to do next. `StoreError`, `GitError`,
 *   `GitMissingError` and `ForeignTreeError` are such.
 * - **bug**: any other error. It is logged with its stack and shown once.
 *
 * What is decided by an error is decided by its class and its fields, never by its words.
 */
export class FixableError extends Error {
  override readonly name: string = 'FixableError';
}

/** A folder that something was to happen in has been deleted, moved or renamed. */
export class FolderGoneError extends FixableError {
  override readonly name = 'FolderGoneError';

  constructor(readonly folder: string) {
    super(
      `The folder ${folder} is not there any more\n` +
        'If it was moved or renamed, move it back or open it in its new place. If it was deleted, start the story again.',
    );
  }
}
