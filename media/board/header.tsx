import type { BoardState, BoardStore } from './boardStore';
import { PILLS } from './filter';
import { Icon } from './icons';
import type { Intents } from './intents';
import { RepositorySwitch } from './repositorySwitch';
import { t } from './strings';
import { pillWord } from './words';

export const FILTER_ID = 'filter';

interface HeaderProps {
  readonly state: BoardState;
  readonly store: BoardStore;
  readonly intents: Intents;
}

export function Header({ state, store, intents }: HeaderProps) {
  return (
    <header class="bar">
      <h1 class="spoken">{t('Switchyard Board')}</h1>
      <RepositorySwitch state={state} intents={intents} />
      {state.page === 'board' && <StoryTools state={state} store={store} intents={intents} />}
    </header>
  );
}

/** What is about the stories of the board that is shown. */
function StoryTools({ state, store, intents }: HeaderProps) {
  return (
    <>
      <FilterBox state={state} store={store} />
      <div class="pills" role="group" aria-label={t('Quick filters')}>
        {PILLS.map((pill) => (
          <button
            key={pill}
            class="pill"
            aria-pressed={state.pill === pill}
            onClick={() => store.filterBy(state.text, pill)}
          >
            {pillWord(pill)}
            {pill !== 'all' && <span class="count">{state.view.pills[pill]}</span>}
          </button>
        ))}
      </div>
      <div class="tools">
        <button
          class="tool"
          aria-pressed={state.flow !== null}
          title={t('What landed, and what stages, gates and starts took')}
          onClick={() => (state.flow === null ? intents.readFlow(30) : store.showFlow(null))}
        >
          <Icon icon="graph" />
          <span class="word">{t('Flow')}</span>
        </button>
        <button
          class="tool"
          aria-pressed={state.past !== null}
          title={t('The board as it was')}
          onClick={() => (state.past === null ? void intents.openPast() : intents.leavePast())}
        >
          <Icon icon="history" />
          <span class="word">{t('Past')}</span>
        </button>
      </div>
      <button class="primary" title={t('New Story (n)')} onClick={() => intents.newStory()}>
        {t('New Story')}
      </button>
    </>
  );
}

function FilterBox({ state, store }: Omit<HeaderProps, 'intents'>) {
  const filterBy = (text: string): void => {
    store.filterBy(text, state.pill);
    store.announce(t('{0} stories shown', store.state.view.shown));
  };
  return (
    <div class="filter" role="search">
      <Icon icon="search" />
      <input
        id={FILTER_ID}
        type="text"
        spellcheck={false}
        autocomplete="off"
        value={state.text}
        placeholder={t('Filter: text, #number, label:, agent:')}
        aria-label={t('Filter stories by text, #number, label: or agent:')}
        aria-keyshortcuts="/"
        onInput={(event) => filterBy(event.currentTarget.value)}
      />
      {state.text !== '' && (
        <button class="clear" aria-label={t('Clear filter')} title={t('Clear filter')} onClick={() => filterBy('')}>
          <Icon icon="close" />
        </button>
      )}
    </div>
  );
}
