import { messageOf } from '../../base/messageOf';
import { SerialQueue } from '../../base/serialQueue';
import {
  isProven,
  racersOf,
  racerTitle,
  rankRacers,
  type Race,
  type Racer,
  type RaceStep,
} from '../../core/agents/race';
import { choosable, chosenName } from '../../core/pipeline/agentName';
import { bodyId } from '../../core/story/contentIds';
import { shortRef, storyBranches } from '../../core/story/names';
import { isUnderWay } from '../../core/story/stage';
import { stageWord } from '../../core/story/stageWords';
import type { StoryRecord } from '../../core/story/story';
import { branchFor } from '../worktrees/makingWorktrees';
import { NotYet } from '../notYet';
import { finishRace } from './raceEnd';
import { gatesOf, lookAtRacer } from './raceLook';
import type { RacePorts } from './racePorts';
import type { TalkOutcome } from '../agents/talks/agentTalks';
import { refuse, say, tell, asWritten, type Said, type Told } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

const PERSON = 'person';

/** A race that could not be decided by itself is looked at again after this long (ms). */
const AGAIN_MS = 60_000;

/**
 * Several agents on one story, each in a branch and a worktree of its own from one start. Each that races is a story of its
 * own, with all that goes with one; the story that is raced is one of them. Nothing of any lands before one is kept.
 */
export class Races {
  readonly #turns = new SerialQueue();
  /** Races that could not be decided a moment ago. */
  readonly #notYet: NotYet;

  constructor(private readonly ports: RacePorts) {
    this.#notYet = new NotYet(ports.clock, AGAIN_MS, ports.onDue);
  }

  /** Starts the story with the first of these agents, and one beside it with each of the others. */
  start(key: string, agents: readonly string[]): Promise<TalkOutcome> {
    return this.#alone(() => this.#start(key, agents));
  }

  /** Makes the branch of this one the story's, and removes the others once they are kept under rescue refs. */
  keep(key: string): Promise<TalkOutcome> {
    return this.#alone(() => this.#keep(key));
  }

  /** Those that race with this story, the best first. */
  async look(key: string): Promise<Race> {
    const { store } = this.ports;
    const agents = this.ports.agents();
    const story = store.get(key);
    const racers = story === undefined ? [] : await this.#ranked(racersOf(store.stories(), story));
    const roles = story === undefined ? [] : choosable(agents, story);
    const choices = roles.map((role) => {
      const names = agents[role];
      return { role, agents: names, chosen: chosenName(role, names, story ?? {}) ?? '' };
    });
    return { agents: agents.coder, choices, racers };
  }

  /** What a kill cut off. */
  async finish(): Promise<void> {
    for (const { key, number, race } of this.ports.store.stories()) {
      if (race?.kept === undefined) continue;
      const problem = await finishRace(this.ports, key).catch((error: unknown) => tell(messageOf(error)));
      if (problem !== null) this.ports.log.warn(`[race] #${number} is not decided yet: ${problem.message}`);
    }
  }

  /** What the scheduler asks for; what comes of it is on the cards. */
  async step({ key, what }: RaceStep): Promise<void> {
    const outcome = await this.#alone(() => (what === 'leave' ? this.#leave(key) : this.#takeProven(key)));
    if (outcome.kind === 'refused') this.ports.log.warn(`[race] ${outcome.message}`);
    else if (outcome.message !== '') this.ports.log.info(`[race] ${outcome.message}`);
  }

