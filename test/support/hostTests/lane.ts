import type { RunScope } from '../runScope';

/** One suite in one real extension host. */
export interface HostRun {
  readonly scope: RunScope;
  /** The git repository that the window opens. */
  readonly repository: string;
  /** The bundled module whose `run()` the host calls. */
  readonly testModule: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A way to get a real extension host. */
export interface Lane {
  /** What runs, for the log: product, version and where it came from. */
  readonly name: string;
  /** `undefined` where the version is known only from inside. */
  readonly vscodeVersion: string | undefined;
  /** Resolves when the host has called `run()` and it came back, or when no host will. The report says the rest. */
  runTests(run: HostRun): Promise<void>;
}
