import * as vscode from 'vscode';
import type { Card } from '../core/board/card';
import { findDependencies, findReferences, type Reference } from '../core/story/references';
import type { Repositories } from './repositories';
import { TooltipText } from './say/markdown';
import { STORY_SCHEME, storyAt, storyUri } from './storyDocument/storyUri';

/** In the documents of stories `#12` leads to that story, and says what it is. */
export function linkStories(repositories: Repositories): vscode.Disposable {
  const links = new StoryLinks(repositories);
  return vscode.Disposable.from(
    vscode.languages.registerDocumentLinkProvider({ scheme: STORY_SCHEME }, links),
    vscode.languages.registerHoverProvider({ scheme: STORY_SCHEME }, links),
  );
}

class StoryLinks implements vscode.DocumentLinkProvider, vscode.HoverProvider {
  constructor(private readonly repositories: Repositories) {}

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const highest = this.#cardsAt(document).reduce((most, { number }) => Math.max(most, number), 0);
    return namedIn(document).flatMap((reference) => {
      // A number that no story ever had is no story.
      if (reference.number > highest) return [];
      const link = new vscode.DocumentLink(
        rangeOf(document, reference),
        storyUri({ number: reference.number, repository: storyAt(document.uri)?.repository ?? null }),
      );
      link.tooltip = vscode.l10n.t('Open #{0}', reference.number);
      return [link];
    });
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
    const at = document.offsetAt(position);
    const reference = namedIn(document).find(({ start, end }) => start <= at && at <= end);
    if (reference === undefined) return null;
    const card = this.#cardsAt(document).find(({ number }) => number === reference.number);
    return card === undefined ? null : new vscode.Hover(describeCard(card), rangeOf(document, reference));
  }

  #cardsAt({ uri }: vscode.TextDocument): readonly Card[] {
    return this.repositories.at(uri)?.model()?.cards ?? [];
  }
}

function describeCard({ number, title, stage, why }: Card): vscode.MarkdownString {
  const text = new TooltipText().bold(`#${number}`).text(title).end().text(vscode.l10n.t('In {0}', stage)).end();
  return (why === null ? text : text.text(why)).toMarkdown();
}

/** What is named in the front matter and in the text, each place once. */
function namedIn(document: vscode.TextDocument): Reference[] {
  const text = document.getText();
  const needed = findDependencies(text);
  const places = new Set(needed.map(({ start }) => start));
  return [...needed, ...findReferences(text).filter(({ start }) => !places.has(start))];
}

function rangeOf(document: vscode.TextDocument, { start, end }: Reference): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
