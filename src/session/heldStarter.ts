import type { Disposable } from '../base/disposable';
import type { Log } from '../ports/log';
import { directStarter } from '../processes/directStarter';
import { SpawnerStarter } from '../processes/spawner/spawnerStarter';
import type { Starter } from '../processes/starter';

/** How programs are started, for as long as it is held. */
export interface HeldStarter extends Disposable {
  readonly starter: Starter;
}

interface Shared {
  readonly starter: SpawnerStarter;
  holders: number;
}

/** One spawner serves all repositories of a window. */
const shared = new Map<string, Shared>();

/**
 * The starter of this bundle of the spawner; the last who lets go of it ends the spawner. Null stands for starting
 * programs from this process.
 */
export function holdStarter(bundle: string | null, log: Log): HeldStarter {
  if (bundle === null) return { starter: directStarter, dispose: () => undefined };
  const one = shared.get(bundle) ?? { starter: new SpawnerStarter({ bundle, log }), holders: 0 };
  shared.set(bundle, one);
  one.holders += 1;
  let held = true;
  return {
    starter: one.starter,
    dispose: () => {
      if (!held) return;
      held = false;
      one.holders -= 1;
      if (one.holders > 0) return;
      shared.delete(bundle);
      one.starter.dispose();
    },
  };
}
