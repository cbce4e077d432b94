import type { BoardModel } from '../../src/core/board/boardModel';
import type { Card } from '../../src/core/board/card';
import type { LaneCandidate, QueueLane } from '../../src/core/board/queueLane';
import { STATE_GLYPHS } from '../../src/core/board/glyphs';
import { duration } from '../../src/core/words/durations';
import { localClock } from '../../src/core/words/localMoment';
import type { BoardStore } from './boardStore';
import { Icon } from './icons';
import { focusStory } from './receive';
import { t } from './strings';
import { ageWord, factsWord } from './words';

interface LaneProps {
  readonly model: BoardModel;
  readonly store: BoardStore;
}

/** The target with its state, who lands on it in which order, what dropped out, and how the queue lands. Always in sight. */
export function Lane({ model, store }: LaneProps) {
  const { queue } = model;
  return (
    <section class="lane" aria-label={t('Merge queue')}>
      <Target model={model} now={store.state.now} />
      {queue !== null && <Train queue={queue} cards={model.cards} store={store} />}
      {queue !== null && (
        <span class="policy" title={`${queue.policy}\n${queue.why}`} dir="auto">
          {queue.policy}
        </span>
      )}
    </section>
  );
}

/** Where stories land, why none does where that is so, and for how long gates have been running on it. */
function Target({ model: { target, queue }, now }: { model: BoardModel; now: number }) {
  const stopped = queue?.stopped ?? null;
  return (
    <span
      class="target"
      title={target === null ? undefined : t('Stories land on {0}, now at {1}', target.name, target.tip)}
    >
      <Icon icon={stopped === null ? 'git-branch' : 'debug-pause'} tone={stopped === null ? 'quiet' : 'waiting'} />
      <span class="name" dir="auto">
        {target?.name ?? t('No target')}
      </span>
      {target !== null && <span class="tip">{target.tip.slice(0, 8)}</span>}
      {stopped !== null && (
        <span class="stopped" dir="auto" title={stopped}>
          {stopped}
        </span>
      )}
      {target !== null && queue?.targetGates !== undefined && (
        <span class="gates">
          {t('gates run on {0}', target.name)} <span class="age">{duration(now - queue.targetGates)}</span>
        </span>
      )}
    </span>
  );
}

function Train({ queue, cards, store }: { queue: QueueLane; cards: readonly Card[]; store: BoardStore }) {
  if (queue.candidates.length + queue.out.length === 0) {
    const held = cards.filter((card) => card.actions.includes('decideTarget')).map(({ number }) => `#${number}`);
    const words = held.length === 0 ? t('The merge queue is empty.') : t('In QA, held until the target is green: {0}', held.join(', ')); // prettier-ignore
    return <span class="train idle">{words}</span>;
  }
  return (
    <ol class="train">
      {queue.candidates.map((candidate) => (
        <Member key={candidate.key} candidate={candidate} store={store} />
      ))}
      {queue.more > 0 && <li class="more">{t('{0} more behind these', queue.more)}</li>}
      {queue.out.map(({ key }) => (
        <DroppedOut key={`out ${key}`} storyKey={key} store={store} />
      ))}
    </ol>
  );
}

/** A story in the queue: its number, how far its gates are, and when it lands if all stays green. */
function Member({ candidate, store }: { candidate: LaneCandidate; store: BoardStore }) {
  const card = store.card(candidate.key);
  if (card === undefined) return null;
  const { progress, at } = candidate;
  const words = factsWord(card) || card.brief || '';
  const lands = at === null ? '' : t('~{0}', localClock(at));
  return (
    <li>
      <button
        class="member"
        title={titleOf(card, [words, at === null ? '' : t('Lands about {0} if all stays green', localClock(at))])}
        onClick={() => focusStory(card.key, store)}
      >
        <Icon {...(STATE_GLYPHS[card.state] ?? { icon: 'git-merge', tone: 'quiet' })} />
        <span class="number">#{card.number}</span>
        {progress !== null && (
          <progress value={progress.done} max={progress.total} aria-label={t('Gates of #{0}', card.number)} />
        )}
        <span class="words" dir="auto">
          {words}
        </span>
        {progress !== null && <span class="age">{ageWord(card, store.state.now)}</span>}
        {lands !== '' && <span class="lands">{lands}</span>}
      </button>
    </li>
  );
}

function DroppedOut({ storyKey, store }: { storyKey: string; store: BoardStore }) {
  const card = store.card(storyKey);
  if (card === undefined) return null;
  const why = card.brief ?? card.why ?? '';
  return (
    <li>
      <button class="member out" title={titleOf(card, [card.why ?? ''])} onClick={() => focusStory(card.key, store)}>
        <Icon icon="circle-slash" tone="cold" label={t('Dropped out of the queue')} />
        <span class="number">#{card.number}</span>
        <span class="words" dir="auto">
          {why}
        </span>
      </button>
    </li>
  );
}

function titleOf({ number, title }: Card, more: readonly string[]): string {
  return [`#${number} ${title}`, ...more.filter((one) => one !== '')].join('\n');
}
