import type { Disposable } from './disposable';

/** Resolves after this long (ms), or at once when the signal aborts, where there is one. */
export function pause(
  clock: { readonly after: (ms: number, callback: () => void) => Disposable },
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, end);
    signal?.addEventListener('abort', end, { once: true });
    function end(): void {
      timer.dispose();
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}
