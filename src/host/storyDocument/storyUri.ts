import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { plainLine } from '../../core/words/plainText';

export const STORY_SCHEME = 'switchyard';

/** Where a document of a story leads: `repository` is null where the window has only one. */
export interface StoryAddress {
  readonly number: number;
  readonly repository: string | null;
}

/** Where a story is opened as a document: `switchyard:/42.md`, or `switchyard:/app/42.md` in a window of several repositories. */
export function storyUri({ number, repository }: StoryAddress): vscode.Uri {
  return vscode.Uri.from({ scheme: STORY_SCHEME, path: `${repository === null ? '' : `/${repository}`}/${number}.md` });
}

/** What the tab of a story says, as the last argument of `vscode.open`. */
export function tabLabel({ number, title }: Pick<Card, 'number' | 'title'>): string {
  return plainLine(`#${number} ${title}.md`);
}

/** The story at an address; null where the address is no story's. */
export function storyAt({ scheme, path }: vscode.Uri): StoryAddress | null {
  const [, repository = null, digits] = (scheme === STORY_SCHEME ? /^(?:\/([^/]+))?\/([1-9]\d{0,14})\.md$/.exec(path) : null) ?? []; // prettier-ignore
  return digits === undefined ? null : { number: Number(digits), repository };
}
