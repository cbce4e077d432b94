import type { Disposable } from '../base/disposable';

/** A git call that has lasted so long that a person should know what it waits for. */
export interface WaitingCall {
  /** `commit-tree`, `merge`. */
  readonly verb: string;
  /** Name of the program that git itself waits for, such as `gpg` or a filter; `git <verb>` where there is none to see. */
  readonly program: string;
  /** Where it runs. */
  readonly cwd: string;
  /** When it began, in ms since 1970. */
  readonly since: number;
  /** Key of the story that it is made for; null where it is for several, or for none. */
  readonly story: string | null;
  /** Ends it with all it has started. Its caller gets an error that names the program. */
  readonly cancel: () => void;
}

/** What git is at work on for too long. */
export interface GitCalls {
  waitingCalls(): readonly WaitingCall[];
  /** Called after each change of that list. */
  onWaiting(listener: () => void): Disposable;
}
