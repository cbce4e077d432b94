import * as vscode from 'vscode';
import type { StageName } from '../../core/story/stage';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';

/** A story was made (`from` null), moved, or is among those that are shown no more (`to` null). */
export interface StoryEventShown {
  /** Its name in the window. */
  readonly repository: string;
  readonly number: number;
  readonly from: StageName | null;
  readonly to: StageName | null;
}

/** What changes on the boards from one look to the next, by story. A story that moves twice in between has moved once. */
export class StoryEvents implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<StoryEventShown>();
  readonly onDidChange = this.#changed.event;

  constructor(repositories: Repositories) {
    // The stories of a repository that comes are no news; it is watched from its first board on.
    repositories.each((host) => {
      let stages: ReadonlyMap<number, StageName> | null = null;
      return host.onDidChange(() => {
        stages = this.#look(host, stages);
      });
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #look(host: RepositoryHost, before: ReadonlyMap<number, StageName> | null): ReadonlyMap<number, StageName> | null {
    const model = host.model();
    if (model === null) return before;
    const stages = new Map(model.cards.map(({ number, stage }) => [number, stage]));
    if (before === null) return stages;
    const repository = host.name;
    for (const [number, to] of stages) {
      const from = before.get(number) ?? null;
      if (from !== to) this.#changed.fire({ repository, number, from, to });
    }
    for (const [number, from] of before)
      if (!stages.has(number)) this.#changed.fire({ repository, number, from, to: null });
    return stages;
  }
}
