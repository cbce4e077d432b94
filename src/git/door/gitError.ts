import { FixableError } from '../../base/errors';
import { readGitWords } from './gitWords';

export interface GitFailure {
  /** The command as a person could type it, without Switchyard's fixed settings. */
  readonly command: string;
  readonly cwd: string;
  /** Exit code; null where a signal ended it, or nobody knows how it ended. */
  readonly exitCode: number | null;
  readonly stderr: string;
  /** The program that did not answer, for which the call was ended. */
  readonly endedFor?: string | null | undefined;
  /** What a person can do, where the caller knows more than git does. */
  readonly advice?: string | undefined;
}

/**
 * git said something that nobody planned for. The message begins with git's own cause, then says where, what else git
 * said, and what to do. Command and exit code are for the log (`detail`).
 */
export class GitError extends FixableError {
  override readonly name = 'GitError';
  /** The cause in one line. */
  readonly reason: string;
  /** What a person can do. */
  readonly advice: string;
  /** What ran, how it ended, and all that git said. */
  readonly detail: string;
  readonly cwd: string;
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor({ command, cwd, exitCode, stderr, endedFor = null, advice }: GitFailure) {
    const ended = exitCode === null ? 'was ended before it was done' : `ended with exit code ${exitCode}`;
    const words = readGitWords(stderr);
    const reason =
      endedFor === null
        ? (words.reason ?? `git ${verbOf(command)} ${ended}`)
        : `${endedFor} did not answer, so git ${verbOf(command)} was ended`;
    const todo =
      (endedFor === null ? advice : unanswered(endedFor)) ??
      words.advice ??
      'The log has the command. Run it there in a terminal to look closer.';
    super([reason, `In ${cwd}.`, ...words.more, todo].join('\n'));
    this.reason = reason;
    this.advice = todo;
    this.detail = `${command} ${ended} in ${cwd}${stderr.trim() === '' ? '' : `:\n${stderr.trim()}`}`;
    this.cwd = cwd;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** It would wait for a person who sits nowhere, such as for a passphrase. */
function unanswered(program: string): string {
  return `Try ${program} there in a terminal. Once it works without asking anything, try again.`;
}

function verbOf(command: string): string {
  return command.split(' ')[1] ?? '';
}

/** The git program itself could not be started. */
export class GitMissingError extends FixableError {
  override readonly name = 'GitMissingError';
}

/** A folder in which Switchyard would have to throw files away is not provably Switchyard's own. */
export class ForeignTreeError extends FixableError {
  override readonly name = 'ForeignTreeError';
}
