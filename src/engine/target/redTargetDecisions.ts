import {
  bugStoryOf,
  redTargetStory,
  type RedTargetDecision,
  type RedTargetOutcome,
  type RedTargetShown,
} from '../../core/landing/redTargetStory';
import type { TargetFacts } from '../../core/pipeline/facts';
import { describeRedTarget, type RedTarget } from '../../core/pipeline/targetHealth';
import { shortRef } from '../../core/story/names';
import type { StoryRecord } from '../../core/story/story';
import type { Clock } from '../../ports/clock';
import type { QueueResumes, StoryStore } from '../../ports/store';
import type { Reverts } from '../landing/reverts';
import type { StoryBook } from '../stories/storyBook';
import type { TargetGates } from './targetGates';
import { refuse, say, tell, type Said, type Told } from '../../core/words/said';

interface DecisionPorts {
  readonly book: StoryBook;
  readonly store: Pick<StoryStore, 'stories'>;
  readonly reverts: Reverts;
  readonly gates: TargetGates;
  readonly resumes: QueueResumes;
  readonly clock: Clock;
}

/** The target is red: as it was seen last, on the branch with this full name. */
export interface RedNow {
  readonly red: RedTarget;
  readonly ref: string;
}

export function redNow(target: TargetFacts, red: RedTarget | null): RedNow | null {
  return red === null || target.kind === 'missing' ? null : { red, ref: target.ref };
}

export function showRedTarget({ red, ref }: RedNow, known: KnownOfRed): RedTargetShown {
  return {
    text: describeRedTarget(red, ref),
    target: shortRef(ref),
    revert: red.since.story?.number ?? null,
    bugStory: bugStoryFor({ red, ref }, known)?.number ?? null,
    resumed: red.resumedAt === null ? 'no' : 'yes',
  };
}

type KnownOfRed = Pick<DecisionPorts, 'store' | 'gates'>;

function bugStoryFor({ red, ref }: RedNow, { store, gates }: KnownOfRed): StoryRecord | undefined {
  return bugStoryOf(red, ref, { stories: store.stories(), reds: gates.redsUpTo(red.tip) });
}

/** Does what a person decided about a red target. */
export async function decideRedTarget(
  ports: DecisionPorts,
  { red, ref }: RedNow,
  decision: RedTargetDecision,
): Promise<RedTargetOutcome> {
  const name = shortRef(ref);
  switch (decision) {
    case 'bugStory':
      return makeBugStory(ports, { red, ref });
    case 'revert': {
      const { story } = red.since;
      if (story === null) return refused(say('{0} is no story’s. Revert it by hand.', red.since.oid.slice(0, 7)));
      const why = `Gate ${red.gate} has been red on ${name} since it landed.`;
      const made = await ports.reverts.revert(story.key, why, 'person');
      if (made.kind === 'refused') return refused(made);
      return done(say('#{0} reverts #{1}.', made.story.number, story.number), made.story.key);
    }
    case 'runAgain': {
      const begun = await ports.gates.runAgain(red.tip, red.since.story?.key ?? null);
      return done(begun === 'busy' ? say('Gates run on {0} already.', name) : say('Gates run on {0} again.', name));
    }
    case 'resume':
      await ports.resumes.resume(red.tip, new Date(ports.clock.now()).toISOString());
      return done(say('The queue goes on at {0}, although {1} is red there.', red.tip.slice(0, 7), name));
  }
}

async function makeBugStory({ book, store, gates }: DecisionPorts, { red, ref }: RedNow): Promise<RedTargetOutcome> {
  const wanted = redTargetStory(red, ref, await gates.outputOf(red.tip));
  const known = bugStoryFor({ red, ref }, { store, gates });
  if (known !== undefined) return done(say('#{0} is about that already.', known.number), known.key);
  const made = await book.create(wanted, 'person');
  if (made.kind === 'refused') return refused(made);
  return done(say('#{0} was made: {1}', made.story.number, made.story.title), made.story.key);
}

function done(said: Said, key: string | null = null): RedTargetOutcome {
  return { kind: 'done', ...tell(said), key };
}

function refused(words: Said | Told): RedTargetOutcome {
  return { ...refuse(words), key: null };
}
