import type * as vscode from 'vscode';
import type { StoryFileProblem } from '../../core/story/storyFile';
import type { StoryText } from '../../engine/storyTexts';

/** What outlives a window: the text that an open editor and the store agreed on last, and a front matter that is wrong. */
export interface KeptAgreement {
  /** Of the story: a window that goes to another repository has other stories under the same numbers. */
  readonly key: string | null;
  readonly base: string | null;
  readonly draft: string | null;
}

/** So many of the texts that VS Code was given last are known again when an editor shows them. */
const KNOWN = 8;

/**
 * What is known of one story and of the editor that may have it open. Texts are held with one kind of line end, as an editor
 * has them: only what a person changes is to be a difference.
 */
export class Agreement {
  key: string | null;
  /** As the store had it when it was asked last. */
  story: StoryText | null = null;
  /** Whether VS Code was told that it can only be read, when it read the file last. */
  wasReadOnly = false;
  /** What the editor and the store agreed on last. */
  base: string | null;
  /** A front matter that was saved though it is wrong: it is shown as it was written until it is right. */
  draft: string | null;
  /** What the store had to say of the front matter that was saved last. */
  said: { readonly front: string; readonly problems: readonly StoryFileProblem[] } | null = null;
  readonly #known: { readonly shown: string; readonly agreed: string }[] = [];

  constructor(
    /** Of the document. */
    readonly uri: vscode.Uri,
    kept: KeptAgreement | undefined,
  ) {
    this.key = kept?.key ?? null;
    this.base = kept?.base ?? null;
    this.draft = kept?.draft ?? null;
  }

  /**
   * VS Code has been given this text, or has given it to the store. `agreed`: what both then agree on, where that is
   * another: a front matter that is wrong is nothing that the store has agreed to.
   */
  know(text: string, agreed: string = text): void {
    const shown = withOneLineEnd(text);
    const at = this.#known.findIndex((one) => one.shown === shown);
    if (at >= 0) this.#known.splice(at, 1);
    this.#known.push({ shown, agreed: withOneLineEnd(agreed) });
    if (this.#known.length > KNOWN) this.#known.shift();
  }

  /** An editor shows this text and has nothing to save: if it is one of ours, both agree. Whether that is news. */
  agree(text: string): boolean {
    const shown = withOneLineEnd(text);
    const known = this.#known.find((one) => one.shown === shown);
    if (known === undefined || known.agreed === this.base) return false;
    this.base = known.agreed;
    return true;
  }
}

export function withOneLineEnd(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** `text` with the line ends that `like` has. */
export function withLineEndsOf(like: string, text: string): string {
  return like.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
