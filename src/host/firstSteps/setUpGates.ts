import * as vscode from 'vscode';
import { GATE_FILES, gateOffers, type GateOffer } from '../../core/setUp/gateOffers';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { editGates } from '../commands/setUp';
import { inform } from '../say/notify';
import { tickSet } from '../say/tickSet';
import { settingsTarget } from '../settings';

/**
 * Offers gates that the repository's own files speak for, and writes those that are ticked into the repository's settings.
 * Where the target has a file with gates, or nothing can be guessed, it opens the place where they are written.
 */
export async function setUpGates(context: CommandContext): Promise<void> {
  const root = context.host.repository?.rootUri;
  if (root === undefined) return;
  if ((await textOf(vscode.Uri.joinPath(root, '.switchyard', 'config.yaml'))) !== null) return editGates(context);
  const texts = new Map<string, string>();
  for (const file of GATE_FILES) {
    const text = await textOf(vscode.Uri.joinPath(root, file));
    if (text !== null) texts.set(file, text);
  }
  const offers = gateOffers(texts);
  if (offers.length === 0) return sayNothingFound(context);
  const picked = await tickSet<GateOffer>(
    offers.map((offer) => ({
      label: offer.name,
      description: offer.command,
      detail: vscode.l10n.t('because of {0}', offer.file),
      value: offer,
      ticked: offer.name === 'test',
    })),
    { title: vscode.l10n.t('What proves a story? Gates run in this order'), placeHolder: vscode.l10n.t('You can change them in the settings') }, // prettier-ignore
  );
  if (picked === undefined || picked.length === 0) return;
  const wanted = offers.filter((offer) => picked.includes(offer));
  const configuration = vscode.workspace.getConfiguration('switchyard', root);
  const gates = wanted.map(({ name, command }) => ({ name, command }));
  await configuration.update('gates', gates, settingsTarget(root));
}

function sayNothingFound(context: CommandContext): void {
  const edit = vscode.l10n.t('Edit Gates');
  const text = vscode.l10n.t(
    'Nothing here says how this project is tested: {0} were looked for. You can write gates into the settings.',
    GATE_FILES.join(', '),
  );
  offer(context, 'setUpGates', inform(text, edit), { button: edit, run: () => editGates(context) });
}

async function textOf(uri: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}
