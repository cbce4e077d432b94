import type { Told } from '../words/said';

/** What the views say of Doctor's findings by themselves. */
export interface DoctorNote {
  /** Errors that no other notice tells of. */
  readonly errors: number;
  /** Title of the first of them. */
  readonly first: string;
  /** Worktrees that were moved and can be linked again, each in a sentence. */
  readonly moved: readonly Told[];
}
