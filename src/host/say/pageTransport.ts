import { AsyncLocalStorage } from 'node:async_hooks';
import type * as vscode from 'vscode';
import { LOST_KEYS } from '../../protocol/lostKeys';
import type { Transport } from '../../protocol/messageHandler';

interface Page {
  readonly panel: vscode.WebviewPanel;
  /** When it last lost the keys (ms since 1970). */
  lostAt: number;
}

const pages = new Set<Page>();

/** Carried along with whatever is awaited: on which page something was asked for, and whether a list or box of ours took its keys. */
const asked = new AsyncLocalStorage<{ readonly page: Page; hadBox: boolean }>();

/** The way to a page and back. After a dialog that took the keys from it, it has them again. */
export function pageTransport(panel: vscode.WebviewPanel): Transport {
  const page: Page = { panel, lostAt: 0 };
  pages.add(page);
  panel.onDidDispose(() => pages.delete(page));
  return {
    send: (message) => void panel.webview.postMessage(message),
    listen: (receive) =>
      panel.webview.onDidReceiveMessage((said: unknown) => {
        if (said === LOST_KEYS) page.lostAt = Date.now();
        else asked.run({ page, hadBox: false }, () => receive(said));
      }),
  };
}

/** A list or box of ours opens, which takes the keys from the page that led to it. */
export function boxOpens(): void {
  const from = asked.getStore();
  if (from !== undefined) from.hadBox = true;
}

/**
 * VS Code itself gives the focus of a dialog that is closed to the frame around a page, where no key is heard. `since`: the
 * dialog was asked for (ms since 1970). A page that lost the keys before, as to a terminal, or has another editor in front of it
 * by now, gets none.
 */
export function focusPageAgain(since: number): void {
  const from = asked.getStore();
  for (const page of pages) {
    const { panel, lostAt } = page;
    const isOver = lostAt >= since || (from?.page === page && from.hadBox);
    if (panel.active && isOver) panel.reveal(undefined, false);
  }
}
