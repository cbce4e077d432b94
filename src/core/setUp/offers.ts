import { plainLine } from '../words/plainText';
import { isMember } from './workspaces';

/** What a repository holds that says how a fresh worktree is made ready. */
export interface SetUpOffer {
  /** The file that says so, from the top, with `/`. */
  readonly file: string;
  readonly command: string;
  /** What stands in a worktree once it has run, from the top; null where that does not show. */
  readonly makes: string | null;
}

interface Rule {
  readonly group: string;
  readonly file: string;
  readonly command: string;
  /** The same for a folder below the top, whose path stands for `{}`; null where the top's command is for all of it. */
  readonly below: string | null;
  readonly makes: string | null;
}

const rule = (group: string, file: string, command: string, below: string | null, makes: string | null = null): Rule => ({ group, file, command, below, makes }); // prettier-ignore

const BUN = ['bun install --frozen-lockfile', 'bun install --cwd {} --frozen-lockfile', 'node_modules'] as const;
const NPM = ['npm ci', 'npm ci --prefix {}', 'node_modules'] as const;
const PIP = 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt';

/** By file, the more exact before the less. Only the first of a group is offered for a folder. */
const RULES: readonly Rule[] = [
  rule('node', 'pnpm-lock.yaml', 'pnpm install --frozen-lockfile', 'pnpm --dir {} install --frozen-lockfile', 'node_modules'), // prettier-ignore
  rule('node', 'yarn.lock', 'yarn install', 'yarn --cwd {} install', 'node_modules'),
  rule('node', 'bun.lock', ...BUN),
  rule('node', 'bun.lockb', ...BUN),
  rule('node', 'package-lock.json', ...NPM),
  rule('node', 'npm-shrinkwrap.json', ...NPM),
  rule('rust', 'Cargo.lock', 'cargo fetch --locked', 'cargo fetch --locked --manifest-path {}/Cargo.toml'),
  rule('go', 'go.work', 'go mod download', 'go mod download -C {}'),
  rule('go', 'go.mod', 'go mod download', 'go mod download -C {}'),
  rule('python', 'uv.lock', 'uv sync', 'uv sync --project {}', '.venv'),
  rule('python', 'poetry.lock', 'poetry install', 'poetry install --directory {}'),
  rule('python', 'requirements.txt', `sh -c "${PIP}"`, `sh -c "cd {} && ${PIP}"`, '.venv'),
  rule('php', 'composer.lock', 'composer install', 'composer install --working-dir={}', 'vendor'),
  rule('ruby', 'Gemfile.lock', 'bundle install', 'bundle install --gemfile={}/Gemfile'),
  rule('submodules', '.gitmodules', 'git submodule update --init --recursive', null),
  rule('lfs', '.lfsconfig', 'git lfs pull', null),
];

/** Files by which a folder below the top is made ready. */
export const LOCK_FILES: readonly string[] = RULES.filter(({ below }) => below !== null).map(({ file }) => file);

/** What a worktree holds, as far as it says how one is made ready. */
export interface SetUpLook {
  /** Names at the top, and paths of all that stands in a folder below it that has one of `LOCK_FILES`. */
  readonly names: readonly string[];
  /** Texts of `WORKSPACE_FILES`, by path. */
  readonly texts?: ReadonlyMap<string, string>;
  /** The file of attributes that gives files to Git LFS; null where none does. */
  readonly lfs?: string | null;
}

/** Commands that make a worktree ready: those for the top, then for folders below it that no workspace takes along. */
export function setUpOffers({ names, texts = new Map(), lfs = null }: SetUpLook): SetUpOffer[] {
  const there = new Set(names);
  const made: { readonly folder: string; readonly group: string }[] = [];
  const offers = foldersOf(names).flatMap((folder) =>
    RULES.flatMap(({ group, file, command, below, makes }) => {
      const place = within(folder, file);
      const shown = folder === '' ? command : below?.replace('{}', folder);
      if (shown === undefined || !there.has(place)) return [];
      if (made.some((one) => one.group === group && isMember(texts, group, one.folder, folder))) return [];
      made.push({ folder, group });
      return [{ file: place, command: shown, makes: makes === null ? null : within(folder, makes) }];
    }),
  );
  const isPulled = lfs === null || made.some(({ group }) => group === 'lfs');
  return isPulled ? offers : [...offers, { file: lfs, command: 'git lfs pull', makes: null }];
}

/** The top, then the folders whose name a command can take without a quote, those nearest to the top first. */
function foldersOf(names: readonly string[]): string[] {
  const folders = names.flatMap((name) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : []));
  const plain = [...new Set(folders)].filter((folder) => /^[\p{L}\p{N}_@.+][\p{L}\p{N}_@.+/-]*$/u.test(folder));
  const depth = (folder: string): number => folder.split('/').length;
  return ['', ...plain.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))];
}

function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Files that tools read and git mostly ignores: the reason why a program of a fresh worktree finds no password. */
export function localFiles(names: readonly string[]): string[] {
  return names.filter((name) => /(?:^|\/)(?:\.env(?:\.[^/]+)?|\.envrc|local\.properties)$/.test(name) && !/\.(?:example|sample|template|dist)$/.test(name)); // prettier-ignore
}

/** What a story's worktree holds, what stands at the same places of the main one, and what has no contents. */
export interface WorktreeLook extends SetUpLook {
  readonly mainNames: readonly string[];
  readonly emptySubmodules: readonly string[];
  /** Files that are nothing but what Git LFS puts in the place of one. */
  readonly pointers?: readonly string[];
}

/** One thing that a worktree lacks: its name, and the command that brings it where one is known. */
export interface Lack {
  readonly name: string;
  readonly command: string | null;
}

/** What work in a worktree will miss. Of a folder below the top that is only what the main worktree has there. */
export function lacksOf(look: WorktreeLook): Lack[] {
  const { names, mainNames, emptySubmodules, pointers = [] } = look;
  const there = new Set(names);
  const inMain = new Set(mainNames);
  const installs = setUpOffers(look).flatMap(({ makes, command }) =>
    makes === null || there.has(makes) || (makes.includes('/') && !inMain.has(makes)) ? [] : [{ name: makes, command }],
  );
  const files = localFiles(mainNames).filter((name) => !there.has(name));
  const shown = [...pointers.slice(0, 2), ...(pointers.length > 2 ? ['…'] : [])].join(', ');
  return [
    ...installs,
    ...files.map((name) => ({ name, command: null })),
    ...emptySubmodules.map((name) => ({ name, command: 'git submodule update --init --recursive' })),
    ...(shown === '' ? [] : [{ name: `${shown} (LFS)`, command: 'git lfs pull' }]),
  ];
}

/** For an agent: what is not there, and how it is brought. Null where nothing is known to be missing. */
export function lacksForAgent(lacks: readonly Lack[]): string | null {
  if (lacks.length === 0) return null;
  // Whoever names a file gives an agent no lines of their own.
  const lines = lacks.map(({ name: given, command }) => {
    const name = plainLine(given);
    return command === null ? `- ${name}, which the main checkout has` : `- ${name}: ${command} brings it`;
  });
  return [
    'This worktree is fresh: git put the files of the branch here and nothing else. Not there, or not installed:',
    ...lines,
    'Install what your work needs, and commit none of it.',
  ].join('\n');
}
