import * as vscode from 'vscode';
import { systemClock } from '../../base/systemClock';
import type { Log } from '../../ports/log';
import { pageTransport } from '../say/pageTransport';
import { BoardSession, type BoardCommands, type BoardParts, type BoardSource } from './boardSession';
import type { After } from './coalesce';
import { fillPage } from './fillPage';

export type { BoardCommands, BoardSource } from './boardSession';

const VIEW_TYPE = 'switchyard.board';

/**
 * Registers `Switchyard: Open Board` and the overview of repositories on it, and brings the board back after a reload of the window. The command takes a
 * story's key to show it.
 */
export function registerBoard(
  context: vscode.ExtensionContext,
  source: BoardSource,
  commands: BoardCommands,
  log: Log,
): vscode.Disposable {
  const strings = vscode.l10n.bundle ?? {};
  const board = new BoardPanel(context.extensionUri, { source, commands, log, strings });
  return vscode.Disposable.from(
    board,
    vscode.commands.registerCommand('switchyard.openBoard', async (key: unknown) => {
      await board.open(typeof key === 'string' ? key : null);
      board.turnTo('board');
    }),
    vscode.commands.registerCommand('switchyard.showOverview', async () => {
      await board.open(null);
      board.turnTo('overview');
    }),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: (panel) => Promise.resolve(board.adopt(panel)),
    }),
  );
}

/** A board whose extension host was killed stays as a picture that nothing moves any more: a new one takes its place. */
async function closeLostTabs(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  // VS Code puts a word of its own before the type.
  const lost = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(VIEW_TYPE),
  );
  if (lost.length > 0) await vscode.window.tabGroups.close(lost);
}

/** The one board of a window. */
class BoardPanel implements vscode.Disposable {
  #open: { readonly panel: vscode.WebviewPanel; readonly session: BoardSession } | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly parts: BoardParts,
  ) {}

  async open(storyKey: string | null): Promise<void> {
    if (this.#open === null) {
      await closeLostTabs();
      this.#take(
        vscode.window.createWebviewPanel(VIEW_TYPE, vscode.l10n.t('Switchyard Board'), vscode.ViewColumn.Active),
      );
    } else {
      this.#open.panel.reveal();
    }
    if (storyKey !== null) this.#open?.session.focus(storyKey);
  }

  turnTo(page: 'board' | 'overview'): void {
    this.#open?.session.turnTo(page);
  }

  /** Takes over the panel of the window before the reload, unless there is a board already. */
  adopt(panel: vscode.WebviewPanel): void {
    if (this.#open === null) this.#take(panel);
    else panel.dispose();
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  #take(panel: vscode.WebviewPanel): void {
    const session = new BoardSession(this.parts, pageTransport(panel), after);
    this.#open = { panel, session };
    const subscriptions = [
      session,
      panel.onDidChangeViewState(() => {
        if (!panel.visible) session.hidden();
      }),
    ];
    panel.onDidDispose(() => {
      this.#open = null;
      for (const subscription of subscriptions) subscription.dispose();
    });
    fillPage(panel, this.extensionUri, {
      name: 'board',
      title: vscode.l10n.t('Switchyard Board'),
      // The one thing a board can do whose host is gone: VS Code itself follows the link.
      commands: ['switchyard.openBoard'],
    });
  }
}

const after: After = (ms, callback) => systemClock.after(ms, callback);
