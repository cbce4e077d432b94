import './withoutEval';
import { render } from 'preact';
import { LOST_KEYS } from '../../src/protocol/lostKeys';
import { keepAgesTrue } from './ages';
import { App } from './app';
import { boardKey } from './boardKeys';
import './board.css';
import { BoardStore } from './boardStore';
import { keepFocus, openChannel, reportErrors } from './channel';
import { watchDragging } from './dragging';
import { linkHost } from './hostLink';
import { Intents } from './intents';
import { watchHost } from './pulse';
import { cardElement } from './places';
import { focusStory, showModel } from './receive';
import { readSavedState } from './savedState';
import { setStrings } from './strings';

/** The page's one entry: it draws what the host sends, and sends what the person asks for. */
function start(root: HTMLElement): void {
  const channel = openChannel();
  const store = new BoardStore(
    readSavedState(channel.readSaved()),
    Date.now(),
    (state) => channel.save(state),
    (state) => render(<App state={state} store={store} intents={intents} />, root),
  );
  const host = linkHost(channel, {
    shown: ({ model }) => model !== null && showModel(model, store, intents),
    strings: ({ strings }) => {
      setStrings(strings);
      store.tick(Date.now());
    },
    overview: (overview) => store.showOverview(overview),
    filters: ({ filters }) => store.showFilters(filters),
    turnTo: ({ page }) => (page === 'overview' ? intents.showOverview() : store.turnTo(page)),
    announce: ({ text }) => store.announce(text),
    focusStory: ({ key }) => {
      store.turnTo('board');
      focusStory(key, store);
    },
  });
  const intents = new Intents(store, host);
  reportErrors((text) => host.notify('problem', { text }));
  document.addEventListener('keydown', (event) => boardKey(event, store, intents));
  keepFocus(
    () => channel.send(LOST_KEYS),
    () => (store.state.active === null ? null : cardElement(store.state.active)),
  );
  watchDragging(store, (carry) => intents.put(carry));
  store.tick(Date.now());
  keepAgesTrue(store);
  watchHost(
    async () => (await host.request('ping', {})).kind === 'answered',
    (state) => store.hostBecame(state),
  );
  host.notify('ready', {});
}

const root = document.getElementById('root');
if (root !== null) start(root);
