import { bodyId } from '../core/story/contentIds';
import { shortRef } from '../core/story/names';
import type { PrivateWords } from '../core/bugBundle/privateWords';
import type { StoryRecord } from '../core/story/story';
import type { GitPort } from '../ports/git';
import type { ContentStore, StoryStore } from '../ports/store';

/** How many of the stories that were changed last have their texts looked through. */
const BODIES = 300;
/** How many archived stories have their titles looked at. */
const ARCHIVED = 2_000;

interface Sources {
  readonly git: Pick<GitPort, 'branchTips' | 'worktrees' | 'identity'>;
  readonly stories: Pick<StoryStore, 'stories' | 'archived' | 'tombstones'>;
  readonly content: Pick<ContentStore, 'read'>;
}

/** What a repository holds that is a person's own: titles, labels, texts, branches, folders, names and addresses. */
export async function findPrivateWords({ git, stories, content }: Sources): Promise<PrivateWords> {
  const [tips, worktrees, identity, archived] = await Promise.all([
    git.branchTips(),
    git.worktrees(),
    git.identity(),
    stories.archived({ after: null, limit: ARCHIVED }),
  ]);
  const buried = stories.tombstones().flatMap(({ record }) => record ?? []);
  const known = [
    ...new Map([...stories.stories(), ...archived.stories, ...buried].map((one) => [one.key, one])).values(),
  ];
  const latest = known.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).slice(0, BODIES);
  const bodies = await Promise.all(latest.map(({ key }) => content.read(bodyId(key)).catch(() => null)));
  return [
    ...known.flatMap(wordsOf),
    ...bodies.flatMap((body) => (body ?? '').split('\n')).map((line) => ({ kind: 'text' as const, text: withoutMarks(line) })), // prettier-ignore
    ...[...tips.keys()].flatMap((ref) => [ref, shortRef(ref)]).map((text) => ({ kind: 'branch' as const, text })),
    ...worktrees.map(({ path }) => ({ kind: 'path' as const, text: path })),
    ...(identity.kind === 'known'
      ? [{ kind: 'name' as const, text: identity.name }, { kind: 'email' as const, text: identity.email }] // prettier-ignore
      : []),
  ];
}

/** What a line says, without what makes it a list, a task, a quotation or a heading: it is told of without these. */
function withoutMarks(line: string): string {
  return line.replace(/^(?:\s|[-*+>#|]|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s))+/, '').trim();
}

function wordsOf({ title, labels, branch }: StoryRecord): PrivateWords {
  return [
    { kind: 'title', text: title },
    ...labels.map((text) => ({ kind: 'label' as const, text })),
    ...(branch === null ? [] : [{ kind: 'branch' as const, text: branch }, { kind: 'branch' as const, text: shortRef(branch) }]), // prettier-ignore
  ];
}
