import { redSince, type RedTarget } from '../pipeline/targetHealth';
import { fenced } from '../story/newStoryBody';
import { shortRef } from '../story/names';

/** What a person can do about a red target. */
export const RED_TARGET_DECISIONS = ['bugStory', 'revert', 'runAgain', 'resume'] as const;
export type RedTargetDecision = (typeof RED_TARGET_DECISIONS)[number];

/** A red target as a person is asked about it; `revert` is the number of the story that turned it red. */
export interface RedTargetShown {
  readonly text: string;
  readonly target: string;
  readonly revert: number | null;
}

/** What came of a decision: `message` is for a person, `key` of the story that was made. */
export interface RedTargetOutcome {
  readonly kind: 'done' | 'refused';
  readonly message: string;
  readonly key: string | null;
}

/** How much (characters) of the end of a gate's output stands in a bug story. */
const QUOTED = 4000;

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
    title: `${name} is red: gate ${red.gate} fails since ${oid.slice(0, 7)}`,
    type: 'bug',
    body: `${parts.join('\n\n')}\n`,
    priority: 0,
    repairsTarget: true,
  };
}
