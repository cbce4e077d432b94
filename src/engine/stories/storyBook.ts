import { inBatches } from '../../base/inBatches';
import { messageOf } from '../../base/messageOf';
import { pause } from '../../base/pause';
import { SerialQueue } from '../../base/serialQueue';
import type { StoryType } from '../../core/story/stageNames';
import type { Clock } from '../../ports/clock';
import type { Refs } from '../../ports/refs';
import type { AdoptWorkOutcome, Worktrees } from '../../ports/worktrees';
import type { Log } from '../../ports/log';
import type { LocalStory, Taking } from '../../ports/sharing';
import type { ContentStore, CreateOutcome, StoryStore } from '../../ports/store';
import type { KnownDependencies } from './knownDependencies';
import { BookEntries } from './bookEntries';
import { branchOwners, evidenceOf, receivedOf } from './receivedOf';
import { StoryEdits } from './storyEdits';
import { advance, type AdvanceOutcome } from '../../core/story/advance';
import { bodyId } from '../../core/story/contentIds';
import { countCriteria } from '../../core/story/criteria';
import type { Description } from '../../core/story/describeStory';
import type { StoryEvent } from '../../core/story/events';
import { freshRecord } from '../../core/story/freshRecord';
import { numberInName, storyBranches } from '../../core/story/names';
import { nextNumber, NUMBER_LIMIT } from '../../core/story/numbers';
import { readTitle, whyNoBody, type StoryRecord } from '../../core/story/story';
import { stageWord } from '../../core/story/stageWords';
import { isOver } from '../../core/sharing/sharedStory';
import { refuse, say, type Refusal } from '../../core/words/said';
import { NO_STORY, NO_DELETED_STORY } from '../../core/story/noStory';

export interface NewStory {
  readonly title: string;
  readonly type: StoryType;
  readonly body: string;
  readonly priority?: number;
  readonly labels?: readonly string[];
  /** Keys of the stories that have to land before it begins. */
  readonly dependsOn?: readonly string[];
  /** The landing that it is made to take back. */
  readonly reverts?: StoryRecord['reverts'];
  readonly bringsIn?: StoryRecord['bringsIn'];
  /** Key of the story on whose reviewed commit it is to begin; it depends on that as well. */
  readonly childOf?: string;
  readonly repairsTarget?: StoryRecord['repairsTarget'];
  readonly race?: StoryRecord['race'];
  readonly agent?: StoryRecord['agent'];
  readonly reviewer?: StoryRecord['reviewer'];
  readonly mergemaster?: StoryRecord['mergemaster'];
}

/** `message` of a change: what a person is to know of it all the same, in a sentence. */
export type ChangeOutcome = { kind: 'changed'; story: StoryRecord; message?: string } | Refusal;

/** What a race makes of a story. */
interface RaceNote extends Partial<Pick<StoryRecord, 'agent' | 'title' | 'branchNumber'>> {
  readonly race?: StoryRecord['race'] | null;
  readonly branch?: string;
}

interface StoryBookPorts {
  readonly git: Pick<Refs & Worktrees, 'branchTips' | 'worktrees'>;
  readonly store: StoryStore;
  readonly content: Pick<ContentStore, 'read'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly dependencies: KnownDependencies;
}

/** What a run found out and could not be written is tried again after this long (ms). */
const TRY_AGAIN_MS = 2000;

/** The one place where stories are made and changed; changes happen one after another. */
export class StoryBook {
  /** What stories say. */
  readonly edits: StoryEdits;
  readonly #turns = new SerialQueue();
  readonly #entries: BookEntries;

  constructor(private readonly ports: StoryBookPorts) {
    this.#entries = new BookEntries(ports.clock);
    this.edits = new StoryEdits({ ...ports, turns: this.#turns, entries: this.#entries });
  }

  /** Every way to create a story ends here. */
  async create(wanted: NewStory, by: string): Promise<CreateOutcome> {
    const tooLong = whyNoBody(null, wanted.body);
    if (tooLong !== null) return refuse(tooLong);
    return this.#make(wanted, by, { event: 'Created', evidence: '' });
  }

  /** As `create`, for a text that was found in the store and that no story has: the key follows from where it lay. */
  recover(wanted: NewStory, by: string, { key, from }: { key: string; from: string }): Promise<CreateOutcome> {
    return this.#make(wanted, by, { key, event: 'Recovered', evidence: from });
  }

  #make(
    wanted: NewStory,
    by: string,
    { event, evidence, ...own }: { key?: string; event: string; evidence: string },
  ): Promise<CreateOutcome> {
    return this.#turns.run(async () => {
      const title = readTitle(wanted.title);
      if (title.kind === 'refused') return title;
      const story = { ...this.#newStory({ ...wanted, title: title.title }, await this.#freeNumber()), ...own };
      const { priority = 2, labels = [], childOf } = wanted;
      const dependsOn = [...new Set([...(childOf === undefined ? [] : [childOf]), ...(wanted.dependsOn ?? [])])];
      const described = await this.ports.dependencies.describe(story, { priority, labels, dependsOn });
      if (described.kind === 'refused') return described;
      const entry = this.#entries.entry(story, by, { event, from: null, to: 'Backlog', evidence });
      return this.ports.store.create(described.story, wanted.body, entry);
    });
  }

