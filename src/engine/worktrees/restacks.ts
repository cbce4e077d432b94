import { messageOf } from '../../base/messageOf';
import { firstLine } from '../../core/words/firstLine';
import type { RestackAction } from '../../core/pipeline/restacks';
import type { RestackWait } from '../../core/pipeline/restackWait';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { StoryEvent } from '../../core/story/events';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { describePlaceProblem } from '../../core/story/workPlace';
import { namesOf } from '../../core/words/durations';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { Refs } from '../../ports/refs';
import type { RestackOutcome, Restacking } from '../../ports/restacking';
import type { Worktrees } from '../../ports/worktrees';
import type { BesideRounds } from '../besideRounds';
import { lookAt } from '../look';
import type { StoryBook } from '../stories/storyBook';

interface RestackPorts {
  readonly git: Restacking & Refs & Worktrees;
  readonly book: Pick<StoryBook, 'stack' | 'apply'>;
  readonly story: (key: string) => StoryRecord | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly beside: BesideRounds;
  /** Something may be tried again. */
  readonly onDue: () => void;
}

/** A child that could not be moved is tried again after so long (ms), or where it or its parent moved. */
const AGAIN_MS = 10_000;

const BY = 'lineage';

/** What was tried, and what came of it. `at`: the commit of the parent on which it stood. */
interface Done {
  readonly action: RestackAction;
  readonly outcome: RestackOutcome;
  readonly folder: string | null;
  readonly target: TargetFacts;
  readonly at: Oid;
}

/**
 * Moves children onto what their parents are now. Git is asked what is so each time, so that a kill between the branch and the
 * story's record only leads to another look.
 */
export class Restacks {
  readonly #waits = new Map<string, RestackWait>();

  constructor(private readonly ports: RestackPorts) {}

  waits(): ReadonlyMap<string, RestackWait> {
    return this.#waits;
  }

  begin(story: StoryRecord, action: RestackAction, target: TargetFacts): void {
    const { key, number } = story;
    const { log, beside } = this.ports;
    beside.begin(
      key,
      () => this.#perform(story, action, target),
      (error) => {
        log.error(`[lineage] #${number}: ${messageOf(error)}`);
        this.#wait(key, action, firstLine(messageOf(error)));
      },
    );
  }

  async #perform(story: StoryRecord, action: RestackAction, target: TargetFacts): Promise<void> {
    const { childOf, branch, number, key } = story;
    if (childOf?.at == null || branch === null) return;
    const place = await this.ports.git.storyPlace(branch);
    if (place.kind === 'elsewhere' || (place.kind === 'there' && place.branch !== branch)) {
      const which = place.kind === 'there' ? ({ ...place, kind: 'switched' } as const) : place;
      this.#wait(key, action, describePlaceProblem({ number, branch }, which));
      return;
    }
    const folder = place.kind === 'there' ? place.path : null;
    const mayHold = action.because === 'parentLanded' ? 'heldIsEnough' : 'move';
    const outcome = await this.ports.git.restack({ branch, folder, at: childOf.at, onto: action.onto, mayHold });
    await this.#take(story, { action, outcome, folder, target, at: childOf.at });
  }

  async #take(story: StoryRecord, done: Done): Promise<void> {
    const { action, outcome } = done;
    const { key, number, childOf } = story;
    const { book, log } = this.ports;
    this.#waits.delete(key);
    switch (outcome.kind) {
      case 'restacked':
      case 'asItIs': {
        const isOver = action.because === 'parentLanded' || childOf === undefined;
        if (outcome.kind === 'restacked')
          log.info(`[lineage] #${number} stands on ${action.onto.slice(0, 8)} now; what it was is ${outcome.kept}`);
        await book.stack(key, isOver ? null : { ...childOf, at: action.onto }, BY);
        return;
      }
      case 'waits':
        this.#wait(key, action, outcome.why);
        return;
      case 'conflict':
        await this.#block(story, done);
        return;
      default:
        return outcome satisfies never;
    }
  }

  async #block(story: StoryRecord, { action, outcome, folder, target, at }: Done): Promise<void> {
    if (outcome.kind !== 'conflict') return;
    const { git, book, log } = this.ports;
    const { key, number, childOf, branch } = story;
    const parent = this.ports.story(childOf?.key ?? '')?.number;
    const what = action.because === 'parentLanded' ? 'the target' : `#${parent ?? '?'}`;
    const files = outcome.files.length === 0 ? '' : ` In conflict: ${namesOf(outcome.files)}.`;
    const where = folder === null ? '' : `In ${folder} run `;
    const how = `${where}git rebase --onto ${action.onto.slice(0, 12)} ${at.slice(0, 12)} ${shortRef(branch ?? '')}, then Unblock #${number}.`;
    const changed = action.because === 'parentLanded' ? 'has landed' : 'has changed';
    const reason = `Its parent #${parent ?? '?'} ${changed}, and it cannot be moved onto ${what} by itself.${files} ${outcome.message} ${how}`;
    const look = await lookAt(git, story, target);
    const event: StoryEvent = { name: 'Block', reason, fix: 'openWorktree', outputId: null, look };
    const blocked = await book.apply(key, event, BY);
    if (blocked.kind === 'refused') log.warn(`[lineage] ${blocked.message}`);
  }

  #wait(key: string, { onto, tip }: RestackAction, why: string): void {
    const { clock, onDue } = this.ports;
    const wait: RestackWait = { onto, tip, why };
    this.#waits.set(key, wait);
    clock.after(AGAIN_MS, () => {
      if (this.#waits.get(key) !== wait) return;
      this.#waits.delete(key);
      onDue();
    });
  }
}
