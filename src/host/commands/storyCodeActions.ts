import * as vscode from 'vscode';
import { todoIn } from '../../core/story/newStoryBody';
import type { Repositories } from '../repositories';
import { STORY_SCHEME } from '../storyDocument/storyUri';

/** Offers a story for a comment that asks for something, and for what is selected. */
export function registerStoryCodeActions(repositories: Repositories): vscode.Disposable {
  const kind = vscode.CodeActionKind.RefactorExtract.append('story');
  const action = (title: string, command: string, ...given: unknown[]): vscode.CodeAction => {
    const offered = new vscode.CodeAction(title, kind);
    offered.command = { title, command, arguments: given };
    return offered;
  };
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, range) => {
      if (repositories.state !== 'ready' || document.uri.scheme === STORY_SCHEME) return [];
      const { text } = document.lineAt(range.start.line);
      const offered = [];
      if (todoIn(text) !== null) {
        const title = vscode.l10n.t('New Story from This Comment…');
        offered.push(action(title, 'switchyard.newStoryFromTodo', document.uri, range.start.line));
      }
      if (!range.isEmpty) {
        offered.push(action(vscode.l10n.t('New Story from Selection…'), 'switchyard.newStoryFromSelection'));
      }
      return offered;
    },
  };
  return vscode.languages.registerCodeActionsProvider({ pattern: '**' }, provider, { providedCodeActionKinds: [kind] });
}
