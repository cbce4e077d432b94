import type { Card } from '../../src/core/board/card';
import { STATE_GLYPHS, TYPE_ICONS, type Glyph, type Tone } from '../../src/core/board/glyphs';
import type { Notice } from '../../src/core/board/notices';
import type { ColumnView } from './boardView';
import { STAGE_ICONS } from './stageIcons';
import { stateWord, typeWord } from './words';

/** Green says that something landed: Done is as quiet as the others while nothing has. */
export function columnGlyph({ name, total }: ColumnView): Glyph {
  return name === 'Done' && total > 0
    ? { icon: 'pass-filled', tone: 'proven' }
    : { icon: STAGE_ICONS[name], tone: 'quiet' };
}

export const NOTICE_ICONS: Readonly<Record<Notice['severity'], Glyph>> = {
  error: { icon: 'error', tone: 'cold' },
  warning: { icon: 'warning', tone: 'waiting' },
  info: { icon: 'info', tone: 'working' },
};

/** A codicon, or the drawn hourglass that codicons lack. Without a label it is decoration. */
export function Icon({ icon, tone = 'quiet', label }: { icon: string; tone?: Tone; label?: string | null }) {
  const meaning = label
    ? { role: 'img' as const, 'aria-label': label, title: label }
    : { 'aria-hidden': 'true' as const };
  const classes = `icon tone-${tone}${icon === 'loading' ? ' spin' : ''}`;
  if (icon !== 'hourglass') return <span class={`codicon codicon-${icon} ${classes}`} {...meaning} />;
  return (
    <span class={classes} {...meaning}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
        <path d="M3.5 1.5h9M3.5 14.5h9" stroke-linecap="round" />
        <path d="M4.5 1.5v2.2c0 1 .5 1.9 1.3 2.5L7.5 8 5.8 9.8c-.8.6-1.3 1.5-1.3 2.5v2.2M11.5 1.5v2.2c0 1-.5 1.9-1.3 2.5L8.5 8l1.7 1.8c.8.6 1.3 1.5 1.3 2.5v2.2" />
        <path d="M6 14c.1-1.3.9-2.1 2-2.9 1.1.8 1.9 1.6 2 2.9zM6.3 5h3.4L8 6.8z" fill="currentColor" stroke="none" />
      </svg>
    </span>
  );
}

export function TypeIcon({ card }: { card: Card }) {
  return <Icon icon={TYPE_ICONS[card.type]} label={typeWord(card.type)} />;
}

export function StateIcon({ card }: { card: Card }) {
  const glyph = STATE_GLYPHS[card.state];
  return glyph === null ? null : <Icon {...glyph} label={stateWord(card)} />;
}
