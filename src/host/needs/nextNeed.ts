import * as vscode from 'vscode';
import { targetOf } from '../commands/chooseRepository';
import { inRepository, type CommandContext } from '../commands/context';
import { NOTICE_COMMANDS } from '../notices';
import { inform } from '../say/notify';
import { setContext } from '../setContext';
import { whatWaits } from './inbox';
import { openNeed } from './openNeed';

/** Goes through what waits for the person, one at a time and round again. */
export class NextNeed {
  /** The story that was opened last, and its place then: when it is done, the next one stands there. */
  #last: { readonly key: string; readonly place: number } | null = null;

  async open(context: CommandContext): Promise<void> {
    const { stories, notices } = whatWaits(context.repositories);
    const [held] = notices;
    const [next] = stories.slice(this.#nextPlace(stories.map(({ card }) => card.key)));
    if (next !== undefined) {
      this.#last = { key: next.card.key, place: stories.indexOf(next) };
      setContext('switchyard.done.needs', true);
      await openNeed(inRepository(context, next.host), next.card);
    } else if (held !== undefined) {
      await vscode.commands.executeCommand(NOTICE_COMMANDS[held.notice.action.id], targetOf(held.host));
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
