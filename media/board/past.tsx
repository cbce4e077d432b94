import { localMoment } from '../../src/core/words/localMoment';
import type { BoardState } from './boardStore';
import { Icon } from './icons';
import type { Intents } from './intents';
import { t } from './strings';

interface PastProps {
  readonly state: BoardState;
  readonly intents: Intents;
}

/** A slider over what happened: each step is the board as it was after one change. */
export function Past({ state, intents }: PastProps) {
  const { past } = state;
  if (past === null) return null;
  const { moments, index } = past;
  const moment = moments[index];
  const words = moment === undefined ? '' : `${localMoment(moment.at)}: ${moment.text}`;
  return (
    <div class="past" role="group" aria-label={t('The board in the past')}>
      <Icon icon="history" tone="working" />
      <input
        type="range"
        min={0}
        max={Math.max(0, moments.length - 1)}
        value={index}
        aria-label={t('Moment')}
        aria-valuetext={words}
        onInput={(event) => intents.showPast(Number(event.currentTarget.value))}
      />
      <span class="moment" dir="auto">
        {moments.length === 0 ? t('Nothing has happened yet.') : words}
      </span>
      <button class="link" onClick={() => intents.leavePast()}>
        {t('Back to Now')}
      </button>
    </div>
  );
}
