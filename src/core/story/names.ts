const SLUG_LIMIT = 40;

/** Latin letters that are no plain one with a mark. */
const LATIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  þ: 'th',
  ð: 'd',
  ı: 'i',
};

/** A name part of `[a-z0-9-]` for any text, never empty, at most 40 characters. */
export function slug(text: string): string {
  const plain = text
    .slice(0, 400)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[ßæœøđłþðı]/g, (letter) => LATIN[letter] ?? '')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LIMIT)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'story' : plain;
}

/** What story branches begin with. Where a name cannot be had with the first, as beside a branch `story`, the next is taken. */
const BRANCH_PREFIXES = ['story/', 'switchyard/', 'switchyard-story/'] as const;

/** Full ref names that a story's branch can have, best first: `refs/heads/story/42-sign-in`. */
export function storyBranches(number: number, title: string): string[] {
  return BRANCH_PREFIXES.map((prefix) => `refs/heads/${prefix}${number}-${slug(title)}`);
}

/** Folder name of a story's worktree: `42-sign-in`. */
export function storyFolder(number: number, title: string): string {
  return `${number}-${slug(title)}`;
}

/** The story number in a branch or folder name that Switchyard made; null for any other name. */
export function numberInName(name: string): number | null {
  const short = name.replace(/^refs\/heads\//, '');
  const prefix = BRANCH_PREFIXES.find((one) => short.startsWith(one)) ?? '';
  const found = /^(\d{1,9})-[a-z0-9-]+$/.exec(short.slice(prefix.length))?.[1];
  return found === undefined ? null : Number(found);
}

/** The branch as people say it: `story/42-sign-in`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes|tags)\//, '');
}
