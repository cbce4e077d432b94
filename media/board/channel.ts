import type { Transport } from '../../src/protocol/messageHandler';
import type { SavedState } from './savedState';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: SavedState): void;
}

/** What VS Code gives to every webview, once. */
declare function acquireVsCodeApi(): VsCodeApi;

/** The way to the host and back, and what survives a reload of the page. */
export interface Channel extends Transport {
  readSaved(): unknown;
  save(state: SavedState): void;
}

export function openChannel(): Channel {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    listen: (receive) => {
      const take = ({ data }: MessageEvent<unknown>): void => receive(data);
      window.addEventListener('message', take);
      return { dispose: () => window.removeEventListener('message', take) };
    },
    readSaved: () => api.getState(),
    save: (state) => api.setState(state),
  };
}

/** An error in the page goes to Switchyard's log, where people look for it. */
export function reportErrors(tell: (problem: string) => void): void {
  const report = (what: unknown): void => tell(what instanceof Error ? (what.stack ?? what.message) : String(what));
  window.addEventListener('error', (event) => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => report(event.reason));
}

/**
 * Who comes back to the page, from a dialog or another window, finds the focus where it was, or where `otherwise` says if that is gone:
 * a browser forgets it once something outside of the page has it. `lost` hears of that.
 */
export function keepFocus(lost: () => void, otherwise: () => HTMLElement | null = () => null): void {
  let last: EventTarget | null = null;
  document.addEventListener('focusin', ({ target }) => (last = target));
  window.addEventListener('blur', lost);
  window.addEventListener('focus', () => {
    if (document.activeElement !== document.body) return;
    const held = last instanceof HTMLElement && last.isConnected ? last : otherwise();
    held?.focus({ preventScroll: true });
  });
}
