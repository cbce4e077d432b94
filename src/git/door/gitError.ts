export interface GitFailure {
  /** The command as a person could type it, without Switchyard's fixed settings. */
  readonly command: string;
  readonly cwd: string;
  /** Exit code; null where git did not start or a signal ended it. */
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly advice?: string | undefined;
}

const LINES_SHOWN = 6;

/** git said something that nobody planned for. The message says what ran, where, what git answered and what to do. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly command: string;
  readonly cwd: string;
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(failure: GitFailure) {
    const code = failure.exitCode === null ? 'did not finish' : `ended with exit code ${failure.exitCode}`;
    const said = failure.stderr.trim().split('\n').slice(0, LINES_SHOWN).join('\n');
    const advice = failure.advice ?? 'Run it there in a terminal to look closer.';
    super(`${failure.command} ${code} in ${failure.cwd}${said === '' ? '.' : `:\n${said}`}\n${advice}`);
    this.command = failure.command;
    this.cwd = failure.cwd;
    this.exitCode = failure.exitCode;
    this.stderr = failure.stderr;
  }
}

/** The git program itself could not be started. */
export class GitMissingError extends Error {
  override readonly name = 'GitMissingError';
}

/** A folder in which Switchyard would have to throw files away is not provably Switchyard's own. */
export class ForeignTreeError extends Error {
  override readonly name = 'ForeignTreeError';
}
