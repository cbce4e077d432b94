/** What a repository holds that says how a fresh worktree is made ready. */
export interface SetUpOffer {
  /** The file that says so. */
  readonly file: string;
  readonly command: string;
  /** What stands at the top of a worktree once it has run; null where that does not show. */
  readonly makes: string | null;
}

/** By file at the top of a repository, the more exact before the less. Only the first of a group is offered. */
const OFFERS: readonly (SetUpOffer & { readonly group: string })[] = [
  { group: 'node', file: 'pnpm-lock.yaml', command: 'pnpm install --frozen-lockfile', makes: 'node_modules' },
  { group: 'node', file: 'yarn.lock', command: 'yarn install', makes: 'node_modules' },
  { group: 'node', file: 'bun.lock', command: 'bun install --frozen-lockfile', makes: 'node_modules' },
  { group: 'node', file: 'bun.lockb', command: 'bun install --frozen-lockfile', makes: 'node_modules' },
  { group: 'node', file: 'package-lock.json', command: 'npm ci', makes: 'node_modules' },
  { group: 'node', file: 'npm-shrinkwrap.json', command: 'npm ci', makes: 'node_modules' },
  { group: 'rust', file: 'Cargo.lock', command: 'cargo fetch --locked', makes: null },
  { group: 'go', file: 'go.mod', command: 'go mod download', makes: null },
  { group: 'python', file: 'uv.lock', command: 'uv sync', makes: '.venv' },
  { group: 'python', file: 'poetry.lock', command: 'poetry install', makes: null },
  {
    group: 'python',
    file: 'requirements.txt',
    command: 'sh -c "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"',
    makes: '.venv',
  },
  { group: 'php', file: 'composer.lock', command: 'composer install', makes: 'vendor' },
  { group: 'ruby', file: 'Gemfile.lock', command: 'bundle install', makes: null },
  { group: 'submodules', file: '.gitmodules', command: 'git submodule update --init --recursive', makes: null },
  { group: 'lfs', file: '.lfsconfig', command: 'git lfs pull', makes: null },
];

/** Commands that make a worktree ready, by the names at the top of the repository. */
export function setUpOffers(names: readonly string[]): SetUpOffer[] {
  const there = new Set(names);
  const groups = new Set<string>();
  return OFFERS.filter(({ file, group }) => {
    if (!there.has(file) || groups.has(group)) return false;
    groups.add(group);
    return true;
  }).map(({ file, command, makes }) => ({ file, command, makes }));
}

/** Files that tools read and git mostly ignores: the reason why a program of a fresh worktree finds no password. */
export function localFiles(names: readonly string[]): string[] {
  return names.filter((name) => /^\.env(?:\..+)?$|^\.envrc$|^local\.properties$/.test(name) && !/\.(?:example|sample|template|dist)$/.test(name)); // prettier-ignore
}

/** What stands at the top of a story's worktree and of the main one, and which submodules are empty. */
export interface WorktreeLook {
  readonly names: readonly string[];
  readonly mainNames: readonly string[];
  readonly emptySubmodules: readonly string[];
}

/** One thing that a worktree lacks: its name, and the command that brings it where one is known. */
export interface Lack {
  readonly name: string;
  readonly command: string | null;
}

/** What work in a worktree will miss, as far as that shows at its top. */
export function lacksOf({ names, mainNames, emptySubmodules }: WorktreeLook): Lack[] {
  const there = new Set(names);
  const installs = setUpOffers(names).flatMap(({ makes, command }) =>
    makes === null || there.has(makes) ? [] : [{ name: makes, command }],
  );
  const files = localFiles(mainNames).filter((name) => !there.has(name));
  return [
    ...installs,
    ...files.map((name) => ({ name, command: null })),
    ...emptySubmodules.map((name) => ({ name, command: 'git submodule update --init --recursive' })),
  ];
}

/** For an agent: what is not there, and how it is brought. Null where nothing is known to be missing. */
export function lacksForAgent(lacks: readonly Lack[]): string | null {
  if (lacks.length === 0) return null;
  const lines = lacks.map(({ name, command }) =>
    command === null ? `- ${name}, which the main checkout has` : `- ${name} (dependencies): ${command} brings them`,
  );
  return [
    'This worktree is fresh: git put the files of the branch here and nothing else. Not there, or not installed:',
    ...lines,
    'Install what your work needs, and commit none of it.',
  ].join('\n');
}
