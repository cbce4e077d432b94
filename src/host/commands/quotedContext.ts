import * as vscode from 'vscode';
import type { QuotedContext } from '../../core/story/newStoryBody';
import { STORY_SCHEME } from '../storyDocument/storyUri';

/** What is selected in the active editor, with its place; null where nothing is. A story's own text quotes nothing. */
export function selectedContext(): QuotedContext | null {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty || editor.document.uri.scheme === STORY_SCHEME) return null;
  return contextOf(editor.document, editor.selection);
}

/** A part of a document with its place. A selection that ends at the beginning of a line does not mean that line. */
export function contextOf(document: vscode.TextDocument, range: vscode.Range): QuotedContext | null {
  const text = document.getText(range);
  if (text.trim() === '') return null;
  const isBehind = range.end.character === 0 && range.end.line > range.start.line;
  return {
    path: vscode.workspace.asRelativePath(document.uri, false).replaceAll('\\', '/'),
    fromLine: range.start.line + 1,
    toLine: range.end.line + (isBehind ? 0 : 1),
    language: document.languageId,
    text,
  };
}