  /** Says anew what a story is: title, type, priority, labels, what it depends on. Its branch keeps its name. */
  describe(key: string, wanted: Description, by: string): Promise<ChangeOutcome> {
    return this.#turns.run(async () => {
      const story = await this.ports.store.find(key);
      if (story === null) return NO_STORY;
      const described = await this.ports.dependencies.describe(story, wanted);
      if (described.kind === 'refused') return described;
      if (described.said === '') return { kind: 'changed', story };
      return this.#note(story, described.story, by, ['Described', described.said]);
    });
  }

  /**
   * Makes a story of work that is there. `claim` is given the branches that the story could have, makes the work the story's,
   * and names its branch; it is safe to repeat, because a kill after it leaves no story.
   */
  adopt(
    wanted: NewStory,
    by: string,
    claim: (branches: readonly string[]) => Promise<AdoptWorkOutcome>,
  ): Promise<CreateOutcome> {
    return this.#turns.run(async () => {
      const title = readTitle(wanted.title);
      if (title.kind === 'refused') return title;
      const number = await this.#freeNumber();
      const claimed = await claim(storyBranches(number, title.title));
      if (claimed.kind === 'refused') return refuse(claimed.why);
      const { branch } = claimed;
      const story: StoryRecord = {
        ...this.#newStory({ ...wanted, title: title.title }, number),
        branch,
        stage: { name: 'Coding', feedback: null, coder: 'person' },
      };
      const isMade = wanted.reverts !== undefined || wanted.bringsIn !== undefined;
      const event = isMade ? 'Created' : 'Adopted';
      return this.ports.store.create(
        story,
        wanted.body,
        this.#entries.entry(story, by, { event, from: null, to: 'Coding', evidence: branch }),
      );
    });
  }

  /** Applies one event by the table and writes it down. `onlyIf` is asked when its turn has come. */
  apply(
    key: string,
    event: StoryEvent,
    by: string,
    onlyIf: (story: StoryRecord) => boolean = () => true,
  ): Promise<ChangeOutcome> {
    return this.#turns.run(async () => {
      const story = await this.ports.store.find(key);
      if (story === null) return this.#landBuried(key, event, by, onlyIf);
      if (!onlyIf(story)) return refuse(say('#{0} is in {1} by now.', story.number, stageWord(story.stage.name)));
      if (isElsewhere(story, event, by))
        return refuse(say('#{0} is worked on by {1} by now.', story.number, story.worksAt?.name ?? ''));
      const outcome: AdvanceOutcome = advance(story, event, this.#entries.now());
      if (outcome.kind === 'refused') return refuse(outcome);
      const to = outcome.story.stage;
      const evidence =
        event.name === 'MergemasterAttempted' ? `It ${event.cause}. ${event.evidence}`.trim() : evidenceOf(to);
      const entry = this.#entries.entry(story, by, {
        event: event.name,
        from: story.stage.name,
        to: to.name,
        evidence,
      });
      const written = await this.ports.store.write(outcome.story, entry);
      if (written.kind === 'refused') return written;
      this.ports.log.info(`[story:#${story.number}] ${event.name}: ${story.stage.name} → ${to.name} (${by})`);
      return { kind: 'changed', story: written.story };
    });
  }

  /** It was deleted, here or by another machine, while its landing was past return: what is kept of it knows, and who deleted it. */
  async #landBuried(
    key: string,
    event: StoryEvent,
    by: string,
    onlyIf: (story: StoryRecord) => boolean,
  ): Promise<ChangeOutcome> {
    const record = this.ports.store.tombstone(key)?.record;
    if (record === undefined || !isLanding(event) || !onlyIf(record)) return NO_STORY;
    const outcome = advance(record, event, this.#entries.now());
    if (outcome.kind === 'refused') return refuse(outcome);
    const { story } = outcome;
    const change = { event: event.name, from: 'Deleted', to: 'Deleted', evidence: evidenceOf(story.stage) };
    const entry = this.#entries.entry(story, by, change);
    const [written = NO_STORY] = await this.ports.store.receive([{ kind: 'bury', story, entry }]);
    return written.kind === 'refused' ? written : { kind: 'changed', story };
  }

  /**
   * As `apply`, for what a run found out: it is kept and tried again until it can be written, so that no run is repeated
   * because its end was lost. Resolves when it is delivered, refused, or given up by the signal.
   */
  async deliver(
    key: string,
    event: StoryEvent,
    by: string,
    until: { signal: AbortSignal; onlyIf?: (story: StoryRecord) => boolean },
  ): Promise<void> {
    while (!until.signal.aborted) {
      try {
        const outcome = await this.apply(key, event, by, until.onlyIf);
        if (outcome.kind === 'refused') this.ports.log.warn(`[story] ${by}: ${outcome.message}`);
        return;
      } catch (error) {
        this.ports.log.error(`[story] ${event.name} could not be written and is kept: ${messageOf(error)}`);
        await pause(this.ports.clock, TRY_AGAIN_MS, until.signal);
      }
    }
  }

  /** Deletes a story: its tombstone keeps the record, and the content stays. */
  bury(key: string, by: string): Promise<ChangeOutcome> {
    return this.#turns.run(async () => {
      const story = await this.ports.store.find(key);
      if (story === null) return NO_STORY;
      const entry = this.#entries.entry(story, by, {
        event: 'Deleted',
        from: story.stage.name,
        to: 'Deleted',
        evidence: evidenceOf(story.stage),
      });
      const buried = await this.ports.store.bury(key, entry);
      if (buried.kind === 'refused') return buried;
      this.ports.log.info(`[story:#${story.number}] Deleted in ${story.stage.name} (${by})`);
      return { kind: 'changed', story };
    });
  }

  /** Brings a deleted story back as `restored` makes it of the record that was kept. */
  unbury(key: string, by: string, restored: (record: StoryRecord) => StoryRecord): Promise<ChangeOutcome> {
    return this.#turns.run(async () => {
      const record = this.ports.store.tombstone(key)?.record;
      if (record === undefined) return NO_DELETED_STORY;
      const story = restored(record);
      const entry = this.#entries.entry(story, by, {
        event: 'Undeleted',
        from: 'Deleted',
        to: story.stage.name,
        evidence: evidenceOf(story.stage),
      });
      const back = await this.ports.store.unbury(key, () => story, entry);
      return back.kind === 'refused' ? back : { kind: 'changed', story: back.story };
    });
  }

  /** Stories as they are now, in the order of the keys: nothing of them is being changed. */
  locals(keys: readonly string[]): Promise<readonly LocalStory[]> {
    return this.#turns.run(() => inBatches(keys, (key) => this.#local(key)));
  }

  /** What others of the team made of stories. */
  take(takings: readonly Taking[]): Promise<void> {
    return this.#turns.run(async () => {
      const locals = await inBatches(takings, ({ key }) => this.#local(key));
      const facts = { now: this.ports.clock.now(), owners: branchOwners(this.ports.store.stories()) };
      const received = takings.flatMap((taking, at) => {
        const local = locals[at];
        return (local && receivedOf(taking, local, facts)) ?? [];
      });
      // What the store refuses of others is told, and tried again when they are met anew.
      for (const outcome of await this.ports.store.receive(received))
        if (outcome.kind === 'refused') throw new Error(outcome.message);
    });
  }

  async #local(key: string): Promise<LocalStory> {
    const { store, content } = this.ports;
    const [record, grave] = [await store.find(key), store.tombstone(key) ?? null];
    const hasText = record !== null || grave?.record !== undefined;
    return { record, grave, body: hasText ? ((await content.read(bodyId(key))) ?? '') : null };
  }

  /** Removes what is kept of a deleted story; its number stays used. */
  purge(key: string, by: string): Promise<{ kind: 'purged' } | Refusal> {
    return this.#turns.run(async () => {
      const grave = this.ports.store.tombstone(key);
      if (grave === undefined) return refuse(say('Only a deleted story can be purged.'));
      const change = { event: 'Purged', from: 'Deleted', to: 'Deleted', evidence: '' };
      const purged = await this.ports.store.purge(key, this.#entries.entry({ key, number: grave.number }, by, change));
      return purged.kind === 'refused' ? purged : { kind: 'purged' };
    });
  }

  /** Notes the story's branch before it is made, so that it is known whatever happens next. */
  nameBranch(key: string, branch: string, by: string): Promise<ChangeOutcome> {
    return this.#turns.run(async () => {
      const story = await this.ports.store.find(key);
      if (story === null) return NO_STORY;
      if (story.branch === branch) return { kind: 'changed', story };
      return this.#note(story, { ...story, branch }, by, ['BranchNamed', branch]);
    });
  }

  /** Notes on which commit of its parent a story stands; null: it is nobody's child any more. */
  stack(key: string, childOf: StoryRecord['childOf'] | null, by: string): Promise<ChangeOutcome> {
    return this.#turns.run(async () => {
      const story = await this.ports.store.find(key);
      if (story === null) return NO_STORY;
      const { childOf: before, ...rest } = story;
      if (before?.at === childOf?.at && before?.key === childOf?.key) return { kind: 'changed', story };
      const evidence = childOf == null ? 'its parent has landed' : (childOf.at ?? '');
      return this.#note(story, { ...rest, ...(childOf != null && { childOf }) }, by, ['Stacked', evidence]);
    });
  }

  /** Notes who codes a story, with whom it races (null: nobody), or which branch is its own. Rejects where it cannot be written. */
  note(key: string, { race, ...rest }: RaceNote, by: string, said: string): Promise<StoryRecord> {
    return this.#turns.run(async () => {
      const story = await this.ports.store.find(key);
      if (story === null) throw new Error('This story no longer exists.');
      const { race: known, ...record } = { ...story, ...rest };
      const next = race === undefined ? known : race;
      const changed = { ...record, ...(next != null && { race: next }) };
      const noted = await this.#note(story, changed, by, [rest.branch === undefined ? 'Raced' : 'BranchNamed', said]);
      if (noted.kind === 'refused') throw new Error(noted.message);
      return noted.story;
    });
  }

  /** Writes what is so of a story beside its stage. */
  async #note(
    before: StoryRecord,
    changed: StoryRecord,
    by: string,
    [event, evidence]: readonly [event: string, evidence: string],
  ): Promise<ChangeOutcome> {
    const record = { ...changed, updatedAt: this.#entries.after(before) };
    const written = await this.ports.store.write(record, this.#entries.within(before, by, event, evidence));
    return written.kind === 'refused' ? written : { kind: 'changed', story: written.story };
  }

  #newStory(
    { type, title, body, reverts, bringsIn, childOf, repairsTarget, race, agent, reviewer, mergemaster }: NewStory,
    number: number,
  ): StoryRecord {
    const fresh = freshRecord({
      key: this.ports.newId(),
      number,
      type,
      title,
      criteria: countCriteria(body),
      at: this.#entries.now(),
    });
    return {
      ...fresh,
      ...(reverts !== undefined && { reverts }),
      ...(bringsIn !== undefined && { bringsIn }),
      ...(childOf !== undefined && { childOf: { key: childOf, at: null } }),
      ...(repairsTarget && { repairsTarget }),
      ...(race !== undefined && { race }),
      ...(agent !== undefined && { agent }),
      ...(reviewer !== undefined && { reviewer }),
      ...(mergemaster !== undefined && { mergemaster }),
    };
  }

  async #freeNumber(): Promise<number> {
    const { git, store } = this.ports;
    const [stored, tips, worktrees] = await Promise.all([
      store.storedNumbers('highest'),
      git.branchTips(),
      git.worktrees(),
    ]);
    const inNames = (names: readonly string[]) => names.map(numberInName).filter((number) => number !== null);
    // Only behind the last number it counts which others are taken.
    const isLast = Object.values(stored)
      .flat()
      .some((number) => number >= NUMBER_LIMIT);
    const { archive, ...others } = isLast ? await store.storedNumbers('all') : stored;
    return nextNumber({
      ...others,
      index: [...store.stories().map((story) => story.number), ...archive],
      tombstones: store.tombstones().map((tombstone) => tombstone.number),
      branches: inNames([...tips.keys()]),
      worktrees: inNames(worktrees.map((one) => one.path.split(/[\\/]/).at(-1) ?? '')),
    });
  }
}

/** What a run here found out is nothing to a story that another machine took over meanwhile. What has landed has landed. */
function isElsewhere({ worksAt, stage }: StoryRecord, event: StoryEvent, by: string): boolean {
  return worksAt !== undefined && by !== 'person' && !isOver(stage) && !isLanding(event);
}

function isLanding({ name }: StoryEvent): boolean {
  return name === 'MergeSucceeded' || name === 'MergedOutside';
}
