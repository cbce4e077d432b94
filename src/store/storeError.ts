import { FixableError } from '../base/errors';
import { messageOf } from '../base/messageOf';
import { asWritten, inEnglish, say, type Said } from '../core/words/said';

/**
 * What stopped the store. `damaged` and `foreign` are about the files themselves, `deleted` is about a story that may not be
 * written to any more, the others are about the disk.
 */
export type StoreErrorKind =
  | 'diskFull'
  | 'notWritable'
  | 'damaged'
  | 'foreign'
  | 'closed'
  | 'badId'
  | 'deleted'
  | 'failed';

/** A failure that a person can act on: its message says what failed, where, and what to do next. */
export class StoreError extends FixableError {
  override readonly name = 'StoreError';

  constructor(
    readonly kind: StoreErrorKind,
    message: string,
    options?: ErrorOptions,
    /** Its message, to be said in another language. */
    readonly said?: readonly Said[],
  ) {
    super(message, options);
  }
}

/** The `code` of a Node system error such as `ENOENT`, undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a full or read-only disk says. */
const DISK_CODES: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** What a file or folder says that may not be written to. A program that may not be run says the same. */
const PERMISSION_CODES: readonly string[] = ['EACCES', 'EPERM'];

/**
 * The error of a full or read-only disk that an error is, or came of; null where there is none. A missing permission is
 * one only where it is about a path of ours.
 */
export function diskErrorIn(error: unknown, isOurs: (path: string) => boolean): Error | null {
  for (let one = error; one instanceof Error; one = one.cause) {
    const [code, path] = [errorCode(one) ?? '', pathOf(one)];
    if (DISK_CODES.includes(code)) return one;
    if (PERMISSION_CODES.includes(code) && path !== null && isOurs(path)) return one;
  }
  return null;
}

/** The path that a system error is about; null where it names none. */
export function pathOf(error: Error): string | null {
  return 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/**
 * Explains a failed file operation. `what` is a sentence without its full stop (`The change was not saved`),
 * `where` the file or folder. An error that is explained already is passed on.
 */
export function explainDiskError(what: string | Said, where: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { kind, reason, advice } = cause(error);
  const said = [say('{0}: {1} ({2}).', typeof what === 'string' ? say(what) : what, reason, where), advice];
  return new StoreError(kind, inEnglish(said), { cause: error }, said);
}

function cause(error: unknown): { kind: StoreErrorKind; reason: Said; advice: Said } {
  switch (errorCode(error) ?? '') {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return {
        kind: 'diskFull',
        reason: say('the disk is full'),
        advice: say('Free some space: what waits for it then goes on by itself. What was saved before is safe.'),
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        kind: 'notWritable',
        reason: say('it cannot be written to'),
        advice: say('Make this path a folder that you may write to, on a disk that is not read-only: what waits for it then goes on by itself.'), // prettier-ignore
      };
    default:
      return {
        kind: 'failed',
        reason: asWritten(messageOf(error)),
        advice: say('Look at the disk and the permissions of this path, then try again.'),
      };
  }
}
