import * as vscode from 'vscode';
import { healthWords, type GateHealth } from '../../core/gates/gateHealth';
import { confirm, inform, warn } from '../say/notify';
import { pickOne } from '../say/pick';
import type { CommandContext } from './context';

/** Shows how gates are, and quarantines the chosen one, or ends that. */
export async function quarantineGate(context: CommandContext): Promise<void> {
  const session = context.host.session();
  const gates = (await session?.gateHealth()) ?? [];
  if (session === null || gates.length === 0) {
    void inform(vscode.l10n.t('No gate is configured, so there is none to quarantine.'));
    return;
  }
  const chosen = await pickOne(gates.map(rowOf), {
    title: vscode.l10n.t('Quarantine which gate, or end that?'),
    placeHolder: vscode.l10n.t('A quarantined gate runs and is shown, and its red stops no story'),
  });
  if (chosen === undefined) return;
  const outcome =
    chosen.quarantinedSince !== null
      ? await session.endQuarantine(chosen.gate)
      : (await confirmed(chosen))
        ? await session.quarantine(chosen.gate)
        : null;
  if (outcome !== null) void (outcome.kind === 'done' ? inform(outcome.message) : warn(outcome.message));
}

function rowOf(gate: GateHealth): Parameters<typeof pickOne<GateHealth>>[0][number] {
  const isQuarantined = gate.quarantinedSince !== null;
  return {
    label: gate.gate,
    icon: isQuarantined ? 'circle-slash' : 'beaker',
    description: isQuarantined ? vscode.l10n.t('quarantined: choose it to have it count again') : gate.command,
    detail: healthWords(gate, Date.now()),
    value: gate,
  };
}

function confirmed({ gate }: GateHealth): Promise<boolean> {
  return confirm(
    vscode.l10n.t('Quarantine gate {0}?', gate),
    vscode.l10n.t(
      'Stories land though it is red, until you end this. It runs all the same, and each landing names it.',
    ),
    vscode.l10n.t('Quarantine'),
  );
}
