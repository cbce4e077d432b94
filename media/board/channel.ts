import { readToBoard, type FromBoard, type ToBoard } from '../../src/protocol/boardMessages';
import type { SavedState } from './savedState';

interface VsCodeApi {
  postMessage(message: FromBoard): void;
  getState(): unknown;
  setState(state: SavedState): void;
}

/** What VS Code gives to every webview, once. */
declare function acquireVsCodeApi(): VsCodeApi;

/** The way to the host and back. */
export interface Channel {
  send(message: FromBoard): void;
  readSaved(): unknown;
  save(state: SavedState): void;
  /** Hears only messages that fit; any other is reported to the host and changes nothing. */
  listen(receive: (message: ToBoard) => void): void;
}

export function openChannel(): Channel {
  const api = acquireVsCodeApi();
  const send = (message: FromBoard): void => api.postMessage(message);
  return {
    send,
    readSaved: () => api.getState(),
    save: (state) => api.setState(state),
    listen: (receive) => {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const checked = readToBoard(data);
        if (checked.kind === 'ok') receive(checked.message);
        else send({ type: 'problem', text: `The board got a message it cannot read: ${checked.problem}` });
      });
    },
  };
}

/** An error in the page goes to Switchyard's log, where people look for it. */
export function reportErrors(channel: Channel): void {
  const report = (what: unknown): void =>
    channel.send({ type: 'problem', text: what instanceof Error ? (what.stack ?? what.message) : String(what) });
  window.addEventListener('error', (event) => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => report(event.reason));
}
