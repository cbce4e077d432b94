import * as vscode from 'vscode';
import { pause } from '../../base/pause';
import { systemClock } from '../../base/systemClock';
import { needsOf } from '../../core/agents/agentNeeds';
import { verdictOf, type AgentTrial, type TrialOutcome } from '../../core/agents/agentTrial';
import { readableApproval } from '../../core/agents/readableApproval';
import { APPROVAL_REACHES } from '../approvalElsewhere';
import type { CommandContext } from '../commands/context';
import { choose, mention, warn } from '../say/notify';
import { trialHeadline, trialLines } from './trialWords';
import { wordsOf } from '../say/inWords';

/** An agent as it stands in the settings. */
export interface AgentEntry {
  readonly name: string;
  readonly command: string;
  readonly [field: string]: unknown;
}

type Session = NonNullable<ReturnType<CommandContext['host']['session']>>;

/**
 * Offers to try an agent in a worktree that is thrown away before it is added. Nothing runs before the person has seen the
 * command and said so. `add` writes the agent into the settings.
 */
export async function tryAgent(context: CommandContext, agent: AgentEntry, add: () => Promise<void>): Promise<void> {
  const session = context.host.session();
  if (session === null) return add();
  const plan = await session.planTrial(agent);
  if (plan.kind === 'refused') {
    void warn(wordsOf(plan));
    return;
  }
  const [read, attempt, without] = [
    vscode.l10n.t('Read in Editor'),
    vscode.l10n.t('Try It'),
    vscode.l10n.t('Add Without Trying'),
  ];
  const shown = readableApproval(plan.text);
  const pressed = await choose(
    vscode.l10n.t('Try {0} before it gets a story?', agent.name),
    `${shown}\n\n${tryWords()}`,
    [read, attempt, without],
  );
  const again = (): Promise<void> => tryAgent(context, agent, add);
  if (pressed === read)
    await context.texts.show(`${vscode.l10n.t('Commands')}.txt`, `${shown}\n`, [
      { label: vscode.l10n.t('Try It…'), run: again },
    ]);
  if (pressed === without) await add();
  if (pressed !== attempt) return;
  await context.approval.approve(plan.subject);
  await showOutcome(context, agent, await underProgress(session, agent), { add, again });
}

function tryWords(): string {
  return vscode.l10n.t(
    'Switchyard makes a worktree that is thrown away, and asks the agent there to write one file and commit it. That is one short request to its model, and takes five minutes at most. What it asks for inside that worktree is allowed. Nothing of it stays.',
  );
}

function underProgress(session: Session, agent: AgentEntry): Thenable<TrialOutcome> {
  const title = vscode.l10n.t('Trying {0} in a throw-away worktree', agent.name);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_, cancelled) => {
    cancelled.onCancellationRequested(() => void session.cancelTrial());
    let outcome = await session.tryAgent(agent);
    for (let times = 0; outcome.kind === 'unapproved' && times < APPROVAL_REACHES.times; times += 1) {
      if (cancelled.isCancellationRequested) break;
      await pause(systemClock, APPROVAL_REACHES.eachMs);
      outcome = await session.tryAgent(agent);
    }
    return outcome;
  });
}

interface NextSteps {
  readonly add: () => Promise<void>;
  readonly again: () => Promise<void>;
}

async function showOutcome(
  context: CommandContext,
  agent: AgentEntry,
  outcome: TrialOutcome,
  next: NextSteps,
): Promise<void> {
  switch (outcome.kind) {
    case 'refused':
      void warn(wordsOf(outcome));
      return;
    case 'unapproved':
      void warn(
        vscode.l10n.t(
          'The agent was not tried: the window that runs Switchyard for this repository does not see your approval, because it has another profile or is another VS Code. Try it in that window.',
        ),
      );
      return;
    case 'tried':
      if (outcome.trial.end.kind === 'cancelled' && outcome.trial.left.length === 0)
        return mention(vscode.l10n.t('The try of {0} was cancelled. Nothing of it stays.', agent.name));
      return showTrial(context, agent, outcome.trial, next);
    default:
      outcome satisfies never;
  }
}

async function showTrial(
  context: CommandContext,
  agent: AgentEntry,
  trial: AgentTrial,
  { add, again }: NextSteps,
): Promise<void> {
  const needs = needsOf([agent.command.split(' ')[0] ?? '']);
  const works = verdictOf(trial) === 'works';
  const addIt = works ? vscode.l10n.t('Add Agent') : vscode.l10n.t('Add Anyway');
  const [repeat, read, terminal] = [
    vscode.l10n.t('Try Again'),
    vscode.l10n.t('Read What It Said'),
    vscode.l10n.t('Log In…'),
  ];
  const isMute = !trial.answered && trial.work.kind === 'nothing';
  const isToLogIn = needs !== null && isMute && trial.end.kind !== 'notFound';
  const answers = works ? [addIt, read] : [...(isToLogIn ? [terminal] : []), repeat, read, addIt];
  const lines = trialLines(trial, needs?.login ?? null).join('\n');
  switch (await choose(trialHeadline(trial), lines, answers)) {
    case addIt:
      return add();
    case repeat:
      return again();
    case terminal:
      return logIn(context, needs?.login ?? '');
    case read: {
      const actions = [
        { label: addIt, run: add },
        { label: repeat, run: again },
      ];
      const text = `${trialHeadline(trial)}\n\n${lines}\n\n${trial.output}`;
      return context.texts.show(`${vscode.l10n.t('{0} on trial', agent.name)}.txt`, text, actions);
    }
    default:
  }
}

/** Types the login into a terminal, where the person sees it and presses Enter. */
function logIn(context: CommandContext, login: string): void {
  const cwd = context.host.repository?.rootUri;
  const terminal = vscode.window.createTerminal({ name: login, ...(cwd === undefined ? {} : { cwd }) });
  terminal.show();
  terminal.sendText(login, false);
}
