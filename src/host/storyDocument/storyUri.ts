import * as vscode from 'vscode';

export const STORY_SCHEME = 'switchyard';

/** Where a story is opened as a document: `switchyard:/42.md`. */
export function storyUri(number: number): vscode.Uri {
  return vscode.Uri.from({ scheme: STORY_SCHEME, path: `/${number}.md` });
}

/** The number of the story at an address; null where the address is no story's. */
export function storyNumberIn({ scheme, path }: vscode.Uri): number | null {
  const digits = scheme === STORY_SCHEME ? /^\/([1-9]\d{0,14})\.md$/.exec(path)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}
