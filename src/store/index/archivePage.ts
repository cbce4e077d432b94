/** What a page of archived stories is made of. */
interface Place {
  readonly key: string;
  readonly number: number;
}

/** Keys of a part of some stories, the newest number first. `after` is what an earlier part gave as `next`, null to begin. */
export function archivePage(
  stories: readonly Place[],
  { after, limit }: { after: string | null; limit: number },
): { keys: readonly string[]; next: string | null } {
  const rest = after === null ? [...stories] : stories.filter((story) => isBehind(story, after));
  rest.sort((a, b) => b.number - a.number || (a.key < b.key ? 1 : -1));
  const page = rest.slice(0, Math.max(1, limit));
  const last = page.at(-1);
  const next = last === undefined || page.length === rest.length ? null : `${last.number} ${last.key}`;
  return { keys: page.map(({ key }) => key), next };
}

function isBehind(story: Place, cursor: string): boolean {
  const [number, key = ''] = cursor.split(' ');
  return story.number < Number(number) || (story.number === Number(number) && story.key < key);
}
