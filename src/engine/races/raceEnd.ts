import { racerTitle } from '../../core/agents/race';
import { PAST_SLOTS } from '../../core/agents/pastRun';
import { AGENT_TEXTS } from '../../core/agents/transcript/agentText';
import { agentOutputId, agentTextId, bodyId, pastRunsId, pastTextId, racedOutputId } from '../../core/story/contentIds';
import { readCriteria } from '../../core/story/criteria';
import { numberInName } from '../../core/story/names';
import type { StoryEvent } from '../../core/story/events';
import { isUnderWay } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { NO_STORY } from '../../core/story/noStory';
import { asWritten, say, tell, type Told } from '../../core/words/said';
import { lookAt } from '../look';
import type { RacePorts } from './racePorts';

type Kept = NonNullable<NonNullable<StoryRecord['race']>['kept']>;

const PERSON = 'person';

/**
 * Carries a decided race to its end: the branch that was kept is the story's, the other agents' work is under rescue refs and
 * their stories are deleted. `key` is the story that goes on. Each step can be the last before a kill, and is safe to repeat.
 * Why it is not over yet, in a sentence; null where it is.
 */
export async function finishRace(ports: RacePorts, key: string): Promise<Told | null> {
  const { store } = ports;
  const story = store.get(key);
  const race = story?.race;
  if (story === undefined || race?.kept === undefined) return null;
  const { kept } = race;
  const isRival = (one: StoryRecord): boolean =>
    one.key !== key && one.race?.with === race.with && (isUnderWay(one) || one.key === kept.key);
  const rivals = store.stories().filter(isRival);
  // Nothing of it lands before the others are gone: it is let go last of all.
  const held = ports.hold(key);
  try {
    const problem = (await settle(ports, story, kept, rivals)) ?? (await removeRivals(ports, rivals));
    if (problem !== null) return problem;
    await ports.onRaceStep?.('removed');
    await ports.book.note(key, { race: null }, PERSON, 'the race is over');
    await ports.onRaceStep?.('over');
    return null;
  } finally {
    held.dispose();
  }
}

/** Nothing works on any of them while the branches change hands. */
async function settle(
  ports: RacePorts,
  story: StoryRecord,
  kept: Kept,
  rivals: readonly StoryRecord[],
): Promise<Told | null> {
  if (rivals.length === 0) return null;
  const held = rivals.map(({ key }) => ports.hold(key));
  try {
    for (const { key } of [story, ...rivals]) await ports.stop(key, 'one that raced was kept');
    const winner = rivals.find(({ key }) => key === kept.key);
    if (winner !== undefined) await changeHands(ports, story, winner, kept);
    const problem = await toItsGates(ports, story.key, kept);
    await ports.onRaceStep?.('settled');
    return problem;
  } finally {
    for (const one of held) one.dispose();
  }
}

async function removeRivals(ports: RacePorts, rivals: readonly StoryRecord[]): Promise<Told | null> {
  if (rivals.length === 0) return null;
  const results = await ports.remove({ keys: rivals.map(({ key }) => key), what: 'delete', large: 'keep' });
  const left = results.find(({ kind }) => kind === 'refused');
  if (left === undefined) return null;
  const { message, said = [asWritten(message)] } = left;
  return tell([say('#{0} could not be removed, so the race is not over.', left.number), ...said]);
}

/**
 * What the winner made becomes the story's, with what its agent said, ticked and knows; what the story had becomes the
 * winner's, which goes with the others. In between both have one branch: whoever comes next ends this before anything else.
 */
