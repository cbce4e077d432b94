const SLUG_LIMIT = 40;

/** A name part of `[a-z0-9-]` for any text, never empty, at most 40 characters. */
export function slug(text: string): string {
  const plain = text
    .slice(0, 400)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LIMIT)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'story' : plain;
}

/** Full ref name of a story's branch: `refs/heads/story/42-sign-in`. */
export function storyBranch(number: number, title: string): string {
  return `refs/heads/story/${number}-${slug(title)}`;
}

/** Folder name of a story's worktree: `42-sign-in`. */
export function storyFolder(number: number, title: string): string {
  return `${number}-${slug(title)}`;
}

/** The story number in a branch or folder name that Switchyard made; null for any other name. */
export function numberInName(name: string): number | null {
  const found = /^(?:refs\/heads\/)?(?:story\/)?(\d{1,9})-[a-z0-9-]+$/.exec(name)?.[1];
  return found === undefined ? null : Number(found);
}

/** The branch as people say it: `story/42-sign-in`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes|tags)\//, '');
}
