import type * as vscode from 'vscode';
import { Agreement, type KeptAgreement } from './agreement';

/** What editors and the store agreed on, story by story. What an open editor needs outlives a reload of the window. */
export class Agreements {
  readonly #all = new Map<string, Agreement>();

  constructor(private readonly memento: vscode.Memento) {}

  of(uri: vscode.Uri): Agreement {
    const known = this.#all.get(uri.path);
    if (known !== undefined) return known;
    const made = new Agreement(uri, this.memento.get<KeptAgreement>(keyOf(uri)));
    this.#all.set(uri.path, made);
    return made;
  }

  async keep({ uri, key, base, draft }: Agreement): Promise<void> {
    await this.memento.update(keyOf(uri), { key, base, draft } satisfies KeptAgreement);
  }

  /** No editor has it open any more. */
  async forget(uri: vscode.Uri): Promise<void> {
    this.#all.delete(uri.path);
    await this.memento.update(keyOf(uri), undefined);
  }
}

/** `storyDocument.42`, `storyDocument.app/42` */
function keyOf({ path }: vscode.Uri): string {
  return `storyDocument.${path.slice(1).replace(/\.md$/, '')}`;
}
