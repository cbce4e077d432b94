import * as vscode from 'vscode';
import { sayGate, sayTest, type GateHealth } from '../../core/gates/gateHealth';
import { confirm, inform, warn } from '../say/notify';
import { pickOne } from '../say/pick';
import type { CommandContext } from './context';
import { inWords, wordsOf } from '../say/inWords';

/** A gate, or one test of it. */
interface Choice {
  readonly gate: string;
  readonly test: string | null;
  readonly isQuarantined: boolean;
}

type Row = Parameters<typeof pickOne<Choice>>[0][number];

/** Shows how gates and their flaky tests are, and quarantines the chosen one, or ends that. */
export async function quarantineGate(context: CommandContext): Promise<void> {
  const session = context.host.session();
  const gates = (await session?.gateHealth()) ?? [];
  if (session === null || gates.length === 0) {
    void inform(vscode.l10n.t('No gate is configured, so there is none to quarantine.'));
    return;
  }
  const chosen = await pickOne(gates.flatMap(rowsOf), {
    title: vscode.l10n.t('Quarantine which gate or test, or end that?'),
    placeHolder: vscode.l10n.t('What is quarantined runs and is shown, and its red stops no story'),
  });
  if (chosen === undefined) return;
  const { gate, test } = chosen;
  const outcome = chosen.isQuarantined
    ? await session.endQuarantine(gate, test)
    : (await confirmed(chosen))
      ? await session.quarantine(gate, test)
      : null;
  if (outcome !== null) void (outcome.kind === 'done' ? inform(wordsOf(outcome)) : warn(wordsOf(outcome)));
}

function rowsOf(health: GateHealth): Row[] {
  const { gate, command } = health;
  const tests = health.tests.map((one): Row => {
    const about = { name: one.test, description: vscode.l10n.t('test of gate {0}', gate) };
    return rowOf(
      { gate, test: one.test, isQuarantined: one.quarantinedSince !== null },
      about,
      inWords(sayTest(one, Date.now())),
    );
  });
  const choice = { gate, test: null, isQuarantined: health.quarantinedSince !== null };
  return [rowOf(choice, { name: gate, description: command }, inWords(sayGate(health, Date.now()))), ...tests];
}

function rowOf(value: Choice, { name, description }: { name: string; description: string }, detail: string): Row {
  return {
    label: name,
    icon: value.isQuarantined ? 'circle-slash' : 'beaker',
    description: value.isQuarantined ? vscode.l10n.t('quarantined: choose it to have it count again') : description,
    detail,
    value,
  };
}

function confirmed({ gate, test }: Choice): Promise<boolean> {
  return confirm(
    test === null ? vscode.l10n.t('Quarantine gate {0}?', gate) : vscode.l10n.t('Quarantine test {0}?', test),
    vscode.l10n.t(
      'Stories land though it is red, until you end this. It runs all the same, and each landing names it.',
    ),
    vscode.l10n.t('Quarantine'),
  );
}
