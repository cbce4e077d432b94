import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import { readObjects } from '../read/commits';
import { isFilled, pointsTo } from '../read/lfsPointer';
import { settingsOf } from '../read/settings';
import { placeIn, quoted } from './byteNames';
import { runInWorkTree, type IndexEntry, type WorkTree } from './workTree';

type ThereTree = WorkTree & { readonly folder: string };

const ATTRIBUTES = ['filter', 'ident', 'working-tree-encoding', 'text', 'eol', 'crlf'] as const;
type Attributes = ReadonlyMap<string, string>;

/**
 * Of files that git takes for unchanged those whose bytes a checkout would not write again: a filter or a line ending
 * hides their change. `entries` are files of the index that are on disk.
 */
export async function hiddenByConversion(tree: ThereTree, entries: readonly IndexEntry[]): Promise<string[]> {
  const { values } = await settingsOf(tree.repository).current();
  const converts = isConverting(values.get('core.autocrlf')) || values.has('core.eol');
  const attributes = await attributesOf(tree, entries);
  const filtered = entries.filter(({ name }) => isFiltered(attributes.get(name)));
  const rest = entries.filter(({ name }) => !isFiltered(attributes.get(name)) && (converts || attributes.has(name)));
  const [otherFiltered, otherEnded] = [
    filtered.length === 0 ? [] : await notAsFiltered(tree, filtered),
    rest.length === 0 ? [] : await notAsEnded(tree, rest, values),
  ];
  return [...otherFiltered, ...otherEnded];
}

/** Object ids of files as they stand on disk, by name; no filter takes part. */
export async function idsOnDisk(
  tree: ThereTree,
  names: readonly string[],
  how: 'named' | 'written',
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const args = ['--no-filters', '--stdin-paths', ...(how === 'written' ? ['-w'] : [])];
  const input = names.map((name) => `${quoted(name)}\n`).join('');
  const oids = (await runInWorkTree(tree, 'hash-object', args, { input, config: DURABLE })).text.split('\n');
  return new Map(names.map((name, at) => [name, oids[at] ?? '']));
}

/** What is kept must be on disk before what it is a copy of is removed. */
export const DURABLE: readonly string[] = ['core.fsync=all', 'core.fsyncMethod=batch'];

function isConverting(value: string | null | undefined): boolean {
  return value !== undefined && !/^(?:false|no|off|0)$/i.test(value ?? 'true');
}

/** Attributes that say something, by file. */
async function attributesOf(tree: ThereTree, entries: readonly IndexEntry[]): Promise<Map<string, Attributes>> {
  const found = new Map<string, Map<string, string>>();
  if (entries.length === 0) return found;
  const input = Buffer.from(entries.map(({ name }) => `${name}\0`).join(''), 'latin1');
  const { bytes } = await runInWorkTree(tree, 'check-attr', ['-z', '--stdin', ...ATTRIBUTES], { input });
  const fields = bytes.split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [name = '', attribute = '', value = ''] = fields.slice(at, at + 3);
    if (value === 'unspecified') continue;
    const own = found.get(name) ?? new Map<string, string>();
    found.set(name, own.set(attribute, value));
  }
  return found;
}

function isFiltered(attributes: Attributes | undefined): boolean {
  const isOn = (name: string): boolean => !['unset', undefined].includes(attributes?.get(name));
  return isOn('filter') || isOn('ident') || isOn('working-tree-encoding');
}

/** What stands on disk as the index has it is not what a filter writes, so it counts as well: it costs nothing to keep. */
async function notAsFiltered(tree: ThereTree, entries: readonly IndexEntry[]): Promise<string[]> {
  const onDisk = await idsOnDisk(
    tree,
    entries.map(({ name }) => name),
    'named',
  );
  const found: string[] = [];
  for (const entry of entries) {
    const isRaw = onDisk.get(entry.name) === entry.oid;
    if (isRaw || !((await isInLargeFiles(tree, entry)) || (await isFiltering(tree, entry)))) found.push(entry.name);
  }
  return found;
}

async function isFiltering(tree: ThereTree, { name, oid }: IndexEntry): Promise<boolean> {
  // A name that is no UTF-8 cannot be handed over as an argument.
  const text = Buffer.from(name, 'latin1').toString('utf8');
  if (Buffer.from(text).toString('latin1') !== name) return false;
  const args = ['--filters', `--path=${text}`, oid];
  const fresh = await runInWorkTree(tree, 'cat-file', args, { expect: [0, 1, 128] });
  return fresh.code === 0 && fresh.stdout.equals(await readFile(placeIn(tree.folder, name)));
}

/** Git LFS is not asked, for it could begin to download: its store has the very bytes, or they are kept here. */
async function isInLargeFiles({ repository, folder }: ThereTree, { name, oid }: IndexEntry): Promise<boolean> {
  const [blob] = await readObjects(repository, [oid]);
  if (blob?.type !== 'blob') return false;
  const sha = pointsTo(blob.data);
  if (sha === null) return false;
  const kept = path.join(repository.commonDir, 'lfs', 'objects', sha.slice(0, 2), sha.slice(2, 4), sha);
  return (await exists(kept)) && isFilled(blob.data, placeIn(folder, name));
}

type Settings = ReadonlyMap<string, string | null>;

/** Files whose line endings are not those that a checkout writes, or of which that cannot be told. */
async function notAsEnded(tree: ThereTree, entries: readonly IndexEntry[], settings: Settings): Promise<string[]> {
  const wanted = new Map(entries.map((entry) => [entry.name, entry]));
  const { bytes } = await runInWorkTree(tree, 'ls-files', ['--eol', '-z']);
  const unsure: string[] = [];
  for (const line of bytes.split('\0')) {
    const [, inIndex = '', onDisk = '', attributes = '', name = ''] =
      /^i\/(\S*)\s+w\/(\S*)\s+attr\/([^\t]*?) *\t([^]*)$/.exec(line) ?? [];
    const entry = wanted.get(name);
    if (entry !== undefined && !isWritten({ inIndex, onDisk, ending: endingOf(attributes, settings) }))
      unsure.push(name);
  }
  return unsure;
}

export type Ending = 'crlf' | 'asItIs';

/** Whether a checkout surely writes what is on disk, by what git says of the endings. */
export function isWritten({
  inIndex,
  onDisk,
  ending,
}: {
  readonly inIndex: string;
  readonly onDisk: string;
  readonly ending: Ending;
}): boolean {
  if (inIndex === 'lf') return onDisk === (ending === 'crlf' ? 'crlf' : 'lf');
  return (inIndex === 'none' || inIndex === '-text') && onDisk === inIndex;
}

/** The line ending that a checkout gives a text file whose blob has LF. */
export function endingOf(attributes: string, settings: Settings, platform = process.platform): Ending {
  if (attributes.includes('eol=crlf')) return 'crlf';
  if (attributes.includes('eol=lf') || attributes.includes('-text')) return 'asItIs';
  const automatic = settings.get('core.autocrlf')?.toLowerCase();
  if (automatic === 'input') return 'asItIs';
  if (isConverting(settings.get('core.autocrlf'))) return 'crlf';
  if (!attributes.includes('text')) return 'asItIs';
  const native = platform === 'win32' ? 'crlf' : 'lf';
  const ending = (settings.get('core.eol') ?? 'native').toLowerCase();
  return (ending === 'native' ? native : ending) === 'crlf' ? 'crlf' : 'asItIs';
}
