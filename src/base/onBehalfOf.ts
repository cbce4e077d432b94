import { AsyncLocalStorage } from 'node:async_hooks';

/** Carried along with whatever is awaited, so that a call deep below knows for whom it is made. */
const whose = new AsyncLocalStorage<string | null>();

/** Does something for one story, by its key; null where it is for all of them, or for none. */
export function onBehalfOf<T>(key: string | null, run: () => T): T {
  return whose.run(key, run);
}

/** The key of the story that this is done for; null where it is for none alone. */
export function onWhoseBehalf(): string | null {
  return whose.getStore() ?? null;
}
