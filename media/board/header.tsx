import { canKeep, isSameFilter, PILLS } from '../../src/core/board/keptFilters';
import type { BoardState, BoardStore } from './boardStore';
import { Icon } from './icons';
import type { Intents } from './intents';
import { RepositorySwitch } from './repositorySwitch';
import { t } from './strings';
import { filterWord, pillWord } from './words';

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
      <FilterBox state={state} store={store} intents={intents} />
      <div class="pills" role="group" aria-label={t('Quick filters')}>
        {PILLS.map((pill) => (
          <button
            key={pill}
            class="pill"
            aria-pressed={state.pill === pill}
            onClick={() => store.filterBy(state.text, pill)}
          >
            {pill === 'all' ? pillWord(pill) : `${pillWord(pill)} `}
            {pill !== 'all' && <span class="count">{state.view.pills[pill]}</span>}
          </button>
        ))}
      </div>
      <KeptFilters state={state} store={store} />
      <div class="tools">
        <Sharing state={state} intents={intents} />
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

/** What the person keeps; the one that is shown looks pressed, and a second press shows all again. */
function KeptFilters({ state, store }: Omit<HeaderProps, 'intents'>) {
  if (state.filters.length === 0) return null;
  return (
    <div class="pills" role="group" aria-label={t('Kept filters')}>
      {state.filters.map((filter) => {
        const isShown = isSameFilter(filter, state);
        return (
          <button
            key={`${filter.pill} ${filter.text}`}
            class="pill kept"
            aria-pressed={isShown}
            title={filterWord(filter)}
            onClick={() => (isShown ? store.filterBy('', 'all') : store.filterBy(filter.text, filter.pill))}
          >
            <Icon icon="star-full" />
            <span class="text">{filterWord(filter)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** Keeps the filter that is typed, or forgets it. */
function KeepButton({ state, intents }: Omit<HeaderProps, 'store'>) {
  const isKept = state.filters.some((one) => isSameFilter(one, state));
  if (!isKept && !canKeep(state.filters, state)) return null;
  const word = isKept ? t('Forget this filter') : t('Keep this filter');
  return (
    <button class="keep" aria-label={word} title={word} onClick={() => intents.toggleFilter()}>
      <Icon icon={isKept ? 'star-full' : 'star-empty'} />
    </button>
  );
}

/** With whom the stories are shared, or why they are not just now. */
function Sharing({ state, intents }: Omit<HeaderProps, 'store'>) {
  const sharing = state.past === null ? (state.model?.sharing ?? null) : null;
  if (sharing === null) return null;
  const isApart = sharing.state === 'away' || sharing.state === 'stopped';
  return (
    <button class="tool sharing" title={sharing.line} onClick={() => intents.notice('shareStories')}>
      <Icon icon={isApart ? 'debug-disconnect' : 'broadcast'} tone={sharing.state === 'stopped' ? 'cold' : 'quiet'} />
      <span class="word" dir="auto">
        {sharing.words}
      </span>
    </button>
  );
}

function FilterBox({ state, store, intents }: HeaderProps) {
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
      <KeepButton state={state} intents={intents} />
      {state.text !== '' && (
        <button class="clear" aria-label={t('Clear filter')} title={t('Clear filter')} onClick={() => filterBy('')}>
          <Icon icon="close" />
        </button>
      )}
    </div>
  );
}
