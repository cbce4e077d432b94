import { firstLine } from '../words/firstLine';

/** What an agent wants to do, as far as it says. */
export type PermissionKind = 'run' | 'read' | 'edit' | 'delete' | 'move' | 'fetch' | 'other';

/** Something that an agent may not do before a person has said so. */
export interface PermissionAsk {
  readonly kind: PermissionKind;
  /** In the agent's own words; may be empty. */
  readonly title: string;
  /** The command as it would run; null where it is none, or the agent does not say. */
  readonly command: string | null;
  /** The files it names: relative to the story's worktree with `/`, or absolute where they lie outside. */
  readonly paths: readonly string[];
  /** What it names outside the story's worktree; empty where nothing is known to be. */
  readonly outside: readonly string[];
}

/** What a person answers. `story`: this and its like for as long as the story is under way. */
export const PERMISSION_ANSWERS = ['once', 'story', 'deny'] as const;
export type PermissionAnswer = (typeof PERMISSION_ANSWERS)[number];

/** A permission for a story: all of one kind inside its worktree, commands that begin so, or just what was asked. */
export type PermissionRule =
  | { readonly kind: 'inWorktree'; readonly what: 'read' | 'edit' | 'delete' | 'move' }
  /** Commands that begin with these words and are a single one. */
  | { readonly kind: 'prefix'; readonly words: readonly string[] }
  | { readonly kind: 'exact'; readonly what: PermissionKind; readonly text: string };

const LONGEST_SHOWN = 200;

/** ``run `npm install` ``: goes on behind "asks to". What it names outside the worktree is said with it. */
export function describeAsk(ask: PermissionAsk): string {
  const what = describeDeed(ask);
  return ask.outside.length === 0 ? what : `${what} (outside its worktree: ${ask.outside.join(', ')})`;
}

const VERBS: Readonly<Record<PermissionKind, string>> = {
  run: 'run',
  read: 'read',
  edit: 'change',
  delete: 'delete',
  move: 'move',
  fetch: 'fetch',
  other: 'do',
};

function describeDeed({ kind, title, command, paths }: PermissionAsk): string {
  const [first, ...others] = paths;
  const named = command ?? first ?? (title.trim() === '' ? 'something that it does not name' : title);
  const more = command === null && others.length > 0 ? ` and ${others.length} more` : '';
  return `${VERBS[kind]} \`${shown(named)}\`${more}`;
}

function shown(text: string): string {
  const [line, whole] = [firstLine(text), text.trim()];
  const cut = line.length > LONGEST_SHOWN ? line.slice(0, LONGEST_SHOWN) : line;
  return cut === whole ? cut : `${cut}…`;
}

/** What "for this story" would allow; null where it may not be said for more than once: what leads outside never may. */
export function ruleFor(ask: PermissionAsk): PermissionRule | null {
  if (ask.outside.length > 0) return null;
  switch (ask.kind) {
    case 'read':
    case 'edit':
    case 'delete':
    case 'move':
      return ask.paths.length === 0 ? exact(ask) : { kind: 'inWorktree', what: ask.kind };
    case 'run': {
      const words = ask.command === null ? null : plainWords(ask.command);
      const prefix = words === null ? [] : prefixOf(words);
      return prefix.length === 0 ? exact(ask) : { kind: 'prefix', words: prefix };
    }
    case 'fetch':
    case 'other':
      return exact(ask);
  }
}

function exact({ kind, title, command }: PermissionAsk): PermissionRule | null {
  const text = (command ?? title).trim();
  return text === '' ? null : { kind: 'exact', what: kind, text };
}

/** Whether a permission that was given covers this. Nothing covers what leads outside the worktree. */
export function isCovered(ask: PermissionAsk, rules: readonly PermissionRule[]): boolean {
  return ask.outside.length === 0 && rules.some((rule) => covers(rule, ask));
}

function covers(rule: PermissionRule, ask: PermissionAsk): boolean {
  switch (rule.kind) {
    case 'inWorktree':
      return rule.what === ask.kind && ask.paths.length > 0;
    case 'exact':
      return rule.what === ask.kind && rule.text === (ask.command ?? ask.title).trim();
    case 'prefix': {
      const words = ask.kind === 'run' && ask.command !== null ? plainWords(ask.command) : null;
      return words !== null && rule.words.every((word, index) => words[index] === word);
    }
  }
}

/** What a permission for a story allows, for a person: ``commands that begin with `npm install` ``. */
export function describeRule(rule: PermissionRule): string {
  switch (rule.kind) {
    case 'inWorktree':
      return `to ${VERBS[rule.what]} files in its worktree`;
    case 'prefix':
      return `commands that begin with \`${rule.words.join(' ')}\``;
    case 'exact':
      return `just \`${shown(rule.text)}\``;
  }
}

/** Anything by which one line of a shell does more than one thing, or another than it says. */
const MORE_THAN_WORDS = /[;&|<>$`(){}\n\r\\!*?[\]#]/;

/** The words of a command that is nothing but words; null for one that a shell would make something else of. */
function plainWords(command: string): string[] | null {
  const bare = command.replace(/"[^"$`\\\n]*"|'[^'\n]*'/g, 'quoted');
  if (MORE_THAN_WORDS.test(bare) || /["']/.test(bare)) return null;
  return command.trim().match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}

/** A word that says what to do, not with what: `install`, `run`, `test:unit`. */
const DOING = /^[a-z][a-z0-9]*(?:[-:][a-z0-9]+)*$/;
/** What runs anything that it is given: one of its commands says nothing of the next. */
const RUNS_ANYTHING =
  /^(?:.*\/)?(?:sh|bash|zsh|dash|fish|cmd|powershell|pwsh|env|sudo|doas|su|xargs|eval|exec|source|time|nohup|nice|ssh|docker|podman|npx|pnpx|bunx|node|deno|bun|python[\d.]*|ruby|perl|php|rm|find|dd)(?:\.exe)?$/i;
const MOST_WORDS = 3;

/** The words that say what is done; none where the command as a whole must be the same. */
function prefixOf(words: readonly string[]): string[] {
  const [program = ''] = words;
  if (RUNS_ANYTHING.test(program)) return [];
  const end = words.findIndex((word, index) => index > 0 && !DOING.test(word));
  const prefix = words.slice(0, Math.min(end < 0 ? words.length : end, MOST_WORDS));
  // The program alone would allow everything that it can do.
  return prefix.length < 2 ? [] : prefix;
}

/** Words of a command that name a place for certain: absolute, of the home folder, or with `..`; as they stand there. */
export function placesIn(command: string): string[] {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"';&|<>()])+/g) ?? [];
  return words.flatMap((word) => {
    const bare = word.replaceAll(/["']/g, '');
    // The place may stand behind an option: `--prefix=/usr`, `-C/usr`, `-I../x`.
    const behind = [bare, /^-{1,2}[\w-]+=(.*)$/.exec(bare)?.[1], /^\w+=(.*)$/.exec(bare)?.[1], /^-\w(.*)$/.exec(bare)?.[1]]; // prettier-ignore
    return behind.filter((one): one is string => one !== undefined && isPlace(one)).slice(0, 1);
  });
}

/** What installs or sets something for the whole machine or person. */
const EVERYWHERE = /^(?:-g|--global|--user|--system)$/;

function isPlace(word: string): boolean {
  if (EVERYWHERE.test(word)) return true;
  const absolute = /^(?:\/|~|[A-Za-z]:[\\/]|\\\\|\$\{?[A-Z_]*(?:HOME|TMP|TEMP|PROFILE))/;
  return absolute.test(word) || /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(word);
}
