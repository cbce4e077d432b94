import * as vscode from 'vscode';
import type { StageName } from '../../core/story/stage';
import type { RepositoryHost } from '../repositoryHost';

/** A story was made (`from` null), moved, or is among those that are shown no more (`to` null). */
export interface StoryEventShown {
  readonly number: number;
  readonly from: StageName | null;
  readonly to: StageName | null;
}

/** What changes on the board from one look to the next, by story. A story that moves twice in between has moved once. */
export class StoryEvents implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<StoryEventShown>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #repository: string | null = null;
  #stages = new Map<number, StageName>();

  constructor(private readonly host: RepositoryHost) {
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      host.onDidChange(() => this.#look()),
    );
    this.#look();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #look(): void {
    const model = this.host.model();
    if (model === null) return;
    const before = this.#stages;
    this.#stages = new Map(model.cards.map(({ number, stage }) => [number, stage]));
    // The stories of another repository are not news of this one.
    const isSame = this.#repository === model.repository;
    this.#repository = model.repository;
    if (!isSame) return;
    for (const [number, to] of this.#stages) {
      const from = before.get(number) ?? null;
      if (from !== to) this.#changed.fire({ number, from, to });
    }
    for (const [number, from] of before) if (!this.#stages.has(number)) this.#changed.fire({ number, from, to: null });
  }
}
