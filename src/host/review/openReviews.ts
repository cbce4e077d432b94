import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { plainLine } from '../../core/words/plainText';
import type { Oid } from '../../core/story/stage';

/** The changes of a story in an editor of VS Code, from one commit to another. `label` is the title of its tab. */
export interface OpenReview {
  readonly key: string;
  readonly number: number;
  readonly label: string;
  readonly base: Oid;
  readonly tip: Oid;
  /** All that the story changes, or what came since an earlier look (then `base` is the tip that was looked at). */
  readonly shows: 'all' | 'new';
}

const KEPT = 'switchyard.reviews';

/** How many are remembered; the one opened longest ago goes first. */
const LIMIT = 50;

/**
 * Which tabs show the changes of a story. VS Code's editor of several files has no address that an extension could ask for,
 * so a tab is known by its title, which holds story and commit; over a reload it is remembered in the workspace.
 */
export class OpenReviews implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Another review is in front, or one was opened or closed. */
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #known: readonly OpenReview[];

  constructor(private readonly memory: vscode.Memento) {
    this.#known = memory.get<OpenReview[]>(KEPT, []);
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      vscode.window.tabGroups.onDidChangeTabs(() => this.#changed.fire()),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.#changed.fire()),
    );
  }

  async note(review: OpenReview): Promise<void> {
    this.#known = [...this.#known.filter(({ label }) => label !== review.label), review].slice(-LIMIT);
    await this.memory.update(KEPT, this.#known);
    this.#changed.fire();
  }

  /** Those that stand in a tab. */
  all(): readonly OpenReview[] {
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: some }) => some);
    return this.#known.filter((one) => tabs.some((tab) => isTabOf(tab, one)));
  }

  /** The one in front; null where something else is. */
  inFront(): OpenReview | null {
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    return activeTab === undefined ? null : (this.#known.findLast((one) => isTabOf(activeTab, one)) ?? null);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

/** Title of the tab: the story and the commit. VS Code adds the number of files. */
export function labelOf(
  { number, title }: Pick<Card, 'number' | 'title'>,
  base: Oid,
  tip: Oid,
  shows: OpenReview['shows'],
): string {
  const range = shows === 'all' ? tip.slice(0, 8) : `${base.slice(0, 8)}…${tip.slice(0, 8)}`;
  return plainLine(`#${number} ${title} (${range})`);
}

function isTabOf(tab: vscode.Tab, { label }: OpenReview): boolean {
  return tab.label.startsWith(label);
}
