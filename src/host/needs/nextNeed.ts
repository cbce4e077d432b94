import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { NOTICE_COMMANDS } from '../notices';
import { inform } from '../say/notify';
import { whatWaits } from './inbox';
import { openNeed } from './openNeed';

/** Goes through what waits for the person, one at a time and round again. */
export class NextNeed {
  /** The story that was opened last, and its place then: when it is done, the next one stands there. */
  #last: { readonly key: string; readonly place: number } | null = null;

  constructor(private readonly context: CommandContext) {}

  async open(): Promise<void> {
    const { cards, notices } = whatWaits(this.context.host.model());
    const [notice] = notices;
    const [card] = cards.slice(this.#nextPlace(cards.map(({ key }) => key)));
    if (card !== undefined) {
      this.#last = { key: card.key, place: cards.indexOf(card) };
      await openNeed(this.context, card);
    } else if (notice !== undefined) {
      await vscode.commands.executeCommand(NOTICE_COMMANDS[notice.action.id]);
    } else {
      void inform(vscode.l10n.t('Nothing needs you now.'));
    }
  }

  #nextPlace(keys: readonly string[]): number {
    if (this.#last === null || keys.length === 0) return 0;
    const at = keys.indexOf(this.#last.key);
    return (at < 0 ? this.#last.place : at + 1) % keys.length;
  }
}
