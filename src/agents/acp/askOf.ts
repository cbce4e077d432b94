import { pathWithin } from '../../base/pathWithin';
import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { placesIn, type PermissionAsk, type PermissionKind } from '../../core/agents/permission';
import type { KnownCall } from './toolCalls';

const KINDS: Readonly<Record<string, PermissionKind>> = {
  execute: 'run',
  read: 'read',
  search: 'read',
  edit: 'edit',
  delete: 'delete',
  move: 'move',
  fetch: 'fetch',
};

/** What an agent asks for, from all that it said of the deed. `worktree` is absolute. */
export async function askOf(call: KnownCall, worktree: string): Promise<PermissionAsk> {
  const input = asRecord(call.rawInput);
  const command = commandIn(input);
  const kind = command !== null ? 'run' : (KINDS[call.kind ?? ''] ?? 'other');
  const named = kind === 'run' ? [] : pathsIn(call, input);
  const root = await realOf(worktree);
  const places = await Promise.all(named.map(async (path) => placeIn(root, await realOf(resolve(worktree, path)))));
  const outside = command === null ? [] : await outsideOf(command, input, { worktree, root });
  return {
    kind,
    title: call.title ?? call.name ?? '',
    command,
    paths: [...new Set(places.map(({ path }) => path))],
    outside: [...new Set([...places.filter((one) => one.isOutside).map(({ path }) => path), ...outside])],
  };
}

/** Agents name a command as one text, or as a list of arguments. */
function commandIn(input: Readonly<Record<string, unknown>>): string | null {
  for (const name of ['command', 'cmd', 'script']) {
    const value = input[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (Array.isArray(value) && value.length > 0) return value.map((one) => quoted(String(one))).join(' ');
  }
  return null;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function pathsIn({ locations, content }: KnownCall, input: Readonly<Record<string, unknown>>): string[] {
  const said = (locations ?? []).map(({ path }) => path);
  const changed = (content ?? []).flatMap((one) => (one.type === 'diff' ? [one.path] : []));
  const given = ['file_path', 'filePath', 'path', 'absolute_path', 'filepath', 'source', 'destination'].map((name) => input[name]); // prettier-ignore
  return [...said, ...changed, ...given.filter((one): one is string => typeof one === 'string' && one !== '')];
}

/** Where a command says that it goes, or runs, and that is not below the worktree. */
async function outsideOf(
  command: string,
  input: Readonly<Record<string, unknown>>,
  { worktree, root }: { readonly worktree: string; readonly root: string },
): Promise<string[]> {
  const folders = ['cwd', 'workdir', 'directory', 'dir_path'].map((name) => input[name]);
  const named = [...placesIn(command), ...folders.filter((one): one is string => typeof one === 'string')];
  const looked = await Promise.all(
    named.map(async (place) => {
      // What only a shell or the program itself can resolve is taken to be outside.
      if (/^[~$-]/.test(place)) return place;
      const { isOutside } = placeIn(root, await realOf(resolve(worktree, place)));
      return isOutside ? place : null;
    }),
  );
  return looked.filter((one) => one !== null);
}

function placeIn(root: string, path: string): { readonly path: string; readonly isOutside: boolean } {
  const within = pathWithin(root, path);
  return { path: within ?? path, isOutside: within === null };
}

/** With every link on the way resolved, as far as there is something. */
async function realOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  if (real !== null) return real;
  const above = dirname(path);
  return above === path ? path : join(await realOf(above), path.slice(above.length));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
