import * as vscode from 'vscode';
import type { Repositories } from '../repositories';
import { sayNeedsYou } from '../../core/board/spoken';
import { plainLine } from '../../core/words/plainText';
import { inWords } from '../say/inWords';
import { dragStories, type MoveStories } from './dragStories';
import { storyWith } from '../storyIn';
import { RepositoriesTree } from './repositoriesTree';
import { wordsOf } from '../say/inWords';

export interface StoryView {
  readonly provider: RepositoriesTree;
  /** Selects a story in the tree, without taking the focus; where the view is not open, as soon as it is. */
  show(key: string): Promise<void>;
  dispose(): void;
}

/** The view of stories in the activity bar, with a badge that counts what needs the person. */
export function createStoryView(repositories: Repositories, extensionUri: vscode.Uri, move: MoveStories): StoryView {
  const provider = new RepositoriesTree(repositories, extensionUri);
  const view = vscode.window.createTreeView('switchyard.stories', {
    treeDataProvider: provider,
    canSelectMany: true,
    showCollapseAll: true,
    dragAndDropController: dragStories(provider, (key) => storyWith({ repositories }, key), move),
  });
  const show = () => {
    const { needsYou } = repositories.overview().counts;
    view.badge = needsYou === 0 ? undefined : { value: needsYou, tooltip: inWords([sayNeedsYou(needsYou)]) };
    view.message = plainLine(messageOf(repositories));
    view.description = plainLine(descriptionOf(repositories));
  };
  show();
  /** Key of the story that is to be selected; null once it is. */
  let wanted: string | null = null;
  const select = async (): Promise<void> => {
    const key = wanted;
    const node = key === null ? null : provider.storyNode(key);
    if (!view.visible || node === null) return;
    wanted = null;
    // While the tree is drawn anew it may not find a row that is there: the next change tries again.
    await view.reveal(node, { select: true, focus: false }).then(undefined, () => (wanted ??= key));
  };
  const subscription = vscode.Disposable.from(
    view,
    provider,
    repositories.onDidChange(show),
    repositories.onDidChange(() => void select()),
    view.onDidChangeVisibility(() => void select()),
  );
  return {
    provider,
    show(key) {
      wanted = key;
      return select();
    },
    dispose() {
      subscription.dispose();
    },
  };
}

/** Where stories land, and with whom they are shared. Of several repositories each row says its own. */
function descriptionOf(repositories: Repositories): string {
  const model = repositories.areSeveral ? null : repositories.shown().model();
  return [model?.target?.name, model?.sharing?.words].filter((part) => part !== undefined).join(' · ');
}

/** What keeps stories from moving. Of several repositories each has rows of its own for that. */
function messageOf(repositories: Repositories): string {
  if (repositories.areSeveral) return '';
  const host = repositories.shown();
  const problem = host.session()?.problem() ?? null;
  if (problem !== null) return wordsOf(problem);
  const model = host.model();
  // A message hides the welcome view, which is what says how to begin; without a story nothing waits for a notice yet.
  return model === null || model.cards.length === 0 ? '' : (model.notices[0]?.text ?? '');
}
