import './withoutEval';
import { render } from 'preact';
import { App } from './app';
import { boardKey } from './boardKeys';
import './board.css';
import { BoardStore } from './boardStore';
import { openChannel, reportErrors } from './channel';
import { Intents } from './intents';
import { receive } from './receive';
import { readSavedState } from './savedState';

const AGE_REFRESH_MS = 10_000;

/** The page's one entry: it draws what the host sends, and sends what the person asks for. */
function start(root: HTMLElement): void {
  const channel = openChannel();
  reportErrors(channel);
  const store = new BoardStore(
    readSavedState(channel.readSaved()),
    Date.now(),
    (state) => channel.save(state),
    (state) => render(<App state={state} store={store} intents={intents} />, root),
  );
  const intents = new Intents(store, (message) => channel.send(message));
  document.addEventListener('keydown', (event) => boardKey(event, store, intents));
  channel.listen((message) => receive(message, store, intents));
  store.tick(Date.now());
  setInterval(() => store.tick(Date.now()), AGE_REFRESH_MS);
  channel.send({ type: 'ready' });
}

const root = document.getElementById('root');
if (root !== null) start(root);
