import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import type { StoryMerges } from '../../ports/merging';
import type { Refs } from '../../ports/refs';
import type { Upstreams } from '../../ports/remotes';
import type { Worktrees } from '../../ports/worktrees';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { EventName, StoryEvent } from '../../core/story/events';
import { findMove } from '../../core/story/moves';
import { possibleEvents, refusal } from '../../core/story/transitions';
import { shortRef } from '../../core/story/names';
import { underlyingStage, type Oid, type StageName } from '../../core/story/stage';
import { sayPlaceProblem } from '../../core/story/workPlace';
import type { StoryRecord } from '../../core/story/story';
import { sayDependencies, stateBy } from '../../core/story/dependencies';
import { lineageOf, mayBeCoded, waitsForParentAlone } from '../../core/story/lineage';
import type { KnownDependencies } from './knownDependencies';
import { describeBehind } from '../../core/pipeline/targetBehind';
import { lookAt, mergeEvidence } from '../look';
import type { Reviews } from './reviews';
import { pushedTip } from '../target/pushedTip';
import { MakingWorktrees, type MakingWorktreesPorts } from '../worktrees/makingWorktrees';
import type { ChangeOutcome, StoryBook } from './storyBook';
import { refuse, say, asWritten, type Said, type SaidValue, type Refusal } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

/** What a person asks for: an event by name, with the text (reason, comments) or the place it needs. */
export interface PersonRequest {
  readonly event: EventName;
  readonly text?: string;
  readonly reopenTo?: 'Backlog' | 'Coding';
  /** For a story that another one takes the place of: the number of that one. */
  readonly by?: number;
  /** For an approval: the tip that the person has in front of them. */
  readonly seen?: Oid;
  /** For one that goes to its gates again: what they said counts, and only an agent is to review it once more. */
  readonly only?: 'review';
}

/** Within this time (ms) the same command again is taken for the second click of a double click. */
const DOUBLE_CLICK_MS = 1000;

/** Who says one of these wants a worktree no more that is just being made. */
const ENDS_START: readonly EventName[] = ['Freeze', 'Block', 'Abandon', 'Supersede'];

interface PersonCommandPorts extends MakingWorktreesPorts {
  readonly clock: Clock;
  readonly git: Refs & Worktrees & Upstreams & Pick<StoryMerges, 'standingMerge'>;
  readonly dependencies: Pick<KnownDependencies, 'lookup'>;
  readonly book: StoryBook;
  readonly story: (key: string) => StoryRecord | undefined;
  readonly stories: () => readonly StoryRecord[];
  /** As `story`, also for one that is archived and no longer at hand. */
  readonly find: (key: string) => Promise<StoryRecord | null>;
  readonly target: () => Promise<TargetFacts>;
  /** The target as the last round saw it, with what takes longer to read; null before the first. */
  readonly seenTarget: () => TargetFacts | null;
  /** Why nothing of it lands because of others that race with it; null where there is no reason. */
  readonly whyRaced: (story: StoryRecord) => Said | null;
  readonly reviews: Pick<Reviews, 'whyNotSeen' | 'evidence'>;
  /** Keeps the story from being dispatched until it is disposed. */
  readonly holdMerge: (key: string) => Disposable;
  /** Takes the story's landing back if that is still possible. */
  readonly withdrawMerge: (key: string, why: string) => Promise<void>;
  /** No verdict of before counts for the story any more; resolves when gates that run for it have ended. */
  readonly gateAfresh: (story: StoryRecord) => Promise<void>;
}

const PERSON = 'person';

type Prepared =
  /** `message`: what a person is to know of it all the same, in a sentence. `after`: what is noted once it has happened. */
  { kind: 'event'; event: StoryEvent; message?: string | null; after?: () => Promise<void> } | Refusal;

/** Turns what a person asks for into an event with its evidence from git, and applies it. */
export class PersonCommands {
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #lastDone = new Map<string, EventName>();
  readonly making: MakingWorktrees;

  constructor(private readonly ports: PersonCommandPorts) {
    this.making = new MakingWorktrees(ports);
  }

  /** One command at a time for a story. What the table refuses has no side effect, and no error of git gets out raw. */
  perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    if (ENDS_START.includes(request.event)) void this.making.stop(key, this.ports.story(key)?.number ?? 0);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(() => this.#perform(key, request));
    const settled = turn.catch((error: unknown): ChangeOutcome => {
      return refuse(messageOf(error));
    });
    this.#turns.set(key, settled);
    return settled;
  }

