import { redSince, type RedTarget } from '../pipeline/targetHealth';
import { fenced } from '../story/newStoryBody';
import { shortRef } from '../story/names';
import { isUnderWay, type Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';

/** What a person can do about a red target. */
export const RED_TARGET_DECISIONS = ['bugStory', 'revert', 'runAgain', 'resume'] as const;
export type RedTargetDecision = (typeof RED_TARGET_DECISIONS)[number];

/**
 * A red target as a person is asked about it; `revert` is the number of the story that turned it red, `bugStory` of the one
 * that is there already to repair it, and `resumed` whether the queue goes on by a person's word.
 */
export interface RedTargetShown {
  readonly text: string;
  readonly target: string;
  readonly revert: number | null;
  readonly bugStory: number | null;
  readonly resumed: 'yes' | 'no';
}

/** What came of a decision: `message` is for a person, `key` of the story that was made. */
export interface RedTargetOutcome {
  readonly kind: 'done' | 'refused';
  readonly message: string;
  readonly key: string | null;
}

/** How much (characters) of the end of a gate's output stands in a bug story. */
const QUOTED = 4000;

/**
 * The story under way that is about this red already. Which commit turned it red is found out bit by bit, so any of those on
 * which it is red since may stand in its title: `reds` are these, by their ids.
 */
export function bugStoryOf(
  red: RedTarget,
  target: string,
  { stories, reds }: { readonly stories: readonly StoryRecord[]; readonly reds: readonly Oid[] },
): StoryRecord | undefined {
  const titles = new Set([red.since.oid, ...reds].map((oid) => titleOf(red, target, oid)));
  return stories.find((one) => one.repairsTarget && titles.has(one.title) && isUnderWay(one));
}

function titleOf({ gate }: RedTarget, target: string, oid: Oid): string {
  return `${shortRef(target)} is red: gate ${gate} fails since ${oid.slice(0, 7)}`;
}

/** The story by which a red target is repaired; `output` is what the gate said there, null where that is not known. */
export function redTargetStory(
  red: RedTarget,
  target: string,
  output: string | null,
): { title: string; type: 'bug'; body: string; priority: number; repairsTarget: true } {
  const name = shortRef(target);
  const { story, oid, subject } = red.since;
  const since = red.search === 'found' ? 'since' : 'at least since';
  const by =
    story === null ? `\`${oid.slice(0, 10)}\` (${subject})` : `\`${oid.slice(0, 10)}\`, where #${story.number} landed`;
  const parts = [
    `${redSince(red, target)}. Gate \`${red.gate}\` fails on ${name}, ${since} ${by}.`,
    `While ${name} is red the queue tries reverts and bug stories first: this one lands as soon as its gates are green on ${name}.`,
    ...(output === null ? [] : [`What the gate said last:\n\n${fenced(output.slice(-QUOTED).trim(), '')}`]),
    `## Acceptance criteria\n\n- [ ] Gate ${red.gate} is green on ${name}`,
  ];
  return {
    title: titleOf(red, target, oid),
    type: 'bug',
    body: `${parts.join('\n\n')}\n`,
    priority: 0,
    repairsTarget: true,
  };
}
