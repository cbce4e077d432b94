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

/** Looks once after the start at what is known without a process, and has the views say what matters. */
export function lookQuietly({ engine, doctor, clock, log }: QuietLook): Disposable {
  let timer: Disposable;
  const look = async (): Promise<void> => {
    const commands = engine.commands();
    // Until the first round is through, as behind a trusted workspace whose git hangs, nothing is known.
    if (commands === null) wait();
    else engine.noteDoctor(noteOf(await doctor.lookAtKnown(commands)));
  };
  const wait = (): void => {
    timer = clock.after(AFTER_MS, () => {
      look().catch((error: unknown) => log.warn(`[doctor] ${messageOf(error)}`));
    });
  };
  wait();
  return { dispose: () => timer.dispose() };
}
