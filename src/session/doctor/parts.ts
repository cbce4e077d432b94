import type { Permission } from '../../core/pipeline/facts';
import type { RepositoryFacts } from '../../core/doctor/facts';
import type { EngineSettings } from '../../engine/ports';
import type { Clock } from '../../ports/clock';
import type { GitPort } from '../../ports/git';
import type { Log } from '../../ports/log';
import type { JobJournal, RunFindings, StoreHealth, StoryStore } from '../../ports/store';
import type { Said } from '../../core/words/said';
import type { ProcessPlatform } from '../../processes/platform';

/** A store that is open in this window, which leads. */
export interface OpenedParts {
  readonly stories: StoryStore;
  readonly content: {
    read(id: string): Promise<string | null>;
    renumber(key: string, number: number): Promise<void>;
  };
  readonly jobs: JobJournal;
  readonly shadow: { writeAnew(): Promise<void> };
  readonly health: StoreHealth;
  readonly findings: RunFindings;
  readonly liveRuns: () => readonly string[];
  /** Starts no work: makes the worktree of a story in Coding again. A sentence where it could not. */
  readonly remakeWorktree: (key: string) => Promise<Said | null>;
}

/** Readings of the machine; a test hands in those of another one. */
export interface Probes {
  /** Bytes that this person may still write on the disk of a folder; null where the system does not say. */
  readonly freeBytes: (folder: string) => Promise<number | null>;
  /** Whether a folder can be written to, by what the system says of it. */
  readonly writing: (folder: string) => Promise<'writable' | 'readOnly' | 'noPermission'>;
  /** Number of the person whose processes these are; null where the system has none. */
  readonly me: () => number | null;
  /** The system's list of mounts; null where it has none. */
  readonly mounts: () => Promise<string | null>;
}

/** What Doctor looks at a repository with. */
export interface DoctorParts {
  /** Where the workspace is. */
  readonly folder: string;
  /** Null: no program may be started, so only files are looked at. */
  readonly git: GitPort | null;
  readonly repository: RepositoryFacts;
  readonly place: RepositoryPlace | null;
  readonly settings: () => EngineSettings;
  readonly permission: (subject: string) => Permission;
  readonly clock: Clock;
  readonly log: Log;
  readonly platform: ProcessPlatform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null while no store is open here. */
  readonly opened: OpenedParts | null;
  readonly probes: Probes;
}

/** Absolute paths. */
export interface RepositoryPlace {
  readonly commonDir: string;
  readonly main: string;
  /** Where stories get their worktrees. */
  readonly home: string;
}
