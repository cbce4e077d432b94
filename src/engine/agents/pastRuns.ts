import { messageOf } from '../../base/messageOf';
import { sha256 } from '../../base/sha256';
import { spentOn } from '../../core/agents/budget';
import { acceptedAt, cameTo, readPastRuns, withPastRun, type PastRun } from '../../core/agents/pastRun';
import type { AgentProfile } from '../../core/agents/profile';
import { racerTitle } from '../../core/agents/race';
import { AGENT_TEXTS } from '../../core/agents/transcript/agentText';
import { agentTextId, bodyId, pastRunsId, pastTextId } from '../../core/story/contentIds';
import type { StoryEvent } from '../../core/story/events';
import type { StoryRecord } from '../../core/story/story';
import type { ContentStore } from '../../ports/store';
import type { EnginePorts } from '../ports';

/**
 * Work of an agent on a story that has ended: as the story was when it began here, in ms since 1970, and what follows from it.
 * `given`: the hash of what it was given, where an earlier window began it.
 */
interface EndedWork {
  readonly story: StoryRecord;
  readonly profile: AgentProfile;
  readonly role: PastRun['role'];
  readonly since: number;
  readonly event: StoryEvent | null;
  readonly given?: string | undefined;
}

/** The runs of agents that are kept of a story, the newest last. */
export async function pastRunsOf(content: Pick<ContentStore, 'read'>, key: string): Promise<readonly PastRun[]> {
  return readPastRuns(await content.read(pastRunsId(key)));
}

/**
 * Lays what was said and done aside, under the run's own name: the next agent on the story writes where this one wrote. Nothing
 * where no run of an agent had begun. What cannot be kept holds nothing up.
 */
export async function keepPastRun(
  { content, runs, store, clock, log }: Pick<EnginePorts, 'content' | 'runs' | 'store' | 'clock' | 'log'>,
  { story, profile, role, since, event, given }: EndedWork,
): Promise<void> {
  const { key, number, stage } = story;
  const its = runs.agentRuns().filter((one) => one.key === key && Date.parse(one.at) >= since);
  const [first] = its;
  if (first === undefined) return;
  try {
    const texts = await Promise.all(
      AGENT_TEXTS.map(async (which) => (await content.read(agentTextId(key, which))) ?? ''),
    );
    // One that said itself that it cannot go on has ended without an event.
    const isBlocked = event === null && store.get(key)?.stage.name === 'Blocked';
    const before = await pastRunsOf(content, key);
    const kept = withPastRun(before, {
      run: first.run,
      agent: profile.name,
      role,
      from: Date.parse(first.at),
      to: clock.now(),
      came: isBlocked ? 'blocked' : cameTo(event),
      size: texts.reduce((sum, { length }) => sum + length, 0),
      spent: spentOn(its),
      ...(role === 'reviewer' && stage.name === 'QA' && { tip: stage.tip }),
      ...(role === 'reviewer' && (await wasRead({ content, store }, story, profile, since, given))),
    });
    const slot = kept.at(-1)?.slot ?? 0;
    for (const [index, which] of AGENT_TEXTS.entries())
      await content.write(pastTextId(key, which, slot), texts[index] ?? '');
    await content.write(pastRunsId(key), JSON.stringify(kept));
    // What is not kept any more takes no room.
    for (const { slot: left } of before.filter((one) => kept.every((still) => still.slot !== one.slot)))
      for (const which of AGENT_TEXTS) await content.write(pastTextId(key, which, left), '');
  } catch (error) {
    log.warn(`[agent:${number}:${profile.name}] what it said is not kept as a run of its own: ${messageOf(error)}`);
  }
}

/** What a review which began then, when the story was so, was told by whom; nothing where its text was edited meanwhile. */
async function wasRead(
  { content, store }: Pick<EnginePorts, 'content' | 'store'>,
  story: StoryRecord,
  profile: AgentProfile,
  since: number,
  given?: string,
): Promise<Pick<PastRun, 'text'>> {
  const editedAt = store.get(story.key)?.bodyAt ?? null;
  return editedAt !== null && Date.parse(editedAt) >= since
    ? {}
    : { text: given ?? (await textOf(content, story, profile)) };
}

/**
 * What of the story a review sees, and whose it is, as a hash. What is ticked says how far it is, not what it is about, and what
 * raced beside it has its title with the name of its agent. Limits may change.
 */
export async function textOf(
  content: Pick<ContentStore, 'read'>,
  { key, type, title, agent = '' }: StoryRecord,
  profile: AgentProfile,
): Promise<string> {
  const body = ((await content.read(bodyId(key))) ?? '').replaceAll(/\[[xX]\]/g, '[ ]');
  const end = racerTitle('', agent);
  const own = title.endsWith(end) ? title.slice(0, -end.length) : title;
  return sha256(JSON.stringify([type, own, body, { ...profile, limits: null }])).slice(0, 16);
}

/** Whether this agent has accepted this very commit for this very story, and nobody has asked for its gates again since. */
export async function isAccepted(
  { content, verdicts }: Pick<EnginePorts, 'content' | 'verdicts'>,
  story: StoryRecord,
  profile: AgentProfile,
): Promise<boolean> {
  const { key, stage } = story;
  const run = stage.name === 'QA' ? acceptedAt(await pastRunsOf(content, key), stage.tip) : null;
  if (run === null || run.from < Date.parse(verdicts.askedAgain(key) ?? '1970-01-01')) return false;
  return run.text === (await textOf(content, story, profile));
}

/** What was said in one run, by its id; of the last one (null) also while it is at work. Null where that is not kept. */
export async function agentText(
  content: Pick<ContentStore, 'read'>,
  key: string,
  which: (typeof AGENT_TEXTS)[number],
  run: string | null,
): Promise<string | null> {
  if (run === null) return content.read(agentTextId(key, which));
  const found = (await pastRunsOf(content, key)).find((one) => one.run === run);
  return found === undefined ? null : content.read(pastTextId(key, which, found.slot));
}
