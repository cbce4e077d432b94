import type { Quarantine } from '../core/gates/quarantine';
import type { VerdictKey, VerdictRecord } from '../core/gates/verdictRecord';

/** Every verdict of every gate: what was proven of which tree, and by what. */
export interface Verdicts {
  /** Known at once, and on disk soon after. Returns at once and never fails: no run waits for it. */
  note(record: VerdictRecord): void;
  /** What this very gate said of this very tree, the oldest first. */
  known(key: VerdictKey): readonly VerdictRecord[];
  /** The last runs of gates, the newest first. */
  recent(limit: number): readonly VerdictRecord[];
  /** From `at` (ISO 8601) on, no verdict of a run that began earlier is taken for this story. */
  askAgain(story: { readonly key: string; readonly number: number }, at: string): void;
  /** When that was asked last; null where it never was. */
  askedAgain(storyKey: string): string | null;
}

/** Gates and single tests that a person has quarantined. A call resolves when it is on disk, and rejects with nothing changed. */
export interface Quarantines {
  list(): readonly Quarantine[];
  begin(quarantine: Quarantine): Promise<void>;
  /** Its red stops again. */
  end(one: Pick<Quarantine, 'gate' | 'test'>): Promise<void>;
}
