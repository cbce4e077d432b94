import type { ActionId } from '../../src/core/board/actions';
import type { Card, CardState } from '../../src/core/board/card';
import { spokenCard } from '../../src/core/board/spoken';
import { Icon, StateIcon, TypeIcon } from './icons';
import type { Intents } from './intents';
import { belowPointer } from './places';
import { t } from './strings';
import { actionWord, ageTitle, ageWord, factsWord, radarWord, stateWord } from './words';

/** States that say why a story does not move; their icon stands on the why-line and they colour the card's edge. */
const HELD: readonly CardState[] = ['waiting', 'review', 'asks', 'needsYou', 'recovering', 'recoveryQueued', 'cold'];

export interface CardPlace {
  /** From 1, and out of how many: a virtual list does not hold the others. */
  readonly position: number;
  readonly size: number;
  readonly tab: 'reached' | 'skipped';
  readonly menu: 'open' | undefined;
  /** Whether something was asked of it that has no answer yet. */
  readonly asked: 'asked' | undefined;
  readonly selected: 'selected' | undefined;
  readonly held: 'held' | undefined;
  /** What is held would stand before it, or after it where it is the last. */
  readonly line: 'before' | 'after' | undefined;
}

interface CardProps {
  readonly card: Card;
  readonly place: CardPlace;
  readonly now: number;
  readonly intents: Intents;
}

/** One story: at most four lines, and its next steps. */
export function CardView({ card, place, now, intents }: CardProps) {
  const tabIndex = place.tab === 'reached' ? 0 : -1;
  const held = HELD.includes(card.state);
  return (
    <div
      class={held ? `card edge-${card.state}` : 'card'}
      role="listitem"
      data-key={card.key}
      data-menu={place.menu}
      data-selected={place.selected}
      data-held={place.held}
      data-line={place.line}
      aria-busy={place.asked === undefined ? undefined : true}
      tabIndex={tabIndex}
      aria-label={
        place.selected === undefined ? spokenCard(card, now, t) : `${spokenCard(card, now, t)}, ${t('selected')}`
      }
      aria-posinset={place.position}
      aria-setsize={place.size}
    >
      <Head card={card} now={now} asked={place.asked} tabIndex={tabIndex} intents={intents} />
      <div class="title" dir="auto" title={card.title}>
        <span class="open" onClick={() => intents.open(card.key)}>
          {card.title}
        </span>
      </div>
      <Facts card={card} icon={held ? null : <StateIcon card={card} />} />
      <Radar card={card} />
      {held && <Why card={card} />}
      <Actions card={card} tabIndex={tabIndex} intents={intents} />
    </div>
  );
}

type PartProps = Pick<CardProps, 'card' | 'intents'> & { readonly tabIndex: number };

function Head({ card, now, asked, tabIndex, intents }: PartProps & { now: number; asked: CardPlace['asked'] }) {
  return (
    <div class="head">
      <TypeIcon card={card} />
      <span class="number">#{card.number}</span>
      <button
        class="more"
        tabIndex={tabIndex}
        aria-label={t('More actions for #{0}', card.number)}
        aria-haspopup="menu"
        title={t('More actions')}
        onClick={(event) => intents.openMenu(card, 'actions', belowPointer(event))}
      >
        <Icon icon="ellipsis" />
      </button>
      {asked === undefined ? (
        <time class="age" dateTime={card.since} title={ageTitle(card)}>
          {ageWord(card, now)}
        </time>
      ) : (
        <Icon icon="loading" tone="working" label={t('Asked for; it is being done')} />
      )}
    </div>
  );
}

/** A state that has an icon but no fact to go with it is said in words, so that no icon stands alone. */
function Facts({ card, icon }: { card: Card; icon: preact.JSX.Element | null }) {
  const facts = factsWord(card);
  const text = facts !== '' || icon === null ? facts : stateWord(card);
  // `behind #29` is no news above “Queued behind #29.”
  if (!text || card.why?.toLowerCase().includes(text.toLowerCase())) return null;
  return (
    <div class={card.agent === null ? 'facts' : 'facts live'}>
      {icon}
      <span class="text" dir="auto" title={text}>
        {text}
      </span>
    </div>
  );
}

/** What it will run into when it lands, long before it does. */
function Radar({ card }: { card: Card }) {
  const text = radarWord(card);
  if (text === null) return null;
  return (
    <div class="radar">
      <Icon icon="git-branch-conflicts" tone="waiting" label={t('Predicted conflict')} />
      <span class="text" dir="auto" title={text}>
        {text}
      </span>
    </div>
  );
}

function Why({ card }: { card: Card }) {
  const text = card.why ?? stateWord(card);
  return (
    <div class="why">
      <StateIcon card={card} />
      <span class="text" dir="auto" title={text}>
        {withCode(text)}
      </span>
    </div>
  );
}

/** What stands in backticks, as code. */
function withCode(text: string): (string | preact.JSX.Element)[] {
  return text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>));
}

function Actions({ card, tabIndex, intents }: PartProps) {
  if (card.primaryActions.length === 0) return null;
  const button = (action: ActionId) => (
    <button
      key={action}
      class="link"
      tabIndex={tabIndex}
      aria-label={`${actionWord(action)} #${card.number}`}
      onClick={(event) => intents.act([card], action, belowPointer(event))}
    >
      {actionWord(action)}
    </button>
  );
  return <div class="actions">{card.primaryActions.slice(0, 3).map(button)}</div>;
}
