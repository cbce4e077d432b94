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

/** Offered on every story to which they apply. */
const ALWAYS: readonly ActionId[] = ['openDiff', 'showOutput'];

/**
 * Above a story's text: the step that helps first, what can be looked at, the other steps, and last its stage and how many criteria
 * are met. What changes most stands behind what does not, so that it moves nothing under the mouse.
 */
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
    const action = (id: ActionId): vscode.CodeLens =>
      lens(vscode.l10n.t(titleOf(ACTIONS[id])), `switchyard.${id}`, card.key);
    const [first, others] = lensActions(card);
    // In few words: all of it is told under the pointer.
    const brief = card.brief ?? card.why;
    const stage = stageWord(card.stage);
    const why = brief === null ? '' : ` · ${behindStage(stage, brief)}`;
    const page = lens(vscode.l10n.t('Show Page'), 'switchyard.showStoryPage', card.key);
    const state = readOnly ?? `${stage}${criteriaWords(document)}${why}`;
    return [...first.map(action), page, ...others.map(action), stateLens(state, card.why)];
  }
}

/** Those that stand before Show Page, and those behind it. */
function lensActions({ primaryActions, actions, stage, dependsOn }: Card): [ActionId[], ActionId[]] {
  // One that cannot begin yet is told why; what it waits for is what can be changed.
  const waits = stage === 'Backlog' && dependsOn.length > 0 && !primaryActions.includes('start');
  const can = (id: ActionId): boolean => actions.includes(id) && ACTIONS[id].menu !== null;
  const steps = [...primaryActions, ...(waits ? (['dependsOn'] as const) : [])].filter(can);
  const first = [...new Set([...steps.slice(0, 1), ...ALWAYS.filter(can)])];
  return [first, steps.filter((id) => !first.includes(id))];
}

function criteriaWords(document: vscode.TextDocument): string {
  const criteria = readCriteria(document.getText());
  if (criteria.length === 0) return '';
  const done = criteria.filter((one) => one.done).length;
  return ` · ${vscode.l10n.t('{0} of {1} criteria', done, criteria.length)}`;
}
