import { applyDelta, diffModel, isEmptyDelta, type BoardDelta } from './boardDelta';
import { arrangeCards } from './arrangeCards';
import { headOf } from './boardHead';
import type { BoardHead, BoardModel } from './boardModel';
import type { Card } from './card';

/**
 * A board on its way to who shows it: whole, or what changed since the revision before. Revisions rise by one, so that a
 * message that was lost is noticed.
 */
export type ModelMessage =
  | { readonly kind: 'whole'; readonly revision: number; readonly head: BoardHead; readonly cards: readonly Card[] }
  | { readonly kind: 'change'; readonly revision: number; readonly delta: BoardDelta };

/** Says what one receiver needs to hear of a model that changes. */
export class ModelFeed {
  #revision = 0;
  #sent: BoardModel | null = null;

  /** Null where the receiver has heard all of it. */
  next(model: BoardModel): ModelMessage | null {
    const before = this.#sent;
    if (before === model) return null;
    this.#sent = model;
    if (before === null) {
      this.#revision += 1;
      return { kind: 'whole', revision: this.#revision, head: headOf(model), cards: model.cards };
    }
    const delta = diffModel(before, model);
    if (isEmptyDelta(delta)) return null;
    this.#revision += 1;
    return { kind: 'change', revision: this.#revision, delta };
  }

  /** The receiver has nothing, or lost something: it needs the whole model next. */
  startOver(): void {
    this.#sent = null;
  }
}

/** What a receiver makes of the messages. After a gap it shows what it had, and takes changes again after a whole model. */
export class ModelMirror {
  #revision: number | null = null;
  #model: BoardModel | null = null;

  /** Null until the first whole model. */
  get model(): BoardModel | null {
    return this.#model;
  }

  /** `gap`: something before it was lost, so the sender has to start over. `behind`: that has been said already. */
  take(message: ModelMessage): 'shown' | 'gap' | 'behind' {
    if (message.kind === 'whole') {
      this.#model = arrangeCards(message.head, message.cards);
      this.#revision = message.revision;
      return 'shown';
    }
    if (this.#model === null || this.#revision === null) return 'behind';
    const next = message.revision === this.#revision + 1 ? applyDelta(this.#model, message.delta) : null;
    this.#revision = next === null ? null : message.revision;
    if (next === null) return 'gap';
    this.#model = next;
    return 'shown';
  }
}
