import * as z from 'zod/mini';
import { ACTION_IDS, ACTIONS, titleOf, type ActionId } from '../board/actions';
import type { StoryRuns } from '../agents/pastRun';
import { outputWords, pastRunWords } from '../agents/pastRunWords';
import type { Card } from '../board/card';
import { sayConflict } from '../board/conflictWords';
import { stateWords } from '../review/reviewText';
import type { ShownReview } from '../review/comments';
import { MARK_WORDS } from '../pipeline/markWords';
import { markdownBlocks } from '../words/markdownBlocks';
import { visible } from '../words/plainText';
import { readCriteria } from './criteria';
import type { HistoryEntry } from './history';
import { stageWord } from './stageWords';
import { byWords, deedWords, evidenceWords, movedWords } from './timelineText';
import { english, inLanguage, type Said, type Translate } from '../words/said';

const actionSchema = z.object({ id: z.enum(ACTION_IDS), label: z.string(), icon: z.nullable(z.string()) });
const blockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), text: z.string() }),
  z.object({ kind: z.literal('paragraph'), text: z.string() }),
  z.object({ kind: z.literal('quote'), text: z.string() }),
  z.object({ kind: z.literal('item'), text: z.string(), depth: z.int() }),
  z.object({ kind: z.literal('criterion'), index: z.int(), depth: z.int() }),
  z.object({ kind: z.literal('code'), text: z.string() }),
]);

/** Everything that the page of one story shows: texts and choices, all made here, none of it markup. */
export const storyPageSchema = z.object({
  key: z.string(),
  number: z.int(),
  title: z.string(),
  /** Stage, and what is said of it in a line: type, mark, labels. */
  stage: z.string(),
  landed: z.boolean(),
  about: z.array(z.string()),
  /** What goes on; it is ever another while something does. */
  facts: z.string(),
  since: z.string(),
  /** Why it does not move; null for a story that does. */
  why: z.nullable(z.string()),
  needsYou: z.boolean(),
  /** The one step that helps first; null where there is none. */
  first: z.nullable(actionSchema),
  others: z.array(actionSchema),
  blocks: z.array(blockSchema),
  /** In the order of the text. `check`: what came of its command, on which commit. */
  criteria: z.array(
    z.object({ text: z.string(), done: z.boolean(), command: z.nullable(z.string()), check: z.nullable(z.string()) }),
  ),
  /** Null where they may be ticked, else why not. */
  readOnly: z.nullable(z.string()),
  /** What was said about its changes. */
  comments: z.array(z.string()),
  conflicts: z.array(z.string()),
  dependencies: z.array(z.string()),
  /** Its agents' runs that are kept, the newest first, each by its id. */
  runs: z.array(z.object({ run: z.string(), who: z.string(), what: z.string() })),
  /** Whether an agent did not say what a run cost. */
  costUntold: z.boolean(),
  /** The end of what its runs said, one text for each kind of run, and what its last line says came of it. */
  outputs: z.array(z.object({ title: z.string(), last: z.string(), text: z.string() })),
  /** Newest first. */
  history: z.array(z.object({ at: z.string(), text: z.string(), evidence: z.array(z.string()) })),
});
export type StoryPage = z.infer<typeof storyPageSchema>;

export interface StoryPageFacts {
  readonly card: Card;
  readonly body: string;
  readonly readOnly: Said | null;
  readonly review: ShownReview | null;
  readonly history: readonly HistoryEntry[];
  readonly runs: StoryRuns;
}

/** Lines of each output, and letters of a line, that the page shows; Show Output has all. */
const OUTPUT_LINES = 30;
const LINE_LIMIT = 500;

/** Shown beside the steps, on every story to which they apply. */
const ALWAYS: readonly ActionId[] = ['openDiff', 'openWorktree', 'showOutput', 'whyNotLanded', 'showTimeline'];

