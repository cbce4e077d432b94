import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'oxfmt';
import { projectRoot } from '../projectRoot';

interface Setting {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownDescription?: string;
  readonly description?: string;
  readonly order?: number;
  readonly items?: { readonly properties?: Readonly<Record<string, Setting>> };
  readonly properties?: Readonly<Record<string, Setting>>;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
    readonly configuration: readonly {
      readonly title: string;
      readonly properties: Readonly<Record<string, Setting>>;
    }[];
  };
}

export const REFERENCE = 'docs/reference.md';

/** Every command and every setting, as the manifest has them. */
async function referenceDocument(manifest: Manifest, texts: Readonly<Record<string, string>>): Promise<string> {
  const said = (text = ''): string => oneLine(text.startsWith('%') ? (texts[text.replaceAll('%', '')] ?? '') : text);
  const text = [
    '# Commands and settings',
    'This page is made from the manifest by `npm run docs`.',
    '## Commands',
    'All of them stand in the palette (F1) under "Switchyard:", as far as they can be used there. On a Mac, Cmd stands for Ctrl.',
    table(['Command', 'Keys', 'Id'], commandRows(manifest, said)),
    '## Settings',
    'In the settings of VS Code they stand in these groups.',
    ...manifest.contributes.configuration.flatMap(({ title, properties }) => [
      `### ${said(title)}`,
      ...Object.entries(properties).flatMap(([name, setting]) => settingParts(name, setting, said)),
    ]),
  ].join('\n\n');
  return (await format(REFERENCE, text, { printWidth: 120 })).code;
}

type Say = (text?: string) => string;

function commandRows({ contributes }: Manifest, said: Say): string[][] {
  const { commands, keybindings, menus } = contributes;
  const never = menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
  return commands
    .filter(({ command }) => !never.includes(command))
    .map(({ command, title }) => {
      const keys = keybindings.filter((one) => one.command === command).map(({ key }) => `\`${key}\``);
      return [said(title), keys.join(', '), `\`${command}\``];
    });
}

function settingParts(name: string, setting: Setting, said: Say): string[] {
  const values = (setting.enum ?? []).map((value, index) => [`\`${value}\``, said(setting.enumDescriptions?.[index])]);
  const parts = Object.entries(setting.items?.properties ?? {}).map(
    ([part, { type, description, markdownDescription }]) => [
      `\`${part}\``,
      typeWords(type),
      said(description ?? markdownDescription),
    ],
  );
  return [
    `#### \`${name}\``,
    said(setting.markdownDescription),
    `${typeWords(setting.type)}, default \`${JSON.stringify(setting.default)}\`.`,
    ...(values.length === 0 ? [] : [table(['Value', 'What it means'], values)]),
    ...(parts.length === 0 ? [] : [table(['Part', 'Type', 'What it is'], parts)]),
    ...(setting.examples ?? []).flatMap((one) => ['For example:', `\`\`\`json\n${JSON.stringify({ [name]: one }, undefined, 2)}\n\`\`\``]), // prettier-ignore
  ];
}

function typeWords(type: Setting['type']): string {
  return (typeof type === 'string' ? [type] : (type ?? [])).join(' or ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

/** The document as it has to be now. */
export function currentReference(): Promise<string> {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8'));
  return referenceDocument(read('package.json') as Manifest, read('package.nls.json') as Record<string, string>);
}

if (process.argv[1]?.endsWith('referenceDocument.ts') === true) {
  void currentReference().then((text) => writeFileSync(path.join(projectRoot, REFERENCE), text));
}
