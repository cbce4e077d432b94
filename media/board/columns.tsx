import type { BoardStore } from './boardStore';
import type { BoardView, ColumnView } from './boardView';
import { CardView } from './cardView';
import { COLUMN_ICONS, Icon } from './icons';
import type { Intents } from './intents';
import { t } from './strings';
import { useCardWindow } from './useCardWindow';
import { columnPromise } from './words';

interface ColumnsProps {
  readonly view: BoardView;
  readonly store: BoardStore;
  readonly intents: Intents;
}

export function Columns({ view, store, intents }: ColumnsProps) {
  return (
    <main class="columns">
      {view.columns.map((column) => (
        <section key={column.name} class="column" data-column={column.name} aria-labelledby={`head-${column.name}`}>
          <h2 id={`head-${column.name}`}>
            <Icon {...COLUMN_ICONS[column.name]} />
            <span>{t(column.name)}</span>
            <span class="count">{countOf(column, view)}</span>
          </h2>
          {column.keys.length === 0 ? (
            <p class="empty">{column.total > 0 ? t('Nothing here matches the filter.') : columnPromise(column.name)}</p>
          ) : (
            <CardList column={column} store={store} intents={intents} />
          )}
        </section>
      ))}
    </main>
  );
}

function countOf({ keys, total }: ColumnView, { filtered }: BoardView): string {
  return filtered === 'filtered' && keys.length !== total ? t('{0} of {1}', keys.length, total) : String(total);
}

type CardListProps = Omit<ColumnsProps, 'view'> & { readonly column: ColumnView };

/** The cards of one column, of which only those near the visible part are in the page. */
function CardList({ column, store, intents }: CardListProps) {
  const { scroller, followScroll, pieces } = useCardWindow(column, store);
  const { active, menu, now } = store.state;
  return (
    <div
      ref={scroller}
      class="cards"
      role="list"
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
        const tab = piece.key === active ? 'reached' : 'skipped';
        const open = piece.key === menu?.key ? 'open' : undefined;
        const place = { position: piece.index + 1, size: column.keys.length, tab, menu: open } as const;
        return <CardView key={`card ${piece.key}`} card={card} place={place} now={now} intents={intents} />;
      })}
    </div>
  );
}
