/** What comes of it, or this at once when the signal aborts: for what cannot be ended, and that nobody needs any more. */
export function unlessAborted<T, E>(work: Promise<T>, signal: AbortSignal, ended: E): Promise<T | E> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(ended);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
