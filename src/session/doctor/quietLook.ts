import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import { noteOf } from '../../core/doctor/note';
import type { Engine } from '../../engine/engine';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { Doctor } from './doctor';

/** How long (ms) after the start, so that it holds nothing up. */
const AFTER_MS = 3000;

interface QuietLook {
  readonly engine: Pick<Engine, 'commands' | 'noteDoctor'>;
  readonly doctor: Pick<Doctor, 'lookAtKnown'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Looks after the start at what is known without a process, and has the views say what matters. What is found is told once
 * another look has found it too: the record of a worktree that is just being made lacks files, and is whole a moment later. One
 * that fails, as under a disk that is busy, is made again.
 */
export function lookQuietly({ engine, doctor, clock, log }: QuietLook): Disposable {
  let timer: Disposable;
  let isOver = false;
  let before: string | null = null;
  /** Why the last look failed; null where it did not. */
  let failed: string | null = null;
  const look = async (): Promise<void> => {
    const commands = engine.commands();
    // Until the first round is through, as behind a trusted workspace whose git hangs, nothing is known.
    if (commands === null) return wait();
    const note = noteOf(await doctor.lookAtKnown(commands));
    failed = null;
    if (isOver) return;
    const found = JSON.stringify(note);
    if (note === null || found === before) return engine.noteDoctor(note);
    before = found;
    wait();
  };
  const wait = (): void => {
    if (isOver) return;
    timer = clock.after(AFTER_MS, () => {
      look().catch((error: unknown) => {
        const why = messageOf(error);
        if (why !== failed) log.warn(`[doctor] ${why}`);
        failed = why;
        wait();
      });
    });
  };
  wait();
  return {
    dispose: () => {
      isOver = true;
      timer.dispose();
    },
  };
}
