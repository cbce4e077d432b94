import { cycleThrough } from './cycles';
import { spellCycle, type Dependency } from './dependencies';
import { CHOSEN_AS, type RunRole } from '../pipeline/roles';
import type { StoryType } from './stageNames';
import { readTitle, type StoryRecord } from './story';
import { refuse, say, type Said, type Refusal } from '../words/said';

/**
 * What a person or a document says a story is. What is left out stays as it is. `dependsOn` holds keys. `agent` codes it from
 * the next run on, or does what `role` says; null for the first that is configured.
 */
export interface Description {
  readonly title?: string;
  readonly type?: StoryType;
  readonly priority?: number;
  readonly labels?: readonly string[];
  readonly dependsOn?: readonly string[];
  readonly agent?: string | null;
  readonly role?: RunRole;
}

/** `said` tells what became of what, for the history: `priority: 2 → 1`; empty where nothing is another than before. */
export type DescribeOutcome =
  | { readonly kind: 'described'; readonly story: StoryRecord; readonly said: string }
  | (Refusal & { readonly field: keyof Omit<Description, 'agent' | 'role'> });

/** What priorities are called, by their number: 0 is taken up first. */
export const PRIORITY_WORDS = ['first of all', 'soon', 'ordinary', 'when there is time'] as const;

/** Longest label, in UTF-16 code units, and most labels of one story. */
const LABEL_LIMIT = 50;
const LABELS_LIMIT = 20;

/**
 * The story with other fields, if they make sense. `lookup` must know what it is to depend on, and what those depend on in
 * their turn. A story keeps what it depends on already, even where that is gone.
 */
export function describeStory(
  story: StoryRecord,
  wanted: Description,
  lookup: (key: string) => Dependency,
): DescribeOutcome {
  const title = readTitle(wanted.title ?? story.title);
  if (title.kind === 'refused') return { ...title, field: 'title' };
  const priority = wanted.priority ?? story.priority;
  if (![0, 1, 2, 3].includes(priority)) {
    const why = say('A priority is a whole number from 0 (first) to 3 (last); {0} is none.', priority);
    return { ...refuse(why), field: 'priority' };
  }
  const labels =
    wanted.labels === undefined ? { kind: 'ok' as const, labels: story.labels } : readLabels(wanted.labels);
  if (labels.kind === 'refused') return { ...labels, field: 'labels' };
  const dependsOn = [...new Set(wanted.dependsOn ?? story.dependsOn)];
  const refused = wanted.dependsOn === undefined ? null : refuseDependencies(story, dependsOn, lookup);
  if (refused !== null) return { ...refuse(refused), field: 'dependsOn' };
  const type = wanted.type ?? story.type;
  const chosenAs = CHOSEN_AS[wanted.role ?? 'coder'];
  const { [chosenAs]: before = null, ...rest } = story;
  const agent = wanted.agent === undefined ? before : wanted.agent;
  const own = { title: title.title, type, priority, labels: labels.labels, dependsOn };
  const next: StoryRecord = { ...rest, ...own, ...(agent !== null && { [chosenAs]: agent }) };
  return { kind: 'described', story: next, said: differences(story, next, lookup) };
}

export type LabelsOutcome = { kind: 'ok'; labels: string[] } | Refusal;

/** Labels as they are kept: each one line without blanks around it, none twice whatever its capitals. */
export function readLabels(texts: readonly string[]): LabelsOutcome {
  const labels = new Map<string, string>();
  for (const text of texts) {
    // oxlint-disable-next-line no-control-regex -- control characters are just what is taken out
    const label = text.replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
    if (label === '') continue;
    if (label.length > LABEL_LIMIT) {
      const message = say(
        'A label has at most {0} characters; “{1}…” has {2}.',
        LABEL_LIMIT,
        label.slice(0, 20),
        label.length,
      );
      return refuse(message);
    }
    if (!labels.has(label.toLowerCase())) labels.set(label.toLowerCase(), label);
  }
  if (labels.size > LABELS_LIMIT) {
    return refuse(say('A story has at most {0} labels; these are {1}.', LABELS_LIMIT, labels.size));
  }
  return { kind: 'ok', labels: [...labels.values()] };
}

/** Why a story cannot depend on these; null where it can. */
function refuseDependencies(
  story: StoryRecord,
  dependsOn: readonly string[],
  lookup: (key: string) => Dependency,
): Said | null {
  const added = dependsOn.filter((key) => !story.dependsOn.includes(key));
  if (dependsOn.includes(story.key))
    return say('#{0} cannot depend on itself: {1}.', story.number, spellCycle([story.number, story.number]));
  if (added.some((key) => lookup(key).kind === 'missing')) {
    return say('#{0} cannot depend on a story that is not here.', story.number);
  }
  const gone = added.map(lookup).find((one) => one.kind === 'deleted');
  if (gone !== undefined) return say('#{0} cannot depend on #{1}, which was deleted.', story.number, gone.number);
  if (added.length === 0) return null;
  const cycle = cycleThrough({ ...story, dependsOn }, (key) => {
    const found = lookup(key);
    return found.kind === 'story' ? { key, number: found.number, dependsOn: found.dependsOn } : undefined;
  });
  return cycle === null ? null : say('That would go in a circle: {0}. Nothing was changed.', spellCycle(cycle));
}

function differences(before: StoryRecord, after: StoryRecord, lookup: (key: string) => Dependency): string {
  const names = (keys: readonly string[]): string[] =>
    keys.map((key) => {
      const found = lookup(key);
      return 'number' in found ? `#${found.number}` : key;
    });
  const list = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '));
  const told = (story: StoryRecord): Readonly<Record<string, string>> => ({
    title: story.title,
    type: story.type,
    priority: String(story.priority),
    labels: list(story.labels),
    'depends on': list(names(story.dependsOn)),
    ...Object.fromEntries(Object.values(CHOSEN_AS).map((field) => [field, story[field] ?? 'the first'])),
  });
  const [old, now] = [told(before), told(after)];
  const other = Object.keys(now).filter((name) => old[name] !== now[name]);
  return other.map((name) => `${name}: ${old[name] ?? ''} → ${now[name] ?? ''}`).join('; ');
}