async function changeHands(
  ports: RacePorts,
  story: StoryRecord,
  winner: StoryRecord,
  { branch, other }: Kept,
): Promise<void> {
  const { book, onRaceStep } = ports;
  const { agent: own = '' } = story;
  if (story.branch !== branch) {
    await outputsToStory(ports, story.key, winner.key);
    await onRaceStep?.('outputs');
    await ticksToStory(ports, story.key, winner.key);
    await sessionsToStory(ports, story, winner);
    await onRaceStep?.('sessions');
    const { agent } = winner;
    await book.note(story.key, { branch, ...numberOf(branch), ...(agent !== undefined && { agent }) }, PERSON, branch);
    await onRaceStep?.('branch');
  }
  if (winner.branch !== other) {
    const title = racerTitle(story.title, own);
    await book.note(winner.key, { branch: other, ...numberOf(other), title, ...(own !== '' && { agent: own }) }, PERSON, other); // prettier-ignore
    await onRaceStep?.('branchBack');
  }
  await outputsToWinner(ports, winner.key);
}

function numberOf(branch: string): { branchNumber?: number } {
  const number = numberInName(branch);
  return number === null ? {} : { branchNumber: number };
}

/** Names of all that agents said on a story, also in runs before the last. */
function outputsOf(key: string): string[] {
  const slots = Array.from({ length: PAST_SLOTS }, (_, slot) => slot);
  const texts = AGENT_TEXTS.flatMap((which) => [
    agentTextId(key, which),
    ...slots.map((slot) => pastTextId(key, which, slot)),
  ]);
  return [agentOutputId(key), ...texts, pastRunsId(key)];
}

/** What the story's own agent said is laid aside with the winner first, and only once. */
async function outputsToStory({ content }: RacePorts, story: string, winner: string): Promise<void> {
  const from = outputsOf(winner);
  for (const [index, id] of outputsOf(story).entries()) {
    const its = from[index] ?? id;
    const [own, laid, won] = [await content.read(id), await content.read(racedOutputId(its)), await content.read(its)];
    if (own === null && won === null) continue;
    if (laid === null) await content.write(racedOutputId(its), own ?? '');
    await content.write(id, won ?? '');
  }
}

async function outputsToWinner({ content }: RacePorts, winner: string): Promise<void> {
  for (const id of outputsOf(winner)) {
    const laid = await content.read(racedOutputId(id));
    if (laid !== null) await content.write(id, laid);
  }
}

/** What people wrote into the story's text meanwhile stays: ticks go to criteria that say the same. */
async function ticksToStory({ book, content }: RacePorts, story: string, winner: string): Promise<void> {
  const read = async (key: string): Promise<ReturnType<typeof readCriteria>> =>
    readCriteria((await content.read(bodyId(key))) ?? '');
  const ticked = new Set((await read(winner)).flatMap(({ done, text }) => (done ? [text] : [])));
  for (const [index, { done, text }] of (await read(story)).entries())
    if (!done && ticked.has(text)) await book.edits.tickCriterion(story, { index, done: true }, PERSON);
}

/** The winner's agent goes on in the same worktree with all it knows; the other's conversation was about another one. */
async function sessionsToStory({ sessions }: RacePorts, story: StoryRecord, winner: StoryRecord): Promise<void> {
  const all = sessions.list();
  for (const session of all.filter((one) => one.storyKey === story.key && one.agent !== winner.agent))
    await sessions.prune(session, 'another agent won the race');
  for (const session of all.filter((one) => one.storyKey === winner.key))
    await sessions.record({ ...session, storyKey: story.key, number: story.number });
}

/** Its gates decide of the very commit that was kept; what they said of these files already counts. */
async function toItsGates({ book, git, store, target }: RacePorts, key: string, { tip }: Kept): Promise<Told | null> {
  for (let story = store.get(key); story !== undefined; story = store.get(key)) {
    const { stage } = story;
    if (stage.name === 'QA' && stage.tip === tip) return null;
    const event = ((): StoryEvent | 'look' => {
      if (stage.name === 'Backlog') return { name: 'Start' };
      if (stage.name === 'Blocked') return 'look';
      return stage.name === 'Coding' ? { name: 'GatesStarted', tip } : { name: 'ReQueuedForQa', tip };
    })();
    const looked = event === 'look' ? ({ name: 'Unblock', look: await lookAt(git, story, await target()) } as const) : event; // prettier-ignore
    const gone = await book.apply(key, looked, PERSON);
    if (gone.kind === 'refused') return gone;
  }
  return NO_STORY;
}
