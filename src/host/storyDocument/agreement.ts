import type * as vscode from 'vscode';
import type { StoryFileProblem } from '../../core/story/storyFile';
import type { StoryText } from '../../engine/stories/storyTexts';

/** What outlives a window: the text that an open editor and the store agreed on last, and a front matter that is wrong. */
export interface KeptAgreement {
  /** Of the story: a window that goes to another repository has other stories under the same numbers. */
  readonly key: string | null;
  readonly base: string | null;
  readonly draft: string | null;
}

/** So many of the texts that VS Code was given last are known again when an editor shows them. */
const KNOWN = 8;

/** Of so many texts that an editor showed last it is known what each of them was based on. */
const SHOWN = 32;

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
  /** What comes into the editor now. From the moment that it shows this text, both agree on `base`. */
  #coming: { readonly text: string; readonly base: string } | null = null;
  /** What the editor has shown last: what VS Code gives to the store is one of these. Not each save says that it begins. */
  readonly #shown: { readonly text: string; readonly base: string | null }[] = [];
  /** What VS Code gave to the store last. */
  #written: string | null = null;

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

  /** What others wrote is about to enter the editor: it makes `text` of it, and `base` is what both then agree on. */
  comes(text: string, base: string): void {
    this.#coming = { text, base };
  }

  /** It is in, or was refused. */
  came(isIn: boolean): void {
    if (isIn && this.#coming !== null) this.base = this.#coming.base;
    this.#coming = null;
  }

  /** VS Code begins to save what the editor shows, or something that it is about to show. */
  saves(text: string): void {
    this.#written = null;
    this.shows(text);
  }

  /** The editor shows another text. */
  shows(text: string): void {
    const shown = withOneLineEnd(text);
    if (this.#coming?.text === shown) this.came(true);
    this.#shown.push({ text: shown, base: this.base });
    if (this.#shown.length > SHOWN) this.#shown.shift();
  }

  /** What a text that VS Code gives to the store differs from by nothing but what the person wrote. */
  baseOf(text: string): string | null {
    const shown = withOneLineEnd(text);
    const found = this.#shown.findLast((one) => one.text === shown);
    return found === undefined ? this.base : found.base;
  }

  /** VS Code has given `text` to the store. `base`: what both agree on by now. */
  wrote(text: string, base: string): void {
    this.#written = withOneLineEnd(text);
    this.base = base;
  }

  /** The save is over. Whether the editor shows something else than what was saved: to VS Code that is unsaved. */
  saved(text: string): boolean {
    return this.#written !== null && this.#written !== withOneLineEnd(text);
  }
}

export function withOneLineEnd(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** `text` with the line ends that `like` has. */
export function withLineEndsOf(like: string, text: string): string {
  return like.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
