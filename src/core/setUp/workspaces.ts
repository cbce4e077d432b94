import * as z from 'zod/mini';

/** Files that say which folders below theirs are installed with it. */
export const WORKSPACE_FILES = [
  'package.json',
  'pnpm-workspace.yaml',
  'Cargo.toml',
  'go.work',
  'pyproject.toml',
] as const;
type WorkspaceFile = (typeof WORKSPACE_FILES)[number];

const FILES_OF: Readonly<Record<string, readonly WorkspaceFile[]>> = {
  node: ['package.json', 'pnpm-workspace.yaml'],
  rust: ['Cargo.toml'],
  go: ['go.work'],
  python: ['pyproject.toml'],
};

/** Whether what is installed in one folder brings what another one below it needs, or is that one itself. */
export function isMember(texts: ReadonlyMap<string, string>, group: string, top: string, folder: string): boolean {
  if (folder === top) return true;
  const before = top === '' ? '' : `${top}/`;
  if (!folder.startsWith(before)) return false;
  const patterns = (FILES_OF[group] ?? []).flatMap((file) => PATTERNS[file](texts.get(`${before}${file}`) ?? ''));
  const matches = (pattern: string): boolean => isOf(folder.slice(before.length), pattern);
  const isLeftOut = patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)));
  return !isLeftOut && patterns.some((pattern) => matches(pattern));
}

const npmSchema = z.object({ workspaces: z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })]) });

/**
 * Patterns of member folders; `!` before one takes out what it matches. A text that cannot be read names none. Whatever stands
 * in these files, each is read in one go: a stranger may have written them.
 */
const PATTERNS: Readonly<Record<WorkspaceFile, (text: string) => string[]>> = {
  'package.json': (text) => {
    const { workspaces } = npmSchema.safeParse(asJson(text)).data ?? { workspaces: [] };
    return Array.isArray(workspaces) ? workspaces : workspaces.packages;
  },
  'pnpm-workspace.yaml': (text) => {
    const lines = text.split(/\r?\n/);
    const first = lines.findIndex((line) => line.startsWith('packages:')) + 1;
    const length = lines.slice(first).findIndex((line) => !/^[ \t]*(?:[-#]|$)/.test(line));
    const list = first === 0 ? [] : lines.slice(first, length < 0 ? undefined : first + length);
    return list.flatMap((line) => {
      const [item = ''] = line.trim().split('#', 1);
      const name = item.slice(1).trim();
      return name === '' ? [] : [quotedIn(name)[0] ?? name];
    });
  },
  'Cargo.toml': (text) => {
    const part = section(text, 'workspace');
    return [...listIn(part, 'members'), ...listIn(part, 'exclude').map((name) => `!${name}`)];
  },
  'go.work': (text) =>
    text
      .split(/^use\b/m)
      .slice(1)
      .flatMap((part) => {
        const [, many = null] = /^[ \t]*\(([^)]*)/.exec(part) ?? [];
        const lines = many === null ? part.split('\n', 1) : many.split('\n');
        return lines.map((line) => (line.split('//', 1)[0] ?? '').trim().replaceAll('"', ''));
      }),
  'pyproject.toml': (text) => {
    const part = section(text, 'tool.uv.workspace');
    return [...listIn(part, 'members'), ...listIn(part, 'exclude').map((name) => `!${name}`)];
  },
};

/** What stands below a table's name in TOML, up to the next one. */
function section(text: string, name: string): string {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() === `[${name}]`) + 1;
  if (first === 0) return '';
  const length = lines.slice(first).findIndex((line) => /^\[[^\]"']+\]/.test(line));
  return lines.slice(first, length < 0 ? undefined : first + length).join('\n');
}

function listIn(part: string, name: string): string[] {
  const [, rest = ''] = part.split(new RegExp(`^${name}\\s*=\\s*\\[`, 'm'), 2);
  return quotedIn(rest.split(']', 1)[0] ?? '');
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? '');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Whether a path is of a pattern, where `*` stands for anything in one folder's name and `**` for anything. Each part is laid at
 * all places at once, for as an expression a pattern with many stars would be tried for hours.
 */
function isOf(path: string, pattern: string): boolean {
  const parts = pattern
    .replace(/^\.\//, '')
    .replace(/(?<!\/)\/+$/, '')
    .replaceAll(/\*{2,}/g, '**')
    .split(/(\*\*|\*)/);
  let ends: ReadonlySet<number> = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const from of ends) {
      if (part !== '*' && part !== '**') {
        if (path.startsWith(part, from)) next.add(from + part.length);
        continue;
      }
      for (let to = from; to <= path.length && !next.has(to); to += 1) {
        next.add(to);
        if (part === '*' && path[to] === '/') break;
      }
    }
    ends = next;
  }
  return ends.has(path.length);
}
