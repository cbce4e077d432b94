import { arch, homedir, hostname, platform, release, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { bugBundle } from '../../core/bugBundle/bugBundle';
import type { PrivateWords } from '../../core/bugBundle/privateWords';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { inform, mention } from '../say/notify';
import { unlessCancelled } from '../say/showIfLong';

/** How much of the history and of the log is given away. */
const ENTRIES = 500;

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly enum?: readonly unknown[] }>> }[]; // prettier-ignore
  };
}

/** Makes a report about a bug, shows it whole, and saves it when the person has agreed. */
export async function saveBugBundle(context: CommandContext): Promise<void> {
  const text = await unlessCancelled(vscode.l10n.t('Save Bug Bundle'), () => makeBundle(context));
  if (text === 'cancelled') return;
  const save = { label: vscode.l10n.t('Save…'), run: () => saveText(text) };
  await context.texts.show(`${vscode.l10n.t('Bug Bundle')}.json`, text, [save]);
  const button = vscode.l10n.t('Save…');
  const told = vscode.l10n.t(
    'This is all that would be saved: titles, texts, branches, paths, names and secrets are replaced. Read it before you give it away.',
  );
  offer(context, 'saveBugBundle', inform(told, button), { button, run: () => saveText(text) });
}

async function saveText(text: string): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Bug Bundle'),
    saveLabel: vscode.l10n.t('Save'),
    defaultUri: vscode.Uri.file(`${homedir()}/switchyard-bug.json`),
    filters: { JSON: ['json'] },
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  mention(vscode.l10n.t('The bug bundle was saved.'));
}

async function makeBundle(context: CommandContext): Promise<string> {
  const { host, recentLog, manifest } = context;
  const session = host.session();
  // Where the window that leads cannot be reached the rest is reported all the same.
  const ask = async <T>(question: Promise<T> | undefined, otherwise: T): Promise<T> =>
    (await question?.catch(() => otherwise)) ?? otherwise;
  const page = await ask(session?.timeline({ key: null, before: null, limit: ENTRIES }), { entries: [], next: null });
  const words = await ask(session?.privateWords(), []);
  const settings = (manifest as Manifest).contributes.configuration.flatMap(({ properties }) =>
    Object.entries(properties),
  );
  const configuration = vscode.workspace.getConfiguration();
  return bugBundle({
    at: new Date().toISOString(),
    versions: {
      switchyard: (manifest as Manifest).version,
      vscode: vscode.version,
      app: vscode.env.appHost,
      remote: vscode.env.remoteName === undefined ? 'no' : 'yes',
      node: process.version,
      system: `${platform()} ${arch()} ${release()}`,
    },
    settings: Object.fromEntries(settings.map(([name]) => [name, configuration.get<unknown>(name)])),
    ownWords: settings.flatMap(([, one]) => one.enum ?? []).filter((one) => typeof one === 'string'),
    board: host.model(),
    history: page.entries,
    statistics: session === null ? null : await ask(session.statistics({ from: null, to: null }), null),
    log: recentLog(),
    words: [...words, ...wordsOfTheMachine(), ...wordsOfTheBoard(context)],
  });
}

function wordsOfTheMachine(): PrivateWords {
  const user = userInfo().username;
  return [
    { kind: 'name', text: user },
    { kind: 'name', text: hostname() },
    { kind: 'path', text: homedir() },
    ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => ({ kind: 'path' as const, text: uri.fsPath })),
  ];
}

/** A window that follows a leader that does not answer still has its board. */
function wordsOfTheBoard({ host }: CommandContext): PrivateWords {
  const model = host.model();
  if (model === null) return [];
  return [
    { kind: 'name', text: model.repository },
    ...model.cards.map(({ title }) => ({ kind: 'title' as const, text: title })),
  ];
}
