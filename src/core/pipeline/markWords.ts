/** The three states of a stuck story. Derived on every look, never stored. */
export const STUCK_MARKS = ['running', 'queued', 'cold'] as const;
export type StuckMark = (typeof STUCK_MARKS)[number];

/** How each mark is said in text and aloud. The same words stand everywhere. */
export const MARK_WORDS: Readonly<Record<StuckMark, { symbol: string; word: string; spoken: string }>> = {
  running: { symbol: '🤖', word: 'Recovery running', spoken: 'stuck, recovery running' },
  queued: { symbol: '⏳', word: 'Recovery queued', spoken: 'stuck, recovery queued' },
  cold: { symbol: '🔴', word: 'Needs you', spoken: 'stuck, nothing will happen until you act' },
};
