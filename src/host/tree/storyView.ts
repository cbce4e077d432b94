import * as vscode from 'vscode';
import type { RepositoryHost } from '../repositoryHost';
import { needsYouWords } from '../../core/board/spoken';
import { plainLine } from '../../core/words/plainText';
import { dragStories, type MoveStories } from './dragStories';
import { StoryTree } from './storyTree';

export interface StoryView {
  readonly provider: StoryTree;
  /** Selects a story in the tree, without taking the focus. */
  show(key: string): Promise<void>;
  dispose(): void;
}

/** The view of stories in the activity bar, with a badge that counts what needs the person. */
export function createStoryView(host: RepositoryHost, extensionUri: vscode.Uri, move: MoveStories): StoryView {
  const provider = new StoryTree(
    {
      model: () => host.model(),
      onDidChange: host.onDidChange,
      // Where the leading window cannot be reached, the view's message says so.
      body: async (key) =>
        (await host
          .session()
          ?.bodyOf(key)
          .catch(() => '')) ?? '',
      history: async (key, limit) =>
        (await host
          .session()
          ?.historyOf(key, limit)
          .catch(() => [])) ?? [],
    },
    extensionUri,
  );
  const view = vscode.window.createTreeView('switchyard.stories', {
    treeDataProvider: provider,
    canSelectMany: true,
    showCollapseAll: true,
    dragAndDropController: dragStories(() => host.model(), move),
  });
  const show = () => {
    const model = host.model();
    const needsYou = model?.counts.needsYou ?? 0;
    view.badge = needsYou === 0 ? undefined : { value: needsYou, tooltip: needsYouWords(needsYou) };
    // A message hides the welcome view, which is what says how to begin; without a story nothing waits for a notice yet.
    const notice = model === null || model.cards.length === 0 ? undefined : model.notices[0]?.text;
    view.message = plainLine(host.session()?.problem() ?? notice ?? '');
    view.description = plainLine(model?.target?.name ?? '');
  };
  show();
  const subscription = vscode.Disposable.from(view, provider, host.onDidChange(show));
  return {
    provider,
    async show(key) {
      if (view.visible) await view.reveal({ kind: 'story', key }, { select: true, focus: false });
    },
    dispose() {
      subscription.dispose();
    },
  };
}
