import { Listeners } from '../base/listeners';
import type { Disposable } from '../base/disposable';
import type { BoardModel } from '../core/board/boardModel';
import { BoardMaker } from '../core/board/boardMaker';
import type { PipelineFacts } from '../core/pipeline/facts';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';

/** What happens within this time (ms) is shown together. */
const TOGETHER_MS = 30;

interface BoardViewPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** The facts of the last round, with the time and all that is known without a look as they are now. */
  readonly facts: () => PipelineFacts | null;
}

/** What the views show. Showing looks at nothing and decides nothing. */
export class BoardView {
  readonly #listeners: Listeners<void>;
  readonly #boards = new BoardMaker();
  #model: BoardModel | null = null;
  #soon: Disposable | null = null;
  #disposed = false;

  constructor(private readonly ports: BoardViewPorts) {
    this.#listeners = new Listeners(ports.log);
  }

  /** Null until there are facts. */
  model(): BoardModel | null {
    return this.#model;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  /** Shows at once. */
  show(): void {
    this.#soon?.dispose();
    this.#soon = null;
    const facts = this.#disposed ? null : this.ports.facts();
    if (facts === null) return;
    this.#model = this.#boards.make(facts);
    this.#listeners.call();
  }

  /** Shows in a moment, together with what else happens until then. */
  showSoon(): void {
    if (!this.#disposed) this.#soon ??= this.ports.clock.after(TOGETHER_MS, () => this.show());
  }

  dispose(): void {
    this.#disposed = true;
    this.#soon?.dispose();
  }
}
