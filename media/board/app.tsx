import { cardMenuRequest } from './boardKeys';
import type { BoardState, BoardStore } from './boardStore';
import { CardMenu } from './cardMenu';
import { Columns } from './columns';
import { Flow } from './flow';
import { Header } from './header';
import type { Intents } from './intents';
import { Lane } from './lane';
import { Notices } from './notices';
import { keyAt } from './places';
import { OverviewTable } from './overviewView';
import { Past } from './past';
import { SelectionBar } from './selectionBar';
import { selectByClick } from './selectByClick';
import { t } from './strings';

interface AppProps {
  readonly state: BoardState;
  readonly store: BoardStore;
  readonly intents: Intents;
}

export function App({ state, store, intents }: AppProps) {
  const activate = (event: FocusEvent): void => {
    const key = keyAt(event.target);
    if (key !== null) store.activate(key);
  };
  const openByDoubleClick = (event: MouseEvent): void => {
    const key = keyAt(event.target);
    const isButton = event.target instanceof Element && event.target.closest('button, .open') !== null;
    if (key !== null && !isButton) intents.open(key);
  };
  return (
    <div
      class={`board${state.host === 'silent' ? ' still' : ''}${state.carry === null ? '' : ' carrying'}`}
      onClick={(event) => selectByClick(event, store)}
      onContextMenu={(event) => cardMenuRequest(event, store, intents)}
      onFocusIn={activate}
      onDblClick={openByDoubleClick}
    >
      <Header state={state} store={store} intents={intents} />
      <main>
        {state.page === 'overview' ? (
          <OverviewTable state={state} intents={intents} />
        ) : (
          <Stories state={state} store={store} intents={intents} />
        )}
        {state.menu !== null && <CardMenu menu={state.menu} store={store} intents={intents} />}
      </main>
      <div class="spoken" role="log" aria-live="polite">
        <span key={state.said.turn}>{state.said.text}</span>
      </div>
    </div>
  );
}

/** The board of one repository. */
function Stories({ state, store, intents }: AppProps) {
  return (
    <>
      {state.model !== null && state.past === null && <Lane model={state.model} store={store} />}
      <Notices notices={state.past === null ? (state.model?.notices ?? []) : []} host={state.host} intents={intents} />
      <Past state={state} intents={intents} />
      <SelectionBar state={state} store={store} intents={intents} />
      {state.model === null ? (
        <p class="nothing">{t('Reading the stories …')}</p>
      ) : state.flow !== null ? (
        <Flow state={state} store={store} intents={intents} />
      ) : (
        <Columns state={state} store={store} intents={intents} />
      )}
    </>
  );
}
