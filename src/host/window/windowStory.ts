import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { LookOnce } from '../../base/lookOnce';
import { messageOf } from '../../base/messageOf';
import type { Card } from '../../core/board/card';
import { factsText } from '../../core/board/factsText';
import { numberInName } from '../../core/story/names';
import { stageWord } from '../../core/story/stageWords';
import { plainLine } from '../../core/words/plainText';
import type { Log } from '../../ports/log';
import { storyWith } from '../storyIn';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';
import { TooltipText } from '../say/markdown';
import { setContext } from '../setContext';
import type { StoryView } from '../tree/storyView';

/** How many stories are asked for their worktree, where no name tells which it is. */
const ASKED = 200;

/**
 * A window that is open on the worktree of a story is about that story: its status bar says where it stands, with Ready for QA
 * beside it and in the source control view, and the tree shows it.
 */
export class WindowStory implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('switchyard.story', vscode.StatusBarAlignment.Left, 49);
  readonly #ready = vscode.window.createStatusBarItem('switchyard.readyForQa', vscode.StatusBarAlignment.Left, 48);
  readonly #subscription: vscode.Disposable;
  #key: string | null = null;
  /** What it was looked for with last: branch, folder, and the stories that there are. */
  #lookedWith = '';
  #isShown = false;
  readonly #looks = new LookOnce(() => this.#look());

  constructor(
    readonly repositories: Repositories,
    private readonly view: StoryView,
    private readonly log: Log,
  ) {
    this.#item.name = vscode.l10n.t('Story of This Window');
    this.#ready.name = vscode.l10n.t('Ready for QA');
    this.#ready.text = `$(beaker) ${vscode.l10n.t('Ready for QA')}`;
    this.#subscription = vscode.Disposable.from(
      this.#item,
      this.#ready,
      repositories.onDidChange(() => void this.#looks.ask()),
    );
    void this.#looks.ask();
  }

  /** The story whose worktree this window is open on; null where it is another folder. */
  card(): Card | null {
    return this.#key === null ? null : (storyWith(this, this.#key)?.card ?? null);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #look(): Promise<void> {
    try {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      const host = folder === undefined ? null : this.repositories.at(folder.uri);
      const cards = host?.model()?.cards ?? [];
      const branch = host?.repository?.state.HEAD?.name ?? '';
      const withWorktree = cards.filter(({ actions }) => actions.includes('openWorktree'));
      const lookedWith = [folder?.uri.fsPath, branch, ...withWorktree.map(({ key }) => key)].join(' ');
      if (folder !== undefined && host !== null && lookedWith !== this.#lookedWith) {
        this.#key = await this.#find(host, folder.uri.fsPath, branch, withWorktree);
        this.#lookedWith = lookedWith; // what could not be found out is looked for again
      }
    } catch (error) {
      this.log.warn(`[window] ${messageOf(error)}`);
    }
    this.#show();
  }

  async #find(host: RepositoryHost, folder: string, branch: string, cards: readonly Card[]): Promise<string | null> {
    const session = host.session();
    const named = [numberInName(branch), numberInName(folder.split(/[\\/]/).at(-1) ?? '')];
    const likely = cards.filter(({ number }) => named.includes(number));
    const place = await realpath(folder);
    for (const { key } of [...likely, ...cards.filter((one) => !likely.includes(one)).slice(0, ASKED)]) {
      const worktree = (await session?.worktreeOf(key)) ?? null;
      if (worktree !== null && (await realpath(worktree).catch(() => worktree)) === place) return key;
    }
    return null;
  }

  #show(): void {
    const card = this.card();
    // An agent that is at work says itself when it is done; a menu still offers it.
    const canBeReady = card?.agent === null && card.actions.includes('readyForQa');
    setContext('switchyard.windowStory', card !== null);
    setContext('switchyard.windowStoryCanBeReady', canBeReady);
    if (card === null) {
      this.#item.hide();
      this.#ready.hide();
      return;
    }
    const facts = factsText(card.facts, Date.now());
    this.#item.text = plainLine(
      [`#${card.number} ${stageWord(card.stage)}`, ...(facts === '' ? [] : [facts])].join(' · '),
    );
    this.#item.tooltip = new TooltipText()
      .bold(`#${card.number}`)
      .text(card.title)
      .end()
      .text(card.why ?? stageWord(card.stage))
      .toMarkdown();
    this.#item.command = { command: 'switchyard.showStoryPage', title: '', arguments: [card.key] };
    this.#item.show();
    this.#ready.command = { command: 'switchyard.readyForQa', title: '', arguments: [card.key] };
    if (canBeReady) this.#ready.show();
    else this.#ready.hide();
    if (!this.#isShown) void this.view.show(card.key);
    this.#isShown = true;
  }
}
