import * as vscode from 'vscode';
import { ACTIONS, type ActionId } from '../core/board/actions';
import { notifyWish } from './notifyWish';
import type { RepositoryHost } from './repositoryHost';
import { mention, warn } from './say/notify';
import { answerAgent } from './commands/talkToAgent';

const ANSWERS = ['allowOnce', 'allowForStory', 'deny'] as const satisfies readonly ActionId[];

/**
 * Says once what an agent asks, with the answers; `label` names the repository in a window of several. VS Code takes no
 * notification back: an answer to a question that is over says so, and is none to the one that the agent asks by then.
 */
export function notifyOfQuestions(
  host: RepositoryHost,
  label: () => string | null,
  guard: (command: ActionId, run: () => Promise<void>) => void,
): vscode.Disposable {
  const told = new Set<string>();
  return host.onDidChange(() => {
    const model = host.model();
    // The window that leads asks; the others show it in their views.
    if (model === null || model.mode === 'following' || notifyWish() === 'never') return;
    for (const { key, number, title, question, actions } of model.cards) {
      if (question === null || told.has(question.id)) continue;
      told.add(question.id);
      const answers = ANSWERS.filter((id) => actions.includes(id));
      const labels = answers.map((id) => vscode.l10n.t(ACTIONS[id].label));
      const where = label();
      void warn(`${where === null ? '' : `${where} `}#${number} ${title}: ${question.text}`, ...labels).then(
        (pressed) => {
          const answer = pressed === undefined ? undefined : answers[labels.indexOf(pressed)];
          if (answer === undefined) return;
          guard(answer, async () => {
            const said = await answerAgent({ host }, { key, question }, answer);
            if (said !== null) mention(said);
          });
        },
      );
    }
  });
}
