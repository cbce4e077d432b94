import { AsyncLocalStorage } from 'node:async_hooks';
import type * as vscode from 'vscode';
import type { Transport } from '../../protocol/messageHandler';

/** Carried along with whatever is awaited: gives the focus to the page on which something was asked for. */
const toPage = new AsyncLocalStorage<() => void>();

/** The way to a page and back. What it asks for may open a dialog, after which it has the focus again. */
export function pageTransport(panel: vscode.WebviewPanel): Transport {
  let isThere = true;
  panel.onDidDispose(() => (isThere = false));
  const focus = (): void => {
    // Where another editor is in front by now, that stays so.
    if (isThere && panel.active) panel.reveal(undefined, false);
  };
  return {
    send: (message) => void panel.webview.postMessage(message),
    listen: (receive) => panel.webview.onDidReceiveMessage((said) => toPage.run(focus, () => receive(said))),
  };
}

/** VS Code itself gives the focus of a dialog that is closed to the frame around a page, where no key is heard. */
export function focusPageAgain(): void {
  toPage.getStore()?.();
}
