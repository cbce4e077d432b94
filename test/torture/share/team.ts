import type { StoryRecord } from '../../../src/core/story/story';
import { Team, type TeamMember } from '../../support/share/team';
import { waitFor } from '../../support/waitFor';
import { Random } from '../random';
import type { ShareSize, ShareTorture } from './suite';

export interface TeamSize extends ShareSize {
  /** One operation in so many is of the kinds that start git: making stories, landing, closing and opening windows. */
  readonly gitIn?: number;
}

interface Scene {
  readonly team: Team;
  readonly random: Random;
  readonly gitIn: number;
  /** Keys of all stories that were ever made, and of those that somebody deleted. */
  readonly made: Set<string>;
  readonly deleted: Set<string>;
  readonly committed: Committed[];
  takenOver: number;
  readonly failures: string[];
}

/** What a machine has committed for a story, on its own branch: nobody may lose it. */
interface Committed {
  readonly member: TeamMember;
  readonly key: string;
  readonly file: string;
}

/** Waits a tenth of what it is asked to. */
const hasty = {
  now: () => Date.now(),
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms / 10);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Stages in which a story goes on by itself, or may be. */
const MOVING = new Set(['QA', 'Merge']);

/**
 * Three engines on three clones of one remote, each behind a proxy that cuts, delays and heals: they make, change, start, land,
 * take over and delete stories, and are closed and opened. From time to time all meet: they must show the same, agree on who
 * works on what, and have landed each story once, on the remote; what each has committed is still there.
 */
export async function tortureTeam(
  { operations, seed, between = 100, gitIn = 10 }: TeamSize,
  say: (line: string) => void = () => undefined,
): Promise<ShareTorture & { readonly landed: number; readonly takenOver: number }> {
  const settings = { share: { pingMs: 10_000, timeoutMs: 3_000_000 } };
  const team = await Team.open(['ada', 'bob', 'eve'], { clock: hasty, settings });
  const scene: Scene = {
    team,
    random: new Random(seed),
    gitIn,
    made: new Set(),
    deleted: new Set(),
    committed: [],
    takenOver: 0,
    failures: [],
  };
  let [done, landed] = [0, 0];
  try {
    await team.share();
    await takeOverOne(scene);
    for (const { window, name } of team.members) scene.made.add((await window.newStory(`Of ${name}`)).key);
    while (done < operations && scene.failures.length === 0) {
      for (let step = 0; step < between && done < operations; step += 1, done += 1) await operate(scene);
      landed = await meet(scene);
      say(`${done} operations, ${scene.made.size} stories, ${landed} landed, ${scene.takenOver} taken over`);
    }
  } finally {
    await team.close();
  }
  const failures = scene.failures.map((one) => `seed ${seed}: ${one}`);
  return { operations: done, made: scene.made.size, landed, takenOver: scene.takenOver, failures };
}

/** Whatever comes later, and in which order: one story at least is taken over while another machine works on it, and lands. */
async function takeOverOne(scene: Scene): Promise<void> {
  const [first, second] = scene.team.members;
  if (first === undefined || second === undefined) throw new Error('It takes two to take over.');
  const story = await first.window.newStory('Begun by one');
  scene.made.add(story.key);
  await first.window.must(story, 'Start');
  const there = (): StoryRecord | undefined => second.window.engine.stories().find(({ key }) => key === story.key);
  await waitFor('the other to see who works on it', () => there()?.worksAt !== undefined, { seen: there });
  await work(scene, second, there() ?? story);
  if (there()?.stage.name === 'Coding') await second.window.engine.perform(story.key, { event: 'GatesStarted' });
}

async function operate(scene: Scene): Promise<void> {
  const { team, random, failures, gitIn } = scene;
  const member = random.pick(team.members);
  const { window, name } = member;
  try {
    const stories = window.engine.stories();
    if (stories.length === 0 || random.below(gitIn) === 0) await operateWithGit(scene, member);
    else await operateOnDocument(scene, member, random.pick(stories));
  } catch (error) {
    failures.push(`${name}: ${String(error)}`);
  }
}

/** What needs the store and the wire alone. */
async function operateOnDocument({ random }: Scene, { window, proxy, name }: TeamMember, { key, number }: StoryRecord): Promise<void> {
  switch (random.below(12)) {
    case 0:
      return proxy.cut();
    case 1:
    case 2:
      return proxy.heal();
    case 3:
      return proxy.delay(() => random.below(30));
    case 4:
    case 5:
      await window.engine.writing.describe(key, { priority: random.below(4) });
      return;
    case 6:
    case 7:
      await window.engine.writing.describe(key, { labels: [`${name}-${random.below(5)}`] });
      return;
    case 8:
      await window.engine.writing.describe(key, { title: `By ${name} ${random.below(1000)}` });
      return;
    default: {
      const shown = await window.session.storyText(number, null);
      if (shown.kind !== 'found') return;
      const base = shown.story.text;
      await window.session.editStory(key, { base, text: `${base}${name} ${random.below(1000)}\n` });
    }
  }
} // prettier-ignore

async function operateWithGit(scene: Scene, member: TeamMember): Promise<void> {
  const { random, made } = scene;
  const { window, name } = member;
  const kind = random.below(20);
  if (kind === 0) {
    await window.close();
    await window.open();
  } else if (kind < 6 || window.engine.stories().length === 0) {
    const body = `Begins.\n\nSee #${random.below(made.size + 1)}.\n`;
    made.add((await window.newStory(`By ${name} ${made.size}`, body)).key);
  } else await change(scene, member, kind);
}

