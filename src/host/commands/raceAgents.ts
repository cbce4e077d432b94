import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { Session } from '../../session/session';
import { confirm, inform } from '../say/notify';
import { showIfLong, workingOn } from '../say/showIfLong';
import { translate } from '../say/translate';
import { tickSet } from '../say/tickSet';
import { documentName, type CommandContext } from './context';
import { told } from './told';

/** Asks which agents race on a story, and starts them. */
export async function raceAgents(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  const race = await session?.raceOf(card.key);
  if (session === null || race === undefined) return null;
  const choices = race.agents.map((name) => ({ label: name, value: name, ticked: true }));
  const agents = await tickSet(choices, {
    title: vscode.l10n.t('Which agents race on #{0}?', card.number),
    placeHolder: vscode.l10n.t('Each works in a branch and a worktree of its own; you keep one'),
  });
  if (agents === undefined) return null;
  const going = session.race(card.key, agents);
  // The worktree that is being made is one of theirs.
  const cancel = async (): Promise<void> => {
    const { racers } = await session.raceOf(card.key);
    for (const key of new Set([card.key, ...racers.map((one) => one.key)])) await session.cancelStart(key);
  };
  const title = vscode.l10n.t('Making the worktrees of a race on #{0}', card.number);
  return told(await showIfLong(title, going, () => void cancel()));
}

/** Shows those that race side by side. */
export async function compareRace(context: CommandContext, card: Card): Promise<void> {
  const { racers } = (await context.host.session()?.raceOf(card.key)) ?? { racers: [] };
  if (racers.length === 0) return void inform(vscode.l10n.t('#{0} races nobody any more.', card.number));
  const { raceText } = await import('../../core/agents/raceText');
  const keep = racers
    .filter(({ stage }) => stage === 'ReviewHold')
    .map(({ key, number, agent }) => ({
      label: vscode.l10n.t('Keep #{0} {1}', number, agent),
      run: async () => {
        await vscode.commands.executeCommand('switchyard.keepThisOne', key);
      },
    }));
  const again = { label: vscode.l10n.t('Look Again'), run: () => compareRace(context, card) };
  const [first] = racers.map(({ number }) => number).sort((a, b) => a - b);
  const name = documentName(context, `${vscode.l10n.t('Race of #{0}', first ?? card.number)}.txt`);
  await context.texts.show(name, raceText(racers, translate), [...keep, again]);
}

/** Makes the branch of one that races the story's; the others are kept, and can be restored. */
export async function keepThisOne(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  const { racers } = (await session?.raceOf(card.key)) ?? { racers: [] };
  const one = racers.find(({ key }) => key === card.key);
  if (session === null || one === undefined) return null;
  const others = racers.filter(({ key }) => key !== card.key).map(({ agent }) => agent);
  const agreed = await confirm(
    vscode.l10n.t('Keep what {0} made?', one.agent),
    vscode.l10n.t(
      'What {0} made is saved first, with everything uncommitted, and can be restored. Then its worktree goes.',
      others.join(', '),
    ),
    vscode.l10n.t('Keep This One'),
  );
  return agreed ? keep(session, card) : null;
}

async function keep(session: Session, card: Card): Promise<string | null> {
  return told(await workingOn(card, session.keepRacer(card.key)));
}