export function storyPage(
  { card, body, readOnly, review, history, runs }: StoryPageFacts,
  translate: Translate = english,
): StoryPage {
  const [first = null, ...steps] = card.primaryActions;
  const others = [...steps, ...ALWAYS].filter((id) => id !== first && card.actions.includes(id));
  const mark = card.mark === null ? [] : [translate(MARK_WORDS[card.mark].word)];
  // An age would stand still on a page.
  const facts = card.facts.filter((fact) => typeof fact === 'string').join(' · ');
  return {
    key: card.key,
    number: card.number,
    title: visible(card.title),
    stage: stageWord(card.stage),
    landed: card.stage === 'Done',
    about: [translate(card.type), ...mark, ...card.labels].map(visible),
    facts: visible(facts),
    since: card.since,
    why: card.why === null ? null : visible(card.why),
    needsYou: card.need !== null,
    first: first === null ? null : actionOf(first),
    others: [...new Set(others)].map(actionOf),
    blocks: markdownBlocks(body).map((block) => ('text' in block ? { ...block, text: visible(block.text) } : block)),
    criteria: readCriteria(body).map(({ text, done, command, checked }) => ({
      text: visible(text),
      done,
      command: command === undefined ? null : visible(command),
      check:
        checked === undefined ? null : translate('{0} on {1}', translate(checked.verdict), checked.commit.slice(0, 8)),
    })),
    readOnly: readOnly && inLanguage([readOnly], translate),
    comments: (review?.threads ?? []).map(
      ({ path, line, now, state, said }) =>
        `${visible(now?.path ?? path)}:${now?.line ?? line}, ${translate(stateWords(state))}: ${visible(said[0]?.text ?? '')}`,
    ),
    conflicts: card.conflicts.map((conflict) => inLanguage([sayConflict(conflict)], translate)),
    dependencies: card.dependsOn.map(({ number, state }) => {
      const name = number === null ? translate('A story that is not known any more') : `#${number}`;
      return visible(state === '' ? name : `${name}, ${translate(state)}`);
    }),
    runs: runs.agents.toReversed().map((one) => {
      const { who, at, what, took } = pastRunWords(one, translate);
      return { run: one.run, who: visible(who), what: `${at} · ${what} · ${took}` };
    }),
    costUntold: runs.agents.some(({ spent }) => spent?.usd == null),
    outputs: runs.outputs.flatMap(({ of, end }) => {
      const text = endOf(end, translate);
      const title =
        of === 'agent' && card.agent !== null ? translate('{0} is at work', card.agent) : outputWords(of, translate);
      return text === '' ? [] : [{ title: visible(title), last: text.split('\n').at(-1) ?? '', text }];
    }),
    history: history.toReversed().map((entry) => historyLine(entry, translate)),
  };
}

function actionOf(id: ActionId): StoryPage['others'][number] {
  return { id, label: titleOf(ACTIONS[id]), icon: ACTIONS[id].icon };
}

function historyLine(
  { at, by, event, from, to, evidence }: HistoryEntry,
  translate: Translate,
): StoryPage['history'][number] {
  const moved = movedWords({ from, to }, ', ', translate);
  const text = visible(`${byWords(by, translate)}: ${deedWords({ event, by }, translate)}${moved}`);
  return { at, text, evidence: evidenceWords(evidence, translate).map(visible) };
}

/** What Switchyard itself wrote into it is said in the person's language. */
function endOf(output: string, translate: Translate): string {
  const lines = output.trimEnd().split(/\r?\n/).slice(-OUTPUT_LINES);
  return lines.map((line) => visible(translate(withoutFolders(line).slice(0, LINE_LIMIT)))).join('\n');
}

/** A command as it was run, where a program or file far away has its name only: where it lies is this machine's own. */
function withoutFolders(line: string): string {
  return line.startsWith('$ ')
    ? line.replaceAll(/(?<=[\s"'=])(?:\/|[A-Za-z]:[\\/])[^\s"']*[\\/](?=[^\s"'\\/])/g, '…/')
    : line;
}