  async #perform(key: string, asked: PersonRequest): Promise<ChangeOutcome> {
    const story = await this.ports.find(key);
    if (story === null) return NO_STORY;
    const request = asWayToGates(story, asked);
    if (!possibleEvents(story.stage.name).includes(request.event)) {
      // The second click of a double click: what it asks for has just been done.
      return this.#lastDone.get(key) === request.event
        ? { kind: 'changed', story }
        : refusal(story.stage.name, request.event);
    }
    const held = this.ports.holdMerge(key);
    try {
      const prepared = await this.#prepare(story, request);
      if (prepared.kind === 'refused') return prepared;
      if (story.stage.name === 'Merge') await this.ports.withdrawMerge(key, `${request.event} by a person`);
      const { stage } = this.ports.story(key) ?? story;
      if (story.stage.name === 'Merge' && stage.name === 'Done') {
        return refuse(say('#{0} has just landed as {1}.', story.number, stage.mergeCommit.slice(0, 8)));
      }
      if (asked.event === 'ReQueuedForQa' && asked.only !== 'review') await this.ports.gateAfresh(story);
      const outcome = await this.ports.book.apply(key, prepared.event, PERSON);
      if (outcome.kind !== 'changed') return outcome;
      this.#noteDone(key, request.event);
      await prepared.after?.();
      return prepared.message == null ? outcome : { ...outcome, message: prepared.message };
    } finally {
      held.dispose();
    }
  }

  #noteDone(key: string, event: EventName): void {
    this.#lastDone.set(key, event);
    this.ports.clock.after(DOUBLE_CLICK_MS, () => this.#lastDone.delete(key));
  }

  /** "Move to stage": finds the one event that leads there. */
  async moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    const story = await this.ports.find(key);
    if (story === null) return NO_STORY;
    const move = findMove(story.stage, to);
    if (move.kind === 'unreachable') return refuse(move);
    const reopenTo = to === 'Backlog' || to === 'Coding' ? { reopenTo: to } : {};
    return this.perform(key, { event: move.event, ...reopenTo });
  }

  async #prepare(story: StoryRecord, request: PersonRequest): Promise<Prepared> {
    const target = await this.ports.target();
    const { git } = this.ports;
    switch (request.event) {
      case 'Start':
        return this.#start(story, target);
      case 'GatesStarted':
        return this.#readyForQa(story, target);
      case 'QaSkipped':
      case 'Approved':
      case 'RetryMerge': {
        const raced = this.ports.whyRaced(story);
        if (raced !== null) return refuse(raced);
        const evidence = await mergeEvidence(git, story, target);
        if (evidence.kind === 'refused') return evidence;
        const { branch, tip, commitsAhead } = evidence;
        if (request.event === 'Approved') {
          const unseen = await this.ports.reviews.whyNotSeen(story, tip, request.seen ?? null);
          if (unseen !== null) return refuse(unseen);
        }
        return { kind: 'event', event: { name: request.event, branch, tip, commitsAhead, by: PERSON } };
      }
      case 'ReQueuedForQa': {
        const evidence = await mergeEvidence(git, story, target);
        return evidence.kind === 'refused' ? evidence : { kind: 'event', event: { name: request.event, tip: evidence.tip } }; // prettier-ignore
      }
      case 'Rejected': {
        const { feedback, sent } = await this.ports.reviews.evidence(story, request.text ?? '');
        return { kind: 'event', event: { name: 'Rejected', feedback }, after: sent };
      }
      case 'Unblock':
        return (await this.#remakeWorktree(story, target)) ?? this.#withLook(story, target, 'Unblock');
      case 'Freeze':
      case 'Unfreeze':
        return this.#withLook(story, target, request.event);
      case 'Block': {
        const look = await lookAt(git, story, target);
        const reason = request.text?.trim() ? request.text.trim() : 'Blocked by a person.';
        return { kind: 'event', event: { name: 'Block', reason, fix: null, outputId: null, look } };
      }
      case 'Reopen':
        return this.#reopen(story, target, request.reopenTo ?? 'Backlog');
      case 'FixupRequested':
        return (await this.#refuseResolving(story)) ?? { kind: 'event', event: { name: request.event } };
      case 'Supersede':
        return this.#supersede(story, request.by ?? null);
      case 'Reassigned':
        return this.#reassign(story, target);
      case 'TakenOver':
      case 'GivenBack':
      case 'MergeAborted':
      case 'Demote':
      case 'Accept':
      case 'Abandon':
        return { kind: 'event', event: { name: request.event } };
      default:
        return refuse(say('{0} is not something a person does.', request.event));
    }
  }

  /** On what is here of its branch: this clone's own, else what was pushed of it, else the target. */
  async #reassign(story: StoryRecord, target: TargetFacts): Promise<Prepared> {
    const { git } = this.ports;
    if (story.worksAt === undefined) return refuse(say('#{0} is worked on here already.', story.number));
    const upstream = target.kind === 'missing' ? null : await git.upstreamOf(target.ref);
    const pushed = await pushedTip(git, upstream, story.branch);
    const hasWork = !['Backlog', 'Done'].includes(underlyingStage(story.stage).name);
    const refused = hasWork ? await this.making.make(story, target, pushed?.tip) : null;
    const branch = (await this.ports.find(story.key))?.branch ?? null;
    return (
      refused ?? { kind: 'event', event: { name: 'Reassigned', tip: branch === null ? null : await git.tip(branch) } }
    );
  }

  /** What a person is in the middle of in the story's worktree is not handed to whoever codes next. */
  async #refuseResolving({ number, branch }: StoryRecord): Promise<Refusal | null> {
    const standing = branch === null ? null : await this.ports.git.standingMerge(branch);
    if (standing?.by !== 'person') return null;
    const message = say(
      'The merge of #{0} is under way in its worktree, where you are resolving it. Commit it, or take it back with Take Back the Merge, then say Fix Up again.',
      number,
    );
    return refuse(message);
  }

  async #withLook(story: StoryRecord, target: TargetFacts, name: 'Freeze' | 'Unfreeze' | 'Unblock'): Promise<Prepared> {
    return { kind: 'event', event: { name, look: await lookAt(this.ports.git, story, target) } };
  }

  /** A story that goes on being coded needs a worktree: one that is gone is made again, by a person's word alone. */
  async #remakeWorktree(story: StoryRecord, target: TargetFacts): Promise<Refusal | null> {
    const { name } = underlyingStage(story.stage);
    if (story.branch === null || (name !== 'Coding' && name !== 'MergeFailure')) return null;
    const { kind } = await this.ports.git.storyPlace(story.branch);
    return kind === 'gone' || kind === 'none' ? this.making.make(story, target) : null;
  }

  /** The branch is noted, then made with its worktree, and only then is the story in Coding. */
  async #start(story: StoryRecord, target: TargetFacts): Promise<Prepared> {
    const refused = (await this.#refuseWaiting(story)) ?? (await this.#makeWhereItBelongs(story, target));
    return (
      refused ?? {
        kind: 'event',
        event: { name: 'Start' },
        message: describeBehind(this.ports.seenTarget(), this.ports.stories()),
      }
    );
  }

  /** Whatever depends on it is told to depend on the other one instead. */
  #supersede({ number }: StoryRecord, by: number | null): Prepared {
    if (by === null) return refuse(say('Say which story takes the place of #{0}.', number));
    if (by === number) return refuse(say('#{0} cannot take its own place.', number));
    const other = this.ports.stories().find((story) => story.number === by);
    if (other === undefined) return refuse(say('#{0} is no story that is here, so it cannot take the place of #{1}.', by, number)); // prettier-ignore
    return { kind: 'event', event: { name: 'Supersede', number: by } };
  }

  /** A story begins only when all it depends on have landed. */
  async #refuseWaiting(story: StoryRecord): Promise<Refusal | null> {
    const state = stateBy(story, await this.ports.dependencies.lookup(story.dependsOn));
    const unmet = sayDependencies(state);
    if (unmet === null || mayBeCoded(story, state)) return null;
    const cannot = say('#{0} cannot start yet.', story.number);
    if (waitsForParentAlone(story, state)) {
      if (this.#parentCommit(story) !== null) return null;
      return refuse([
        cannot,
        ...unmet,
        say('It is its child, and begins on its commit once the gates have passed there.'),
      ]);
    }
    const advice = state.kind === 'waiting' ? [say('It can be started as soon as that has landed, or when it depends on it no more.')] : []; // prettier-ignore
    return refuse([cannot, ...unmet, ...advice]);
  }

  /** The commit of its parent on which a child is to begin; null where it is none, or there is no such commit. */
  #parentCommit(story: StoryRecord): Oid | null {
    const parent = story.childOf === undefined ? undefined : this.ports.story(story.childOf.key);
    const lineage = lineageOf(story, parent?.stage ?? null);
    return lineage.kind === 'on' ? lineage.commit : null;
  }

  /** A child's branch begins on its parent's commit, which is noted first. One whose parent has landed is like any other. */
  async #makeWhereItBelongs(story: StoryRecord, target: TargetFacts): Promise<Refusal | null> {
    const { key, childOf, branch } = story;
    const isNew = branch === null || (await this.ports.git.tip(branch)) === null;
    if (childOf === undefined || !isNew) return this.making.make(story, target);
    const start = this.#parentCommit(story);
    const stacked = await this.ports.book.stack(key, start === null ? null : { ...childOf, at: start }, PERSON);
    return stacked.kind === 'refused' ? stacked : this.making.make(stacked.story, target, start);
  }

  async #reopen(story: StoryRecord, target: TargetFacts, to: 'Backlog' | 'Coding'): Promise<Prepared> {
    const refused =
      to === 'Coding' ? ((await this.#refuseWaiting(story)) ?? (await this.#makeWhereItBelongs(story, target))) : null;
    return refused ?? { kind: 'event', event: { name: 'Reopen', to } };
  }

  async #readyForQa(story: StoryRecord, target: TargetFacts): Promise<Prepared> {
    const evidence = await mergeEvidence(this.ports.git, story, target);
    if (evidence.kind === 'refused') return evidence;
    const inTheWay = await this.#inTheWayOfQa(story, evidence.branch, evidence.tip);
    if (inTheWay !== null) return refuse(inTheWay);
    return { kind: 'event', event: { name: 'GatesStarted', tip: evidence.tip } };
  }

  /** Why what is committed on the branch is not all of the work. A folder that is gone hides nothing. */
  async #inTheWayOfQa({ number }: StoryRecord, branch: string, tip: Oid): Promise<readonly Said[] | null> {
    const { git } = this.ports;
    const place = await git.storyPlace(branch);
    if (place.kind === 'elsewhere') return this.#inTheWayElsewhere(number, place);
    if (place.kind !== 'there') return null;
    const busy = await git.underWay(place.path);
    if (busy !== null) return [asWritten(busy), say('Then say Ready for QA again.')];
    if (place.branch !== branch && place.head !== tip)
      return [
        sayPlaceProblem({ number, branch }, { ...place, kind: 'switched' }),
        say('What is committed elsewhere does not count for it.'),
      ];
    const changes = await git.localChanges(place.path);
    if (changes.length === 0) return null;
    return [
      say('#{0} has uncommitted files in its worktree: {1}.', number, pathsOf(changes)),
      say(
        'Commit or remove them, then say Ready for QA again; only what is committed on {0} can be proven.',
        shortRef(branch),
      ),
    ];
  }

  /** A story that is worked on where its branch was before it became one. What is untracked there can be anybody's. */
  async #inTheWayElsewhere(number: number, { path }: { readonly path: string }): Promise<readonly Said[] | null> {
    const changes = (await this.ports.git.localChanges(path)).filter((change) => change.kind === 'tracked');
    if (changes.length === 0) return null;
    return [
      say(
        '#{0} is checked out in {1}, where tracked files have uncommitted changes: {2}.',
        number,
        path,
        pathsOf(changes),
      ),
      say('Commit or undo them, then say Ready for QA again.'),
    ];
  }
}

function pathsOf(changes: readonly { readonly path: string }[]): SaidValue {
  return { names: changes.map(({ path }) => path) };
}

/** To have the gates run again from Coding is to be ready for them. */
function asWayToGates({ stage }: StoryRecord, request: PersonRequest): PersonRequest {
  return request.event === 'ReQueuedForQa' && stage.name === 'Coding' ? { ...request, event: 'GatesStarted' } : request;
}