/** What a person may not do just then is refused, and that is all. */
async function change(scene: Scene, member: TeamMember, kind: number): Promise<void> {
  const { random, deleted } = scene;
  const { window } = member;
  const stories = window.engine.stories();
  const story = random.pick(stories);
  if (kind < 8 && stories.length > 8 && story.stage.name === 'Backlog') {
    const [removed] = await window.engine.remove({ keys: [story.key], what: 'delete', large: 'keep' });
    if (removed?.kind === 'done') deleted.add(story.key);
  } else if (kind < 10 && story.worksAt === undefined) await window.engine.perform(story.key, { event: 'Demote' });
  else if (kind >= 10) await work(scene, member, story);
}

/** Goes on with a story that is worked on here, or begins one; takes over one that another machine works on. */
async function work(scene: Scene, member: TeamMember, story: StoryRecord): Promise<void> {
  const { window, name } = member;
  const { key, stage, worksAt } = story;
  const isElsewhere = worksAt !== undefined;
  if (stage.name === 'Done' || (stage.name !== 'Backlog' && stage.name !== 'Coding' && !isElsewhere)) return;
  if (isElsewhere || stage.name === 'Backlog') {
    const begun = await window.engine.perform(key, { event: isElsewhere ? 'Reassigned' : 'Start' });
    if (begun.kind === 'refused') return;
    if (isElsewhere) scene.takenOver += 1;
  }
  const now = window.engine.stories().find((one) => one.key === key);
  if (now?.stage.name !== 'Coding' || now.worksAt !== undefined || (await window.engine.worktreeOf(key)) === null)
    return;
  const file = `${name}/${key}-${scene.committed.length}.txt`;
  await window.commit(now, { [file]: `${now.title}\n` });
  scene.committed.push({ member, key, file });
  // Of those that are begun some wait for whoever takes them over.
  if (scene.random.below(3) > 0) await window.engine.perform(key, { event: 'GatesStarted' });
}

/** All are connected, show the same, and nothing of them goes on. Returns how many stories are on the remote. */
async function meet(scene: Scene): Promise<number> {
  const { team, made, deleted, failures } = scene;
  for (const { proxy } of team.members) proxy.heal();
  await team.met();
  const pictures = () => team.members.map(({ window }) => picture(window.engine.stories()));
  const texts = () => Promise.all(team.members.map(({ window }) => textsOf(window)));
  const isStill = async (): Promise<boolean> => {
    // More is deleted here within seconds than a team deletes in a week: whoever is asked about it takes it.
    for (const { window } of team.members)
      if ((await window.session.sharing()).held?.why === 'removes')
        await window.session.share({ kind: 'decide', decision: 'take' });
    const goes = team.members.some(({ window }) => window.engine.stories().some(({ stage }) => MOVING.has(stage.name)));
    return !goes && new Set(pictures()).size === 1 && new Set(await texts()).size === 1;
  };
  await waitFor('all to show the same, and nothing to go on', isStill, {
    seen: () => team.members.map(({ window, name }) => [name, picture(window.engine.stories()), window.engine.landingTurn(), window.warnings.slice(-4)]),
  });
  const landings = (await team.there('log', '--format=%(trailers:key=Story-Key,valueonly,separator=%x2C)', 'main')).split('\n').filter((key) => key !== '');
  const onRemote = new Map<string, number>();
  for (const key of landings) onRemote.set(key, (onRemote.get(key) ?? 0) + 1);
  for (const [key, times] of onRemote) if (times !== 1) failures.push(`${key} landed ${times} times`);
  for (const { window, name } of team.members) {
    const stories = window.engine.stories();
    const known = new Set([...stories.map(({ key }) => key), ...deleted]);
    for (const key of made) if (!known.has(key)) failures.push(`${name} lost ${key}`);
    if (new Set(stories.map(({ number }) => number)).size !== stories.length) failures.push(`${name} has a number twice`);
    for (const { key, number, stage } of stories) {
      if ((stage.name === 'Done') !== onRemote.has(key)) failures.push(`${name} shows #${number} (${key}) in ${stage.name}`);
      if (!['Backlog', 'Coding', 'Done'].includes(stage.name)) failures.push(`${name} has #${number} in ${stage.name}: ${JSON.stringify(stage)}`);
    }
  }
  await judgeWork(scene);
  return onRemote.size;
} // prettier-ignore

/** One machine works on a story that is in work, and what any has committed is on a branch of its own or has landed. */
async function judgeWork({ team, deleted, committed, failures }: Scene): Promise<void> {
  const owners = new Map<string, string[]>();
  for (const { window, name } of team.members)
    for (const { key, stage, worksAt } of window.engine.stories())
      if (stage.name === 'Coding') owners.set(key, [...(owners.get(key) ?? []), ...(worksAt === undefined ? [name] : [])]);
  for (const [key, names] of owners) if (names.length !== 1) failures.push(`${key} is worked on by ${names.join(' and ')}`);
  for (const { member, key, file } of committed) {
    if (deleted.has(key) || (await member.repository.git('log', '--all', '--format=%H', '-1', '--', file)) !== '') continue;
    failures.push(`${member.name} lost ${file}, which it had committed`);
  }
} // prettier-ignore

async function textsOf({ engine, session }: TeamMember['window']): Promise<string> {
  const keys = engine.stories().map(({ key }) => key).sort();
  return JSON.stringify(await Promise.all(keys.map((key) => session.bodyOf(key))));
} // prettier-ignore

function picture(stories: readonly StoryRecord[]): string {
  const seen = stories.map(({ key, number, title, stage, priority, labels }) => {
    return [key, number, title, stage.name, 'mergeCommit' in stage ? stage.mergeCommit : '', priority, labels];
  });
  return JSON.stringify(seen.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)));
}
