import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { BoardState, BoardStore } from './boardStore';
import type { BoardView, ColumnView, ShownColumn } from './boardView';
import { dropWords } from './carry';
import { CardView } from './cardView';
import { dropOver, type Carry } from './drop';
import { columnGlyph, Icon } from './icons';
import type { Intents } from './intents';
import { t } from './strings';
import { useCardWindow } from './useCardWindow';
import { columnPromise } from './words';

interface ColumnsProps {
  readonly state: BoardState;
  readonly store: BoardStore;
  readonly intents: Intents;
}

export function Columns({ state, store, intents }: ColumnsProps) {
  const { view } = state;
  const { row, hasMore, look } = useMore();
  if (view.shown === 0 && view.filtered === 'filtered' && view.cards.size > 0) return <NoMatch store={store} />;
  return (
    <div ref={row} class="columns" data-filtered={view.filtered} role="group" aria-label={t('Columns')} onScroll={look}>
      {view.columns.map((column) => (
        <section
          key={column.name}
          class={`column ${column.form}`}
          data-column={column.name}
          data-drop={dropMark(column.name, state)}
          data-over={state.carry?.over === column.name ? '' : undefined}
          aria-labelledby={`head-${column.name}`}
        >
          <ColumnHead column={column} state={state} store={store} />
          <DropWords column={column.name} carry={state.carry} />
          {column.form === 'wide' && <CardList column={column} store={store} intents={intents} />}
          {column.form === 'narrow' && column.total === 0 && <p class="empty">{columnPromise(column.name)}</p>}
        </section>
      ))}
      {hasMore && (
        // For the eye and the mouse alone: keys go from card to card, wherever these stand.
        <button
          class="further"
          tabIndex={-1}
          aria-hidden="true"
          title={t('More columns')}
          onClick={() => scrollOn(row.current)}
        >
          <Icon icon="chevron-right" />
        </button>
      )}
    </div>
  );
}

/** The room beside the last column, in CSS pixels; columns.css has the same. */
const EDGE = 16;

/** Whether columns lie beyond the right edge; the bar along the bottom alone is overlooked. */
function useMore() {
  const row = useRef<HTMLDivElement>(null);
  const [hasMore, setMore] = useState(false);
  const look = (): void => {
    const { scrollWidth = 0, clientWidth = 0, scrollLeft = 0 } = row.current ?? {};
    setMore(scrollWidth - clientWidth - scrollLeft > EDGE);
  };
  useLayoutEffect(look);
  useEffect(() => {
    window.addEventListener('resize', look);
    return () => window.removeEventListener('resize', look);
  }, []);
  return { row, hasMore, look };
}

function scrollOn(row: HTMLElement | null): void {
  row?.scrollBy(row.clientWidth / 2, 0);
}

/** While cards are held: whether this column takes them. */
function dropMark(column: ShownColumn, { carry, view }: BoardState): 'legal' | 'illegal' | undefined {
  if (carry === null) return undefined;
  const cards = carry.keys.flatMap((key) => view.cards.get(key) ?? []);
  return dropOver(view, cards, column, null).kind === 'illegal' ? 'illegal' : 'legal';
}

/** Over the column that the cards are held over: what letting go does there, or why it does nothing. */
function DropWords({ column, carry }: { column: ShownColumn; carry: Carry | null }) {
  if (carry?.over !== column) return null;
  const { drop } = carry;
  if (drop.kind === 'move') return null;
  const text = dropWords(drop);
  if (text === '') return null;
  return (
    <p class="drop-words">
      {drop.kind === 'illegal' && <Icon icon="circle-slash" tone="cold" />}
      <span>{text}</span>
    </p>
  );
}

/** One message for the whole board, with the way out. */
function NoMatch({ store }: { store: BoardStore }) {
  return (
    <p class="nothing">
      <span dir="auto">{t('No story matches the filter.')}</span>
      <button class="link" onClick={() => store.filterBy('', 'all')}>
        {t('Show All')}
      </button>
    </p>
  );
}

/** Name and count; pressed, it folds the column to a strip or opens it. */
function ColumnHead({ column, state, store }: { column: ColumnView; state: BoardState; store: BoardStore }) {
  const { view, model } = state;
  const agents = model?.agents ?? null;
  const isOpen = column.form !== 'folded';
  const name = t(column.name);
  return (
    <h2>
      <button
        id={`head-${column.name}`}
        aria-expanded={isOpen}
        title={isOpen ? t('Fold {0}', name) : t('Show {0}', name)}
        onClick={() => store.toggleFold(column.name)}
      >
        <Icon {...columnGlyph(column)} />
        <span>{name}</span>
        <span class="count">{countOf(column, view)}</span>
        {column.name === 'Coding' && agents !== null && view.filtered === 'whole' && (
          <span class="wip">
            {agents.most === 0 ? t('Agents are paused') : t('{0} of {1} agents', agents.atWork, agents.most)}
          </span>
        )}
      </button>
    </h2>
  );
}

function countOf({ keys, total }: ColumnView, { filtered }: BoardView): string {
  return filtered === 'filtered' && keys.length !== total ? t('{0} of {1}', keys.length, total) : String(total);
}

function focusFirst(list: HTMLElement, store: BoardStore): void {
  const { top } = list.getBoundingClientRect();
  for (const card of list.querySelectorAll<HTMLElement>('.card[data-key]')) {
    const key = card.dataset['key'];
    if (key === undefined || card.getBoundingClientRect().top < top) continue;
    store.focusCard(key);
    return;
  }
}

type CardListProps = Omit<ColumnsProps, 'state'> & { readonly column: ColumnView };

/** The cards of one column, of which only those near the visible part are in the page. */
function CardList({ column, store, intents }: CardListProps) {
  const { scroller, followScroll, pieces } = useCardWindow(column, store);
  const { active, asked, selected, carry, menu, now } = store.state;
  const drop = carry !== null && carry.over === column.name && carry.drop.kind === 'prioritise' ? carry.drop : null;
  const lineOf = (key: string, index: number): 'before' | 'after' | undefined => {
    if (drop === null) return undefined;
    if (drop.before === key) return 'before';
    return drop.before === null && index === column.keys.length - 1 ? 'after' : undefined;
  };
  return (
    <div
      ref={scroller}
      class="cards"
      role="list"
      // Where Tab reaches no card of it, it reaches the list, and through it the first card that is seen.
      tabIndex={active !== null && column.keys.includes(active) ? undefined : 0}
      onFocus={(event) => event.target === event.currentTarget && focusFirst(event.currentTarget, store)}
      aria-labelledby={`head-${column.name}`}
      onScroll={followScroll}
      onScrollEnd={() => store.persist()}
    >
      {pieces.map((piece) => {
        if (piece.kind === 'gap') {
          return <div key={piece.id} class="gap" aria-hidden="true" style={{ height: `${piece.height}px` }} />;
        }
        const card = store.card(piece.key);
        if (card === undefined) return null;
        const place = {
          position: piece.index + 1,
          size: column.keys.length,
          tab: piece.key === active ? 'reached' : 'skipped',
          menu: piece.key === menu?.key ? 'open' : undefined,
          asked: asked.has(piece.key) ? 'asked' : undefined,
          selected: selected.has(piece.key) ? 'selected' : undefined,
          held: carry?.keys.includes(piece.key) === true ? 'held' : undefined,
          line: lineOf(piece.key, piece.index),
        } as const;
        return <CardView key={`card ${piece.key}`} card={card} place={place} now={now} intents={intents} />;
      })}
    </div>
  );
}
