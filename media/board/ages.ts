import type { BoardStore } from './boardStore';

const SECOND_MS = 1000;
/** Ages are looked at every so many seconds where none tells how long work goes on. */
const SLOW = 10;

/** Draws again as time goes by: each second while a card tells how long its work goes on. */
export function keepAgesTrue(store: BoardStore): void {
  let seconds = 0;
  setInterval(() => {
    seconds += 1;
    // What a board shows that hears nothing more is of the moment it last heard; ages that go on would say otherwise.
    if (store.state.host === 'silent') return;
    if (store.state.view.ages === 'seconds' || seconds % SLOW === 0) store.tick(Date.now());
  }, SECOND_MS);
}