  #alone(act: () => Promise<TalkOutcome>): Promise<TalkOutcome> {
    return this.#turns.run(() => act().catch((error: unknown) => refuse(messageOf(error))));
  }

  async #start(key: string, agents: readonly string[]): Promise<TalkOutcome> {
    const story = this.ports.store.get(key);
    const why = story === undefined ? NO_STORY : this.#whyNot(story, agents);
    const [first, ...others] = agents;
    if (story === undefined || first === undefined || why !== null) return refuse(why ?? []);
    const target = await this.ports.target();
    if (target.kind === 'missing') return refuse(target);
    const held = this.ports.hold(key);
    try {
      // One start for all: the target may move while they are made ready.
      await this.#branch(story, target.tip);
      const begun = await this.#begin(story);
      if (begun !== null) return refuse(begun);
      const race = { with: key };
      const racers = [await this.ports.book.note(key, { race, agent: first }, PERSON, `races with ${others.join(', ')}`)]; // prettier-ignore
      for (const agent of others) {
        const beside = await this.#beside(story, agent);
        racers.push(beside);
        await this.#branch(beside, target.tip);
        const problem = await this.#begin(beside);
        if (problem !== null) return refuse(problem);
      }
      const said = racers.map(({ number, agent = '' }) => `#${number} ${agent}`).join(', ');
      return { kind: 'done', ...tell(say('#{0} is raced: {1}.', story.number, said)) };
    } finally {
      held.dispose();
    }
  }

  async #begin({ key, number }: StoryRecord): Promise<Told | null> {
    const started = await this.ports.perform(key, { event: 'Start' });
    if (started.kind !== 'refused') return null;
    const { message, said = [asWritten(message)] } = started;
    return tell([say('#{0} did not start.', number), ...said]);
  }

  #whyNot({ key, number, stage, race, childOf }: StoryRecord, agents: readonly string[]): Said | Told | null {
    const known = this.ports.agents().coder;
    const unknown = agents.find((name) => !known.includes(name));
    const held = this.ports.refuse(key);
    if (held !== null) return held;
    if (stage.name !== 'Backlog')
      return say(
        '#{0} is in {1}. A race begins in the backlog, so that all have one start.',
        number,
        stageWord(stage.name),
      );
    if (childOf !== undefined)
      return say('#{0} builds on what another story has not landed yet. A race begins on the target, once that has landed.', number); // prettier-ignore
    if (race !== undefined) return say('#{0} races already. Start it by itself, or delete it.', number);
    if (unknown !== undefined) return say('No agent for coding is named {0}.', unknown);
    return new Set(agents).size < 2 ? say('A race needs two agents for coding.') : null;
  }

  /** One more of the same story, for another agent. */
  async #beside(
    { key, title, type, priority, labels, dependsOn, reviewer, mergemaster }: StoryRecord,
    agent: string,
  ): Promise<StoryRecord> {
    const { book, content } = this.ports;
    const body = (await content.read(bodyId(key))) ?? '';
    const own = { title: racerTitle(title, agent), race: { with: key }, agent, reviewer, mergemaster };
    const created = await book.create({ ...own, type, body, priority, labels, dependsOn }, PERSON);
    if (created.kind === 'refused') throw new Error(created.message);
    return created.story;
  }

  async #branch(story: StoryRecord, start: string): Promise<void> {
    const { git, book } = this.ports;
    const wanted = storyBranches(story.number, story.title);
    const name = await branchFor(this.ports, story, wanted);
    if (name === null)
      throw new Error(`No branch can be made for #${story.number}: ${wanted.map(shortRef).join(', ')}.`);
    if (name === story.branch && (await git.tip(name)) !== null) return;
    const named = await book.nameBranch(story.key, name, PERSON);
    if (named.kind === 'refused') throw new Error(named.message);
    if ((await git.makeBranch(name, start)) === 'taken')
      throw new Error(`${shortRef(name)} was made by somebody else just now. Start the race again.`);
  }

  async #keep(key: string): Promise<TalkOutcome> {
    const { store, book } = this.ports;
    const winner = store.get(key);
    if (winner === undefined) return NO_STORY;
    const racers = racersOf(store.stories(), winner);
    const decided = racers.find(({ race }) => race?.kept !== undefined);
    if (decided !== undefined) return this.#end(decided.key, say('The race of #{0} is over.', decided.number));
    // Where the story that was raced is gone, the one that is kept goes on as itself.
    const story = racers.find((one) => one.key === winner.race?.with) ?? winner;
    const others = racers.filter((one) => one.key !== key);
    const why = await this.#whyNotKept(winner, story, others);
    const { stage, branch } = winner;
    if (why !== null || stage.name !== 'ReviewHold' || branch === null || story.branch === null || !story.race)
      return refuse(why ?? say('#{0} does not race.', winner.number));
    const { agent = `#${winner.number}` } = winner;
    const kept = { key, branch, other: story.branch, tip: stage.tip };
    // From here on it is carried to its end, by the next window where this one dies.
    await book.note(story.key, { race: { ...story.race, kept } }, PERSON, `keeps #${winner.number} ${agent}`);
    await this.ports.onRaceStep?.('decided');
    const names = others.map((one) => one.agent ?? `#${one.number}`);
    return this.#end(story.key, say('#{0} goes on with what {1} made. What {2} made is kept: Restore shows it.', story.number, agent, { names })); // prettier-ignore
  }

  async #end(key: string, said: Said): Promise<TalkOutcome> {
    const problem = await finishRace(this.ports, key);
    return problem === null ? { kind: 'done', ...tell(said) } : refuse(problem);
  }

  /** What would stop it halfway is looked for before anything is decided. */
  async #whyNotKept(
    { number, stage }: StoryRecord,
    story: StoryRecord,
    others: readonly StoryRecord[],
  ): Promise<Said | readonly Said[] | Told | null> {
    if (others.length === 0) return say('#{0} does not race.', number);
    if (stage.name !== 'ReviewHold')
      return say(
        '#{0} is in {1}. It can be kept once its gates have run on what it holds.',
        number,
        stageWord(stage.name),
      );
    if (story.stage.name === 'Frozen') return say('#{0} is frozen. Unfreeze it first.', story.number);
    const held = [story, ...others].map(({ key }) => this.ports.refuse(key)).find((one) => one !== null);
    if (held !== undefined) return held;
    const previews = await this.ports.previewRemoval(others.map(({ key }) => key));
    const inTheWay = previews.find(({ obstacles }) => obstacles.length > 0);
    return inTheWay === undefined ? null : [say('#{0} cannot go yet.', inTheWay.number), ...inTheWay.obstacles]; // prettier-ignore
  }

  /** Where the setting says so, the best of those that are proven is kept as a person would. */
  async #takeProven(key: string): Promise<TalkOutcome> {
    const { store } = this.ports;
    const story = store.get(key);
    const race = story?.race?.with ?? '';
    const racers = story === undefined ? [] : racersOf(store.stories(), story);
    const nothing = { kind: 'done', message: '' } as const;
    if (this.#notYet.has(race)) return nothing;
    // Only what is at hand is read until one is proven: this is asked for often.
    const held = racers.filter(({ stage }) => stage.name === 'ReviewHold' && stage.reviewer === undefined);
    const looks = await Promise.all(held.map(async (one) => ({ stage: one.stage.name, gates: await gatesOf(this.ports, one) }))); // prettier-ignore
    if (!looks.some(isProven)) return nothing;
    const [best] = await this.#ranked(racers);
    if (best === undefined || !isProven(best) || best.review?.accepts === false) return nothing;
    const outcome = await this.#keep(best.key);
    if (outcome.kind === 'refused') this.#notYet.add(race);
    return outcome;
  }

  /** The last one of a race goes on as any story: what holds it because it raced is looked at anew. */
  async #leave(key: string): Promise<TalkOutcome> {
    const { store, book } = this.ports;
    const story = store.get(key);
    if (story?.race === undefined || !isUnderWay(story) || racersOf(store.stories(), story).length > 0)
      return { kind: 'done', message: '' };
    await book.note(key, { race: null }, PERSON, 'it races nobody any more');
    const { stage, number } = story;
    const isHeld = (now: StoryRecord): boolean => now.stage.name === 'ReviewHold';
    if (stage.name === 'ReviewHold')
      await book.apply(key, { name: 'ReQueuedForQa', tip: stage.tip }, 'scheduler', isHeld);
    return { kind: 'done', ...tell(say('#{0} races nobody any more.', number)) };
  }

  async #ranked(racers: readonly StoryRecord[]): Promise<Racer[]> {
    const target = await this.ports.target();
    return rankRacers(await Promise.all(racers.map((one) => lookAtRacer(this.ports, one, target))));
  }
}
