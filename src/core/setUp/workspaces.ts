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
  const matches = (pattern: string): boolean => asExpression(pattern).test(folder.slice(before.length));
  const isLeftOut = patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)));
  return !isLeftOut && patterns.some((pattern) => matches(pattern));
}

/** Patterns of member folders; `!` before one takes out what it matches. A text that cannot be read names none. */
const PATTERNS: Readonly<Record<WorkspaceFile, (text: string) => string[]>> = {
  'package.json': (text) => {
    const named = /"workspaces"\s*:\s*(?:\{[^}]*?"packages"\s*:\s*)?\[([^\]]*)\]/.exec(text)?.[1] ?? '';
    return quotedIn(named);
  },
  'pnpm-workspace.yaml': (text) => {
    const list =
      /^packages:[^\n]*\n((?:[ \t]*(?:-|#)[^\n]*\n|[ \t]*\n)*)/m.exec(`${text.replaceAll('\r', '')}\n`)?.[1] ?? '';
    return [...list.matchAll(/^[ \t]*-[ \t]*(['"]?)([^'"#\n]+?)\1[ \t]*(?:#.*)?$/gm)].map(([, , name = '']) => name);
  },
  'Cargo.toml': (text) => {
    const part = section(text, 'workspace');
    return [...listIn(part, 'members'), ...listIn(part, 'exclude').map((name) => `!${name}`)];
  },
  'go.work': (text) =>
    [...text.matchAll(/^use[ \t]*(?:\(([^)]*)\)|([^\s(]+))/gm)].flatMap(([, many = '', one = '']) =>
      `${many}\n${one}`.split('\n').map((line) =>
        line
          .replace(/\/\/.*$/, '')
          .trim()
          .replaceAll('"', ''),
      ),
    ),
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
  return quotedIn(new RegExp(`^${name}\\s*=\\s*\\[([^\\]]*)\\]`, 'm').exec(part)?.[1] ?? '');
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? '');
}

function asExpression(pattern: string): RegExp {
  const parts = pattern
    .replace(/^\.\//, '')
    .replace(/\/+$/, '')
    .split(/(\*\*|\*)/);
  const inner = parts.map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))); // prettier-ignore
  return new RegExp(`^${inner.join('')}$`);
}
