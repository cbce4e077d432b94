import type * as vscode from 'vscode';
import { Agreement, type KeptAgreement } from './agreement';

/** What editors and the store agreed on, story by story. What an open editor needs outlives a reload of the window. */
export class Agreements {
  readonly #all = new Map<number, Agreement>();

  constructor(private readonly memento: vscode.Memento) {}

  of(number: number): Agreement {
    const known = this.#all.get(number);
    if (known !== undefined) return known;
    const made = new Agreement(number, this.memento.get<KeptAgreement>(keyOf(number)));
    this.#all.set(number, made);
    return made;
  }

  async keep({ number, key, base, draft }: Agreement): Promise<void> {
    await this.memento.update(keyOf(number), { key, base, draft } satisfies KeptAgreement);
  }

  /** No editor has it open any more. */
  async forget(number: number): Promise<void> {
    this.#all.delete(number);
    await this.memento.update(keyOf(number), undefined);
  }
}

function keyOf(number: number): string {
  return `storyDocument.${number}`;
}
