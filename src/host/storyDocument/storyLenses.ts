import * as vscode from 'vscode';
import { ACTIONS, titleOf, type ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { behindStage } from '../../core/board/storyRow';
import { readCriteria } from '../../core/story/criteria';
import { plainLine } from '../../core/words/plainText';
import type { Repositories } from '../repositories';
import type { Agreements } from './agreements';
import { inWords } from '../say/inWords';
import { storyAt } from './storyUri';
import { stageWord } from '../../core/story/stageWords';

/** Offered on every story to which they apply, behind its sensible next steps. */
const ALWAYS: readonly ActionId[] = ['openDiff', 'showOutput'];

/** Above a story's text: its stage, what can be done with it, and how many of its criteria are met. */
export class StoryLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly repositories: Repositories,
    private readonly agreements: Agreements,
  ) {
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      repositories.onDidChange(() => this.#changed.fire()),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const number = storyAt(document.uri)?.number ?? null;
    if (number === null) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command = '', ...given: unknown[]): vscode.CodeLens =>
      new vscode.CodeLens(top, { title: plainLine(title), command, arguments: given });
    const stateLens = (words: string, why: string | null): vscode.CodeLens =>
      new vscode.CodeLens(top, { title: plainLine(words), command: '', tooltip: plainLine(why ?? '') });
    const card = this.repositories
      .at(document.uri)
      ?.model()
      ?.cards.find((one) => one.number === number);
    const said = this.agreements.of(document.uri).story?.readOnly ?? null;
    const readOnly = said && inWords([said]);
    if (card === undefined) return readOnly === null ? [] : [lens(readOnly)];
    const actions = lensActions(card).map((id) =>
      lens(vscode.l10n.t(titleOf(ACTIONS[id])), `switchyard.${id}`, card.key),
    );
    // In few words: a long line would push what can be done out of sight. All of it is told under the pointer.
    const brief = card.brief ?? card.why;
    const stage = stageWord(card.stage);
    const why = brief === null ? '' : ` · ${behindStage(stage, brief)}`;
    const page = lens(vscode.l10n.t('Show Page'), 'switchyard.showStoryPage', card.key);
    const state = readOnly ?? `${stage}${criteriaWords(document)}${why}`;
    return [stateLens(state, card.why), ...actions, page];
  }
}

function lensActions({ primaryActions, actions, stage, dependsOn }: Card): ActionId[] {
  // One that cannot begin yet is told why; what it waits for is what can be changed.
  const waits = stage === 'Backlog' && dependsOn.length > 0 && !primaryActions.includes('start');
  const offered = [...primaryActions, ...(waits ? (['dependsOn'] as const) : []), ...ALWAYS].filter(
    (id) => actions.includes(id) && ACTIONS[id].menu !== null,
  );
  return [...new Set(offered)];
}

function criteriaWords(document: vscode.TextDocument): string {
  const criteria = readCriteria(document.getText());
  if (criteria.length === 0) return '';
  const done = criteria.filter((one) => one.done).length;
  return ` · ${vscode.l10n.t('{0} of {1} criteria', done, criteria.length)}`;
}
