import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { PermissionAnswer } from '../../core/agents/permission';
import type { MessageTime } from '../../core/agents/takeOver';
import { confirm } from '../say/notify';
import { wordsOf } from '../say/inWords';
import { askLine, pickOne } from '../say/pick';
import { workingOn } from '../say/showIfLong';
import type { CommandContext } from './context';
import { told } from './told';

const ANSWERS = { allowOnce: 'once', allowForStory: 'story', deny: 'deny' } as const satisfies Record<
  string,
  PermissionAnswer
>;

/** Answers what the story's agent asks, as it stood on the card: no other question, also where it is over. */
export async function answerAgent(
  { host }: Pick<CommandContext, 'host'>,
  { key, question }: Pick<Card, 'key' | 'question'>,
  id: keyof typeof ANSWERS,
): Promise<string | null> {
  const outcome = await host.session()?.answerAgent(key, question?.id ?? null, ANSWERS[id]);
  return outcome === undefined ? null : told(outcome);
}

/** Asks for a message, and where an agent is in the middle of its turn, when it is to read it. */
export async function writeToAgent(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  const text = await askLine({
    title:
      card.stage === 'QA' && card.agent !== null
        ? vscode.l10n.t('What should {0} know, which reviews #{1}?', card.agent, card.number)
        : vscode.l10n.t('What should the agent of #{0} know?', card.number),
    placeHolder: vscode.l10n.t('It reads this at the end of its turn'),
  });
  if (session === null || text === undefined || text.trim() === '') return null;
  const when = card.agent === null ? 'atTurnEnd' : await pickWhen(card);
  if (when === undefined) return null;
  const outcome = await session.writeToAgent(card.key, text, when);
  return told(outcome);
}

function pickWhen(card: Card): Promise<MessageTime | undefined> {
  const times: { label: string; detail: string; value: MessageTime }[] = [
    {
      label: vscode.l10n.t('At the End of Its Turn'),
      detail: vscode.l10n.t('{0} goes on with what it does and reads the message then.', card.agent ?? ''),
      value: 'atTurnEnd',
    },
    {
      label: vscode.l10n.t('Send Now'),
      detail: vscode.l10n.t('Its turn is cut short.'),
      value: 'now',
    },
  ];
  return pickOne(times, { title: vscode.l10n.t('When should #{0} read it?', card.number) });
}

/** Ends the agent's run and goes on in its place, in a terminal in the story's folder. */
export async function takeOver(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  if (session === null) return null;
  const outcome = await workingOn(card, session.takeOver(card.key));
  if (outcome.kind === 'refused') return told(outcome);
  const { folder, command, env } = outcome;
  const [shellPath, ...shellArgs] = command ?? [];
  const terminal = vscode.window.createTerminal({
    name: `#${card.number}`,
    cwd: folder,
    env,
    ...(shellPath !== undefined && { shellPath, shellArgs }),
  });
  terminal.show();
  return wordsOf(outcome);
}

/** Throws away what the agent knows of the story; what is in its worktree stays. */
export async function startFresh(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  if (session === null) return null;
  const agreed = await confirm(
    vscode.l10n.t('Start the agent of #{0} fresh?', card.number),
    vscode.l10n.t(
      'Its conversation is thrown away, and it begins anew with the story and with what is in the worktree. Commits and files stay as they are.',
    ),
    vscode.l10n.t('Start Fresh'),
  );
  if (!agreed) return null;
  const outcome = await session.startFresh(card.key);
  return told(outcome);
}
