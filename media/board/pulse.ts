/** How often the host is asked whether it is there, and how many questions in a row it may leave open. */
const ASK_MS = 2000;
const OPEN_LIMIT = 3;

/** Whether the host answers. A host that is gone leaves the page a picture that nothing moves any more. */
export type HostState = 'there' | 'silent';

/**
 * Asks again and again; `ask` resolves to whether there was an answer. Questions are counted, not minutes: a computer that
 * slept has asked nothing meanwhile.
 */
export function watchHost(ask: () => Promise<boolean>, onChange: (state: HostState) => void): void {
  let open = 0;
  let state: HostState = 'there';
  const become = (next: HostState): void => {
    if (next === state) return;
    state = next;
    onChange(next);
  };
  setInterval(() => {
    if (open >= OPEN_LIMIT) become('silent');
    open += 1;
    void ask().then((isAnswered) => {
      if (!isAnswered) return;
      open = 0;
      become('there');
    });
  }, ASK_MS);
}
