import type { Clock } from '../../ports/clock';

export type Within<T> =
  | { readonly kind: 'settled'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/** What became of a promise within a time (ms), or until a signal came. Never rejects. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>, signal?: AbortSignal): Promise<Within<T>> {
  return new Promise((resolve) => {
    const end = (outcome: Within<T>): void => {
      timer.dispose();
      signal?.removeEventListener('abort', late);
      resolve(outcome);
    };
    const late = (): void => end({ kind: 'late' });
    const timer = clock.after(ms, late);
    signal?.addEventListener('abort', late, { once: true });
    if (signal?.aborted === true) late();
    promise.then(
      (value) => end({ kind: 'settled', value }),
      (error: unknown) => end({ kind: 'failed', error }),
    );
  });
}
