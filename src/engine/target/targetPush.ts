import { messageOf } from '../../base/messageOf';
import type { SerialQueue } from '../../base/serialQueue';
import {
  pushWords,
  quotedWords,
  type PushFacts,
  type PushProblem,
  type PushSetting,
  type PushState,
} from '../../core/landing/push';
import { pullWords, type Pulled } from '../../core/landing/pullWords';
import type { TargetFacts } from '../../core/pipeline/facts';
import { RECEIPTS_REF } from '../../core/receipts/receipt';
import { shortRef } from '../../core/story/names';
import { isUnderWay } from '../../core/story/stage';
import type { Clock } from '../../ports/clock';
import type { GitPort } from '../../ports/git';
import type { RemoteOutcome, Remotes, Upstream } from '../../ports/remotes';
import type { PushMemory, PushNote, StoryStore } from '../../ports/store';
import { bringIn, upstreamName } from '../landing/bringIn';
import type { StoryBook } from '../stories/storyBook';
import { fetchFrom, followRemote, type FollowPorts } from './followRemote';
import { refuse, say, tell, type Refusal, type Told } from '../../core/words/said';

interface TargetPushPorts extends FollowPorts {
  readonly git: FollowPorts['git'] & Pick<GitPort, 'commitsAhead' | 'usableBranch' | 'makeBranch'>;
  /** The other side; null where nobody can reach it from here. */
  readonly remotes: Remotes | null;
  readonly store: Pick<StoryStore, 'stories'>;
  readonly book: Pick<StoryBook, 'adopt' | 'apply'>;
  readonly target: () => Promise<TargetFacts>;
  /** What was wanted and is not over, also from before a restart. */
  readonly pushes: PushMemory;
  readonly setting: () => PushSetting;
  readonly clock: Clock;
  /** Whoever speaks with the remote about the target takes turns. */
  readonly turns: SerialQueue;
  /** The remote took what was pushed. */
  readonly onPushed: () => void;
  /** What is to be said has changed. */
  readonly onChange: () => void;
}

/** What came of a person's word to push, in a sentence. */
export type PushOutcome = (Told & { readonly kind: 'done' }) | Refusal;

type Found = Extract<TargetFacts, { kind: 'found' }>;
const IDLE: PushState = { kind: 'idle' };

/**
 * Pushes the target after landings, beside the queue: no landing waits for it. Where the remote has moved, a story of its own
 * brings in what is there, merged and proven like any other, and then it is pushed again. Nothing is ever forced.
 */
export class TargetPush {
  #state: PushState = IDLE;
  /** Somebody wants what is here to be there, and it could not be done yet. */
  #isWanted = false;
  /** A person's pull that is under way, or waits for its turn. */
  #pulling: AbortController | null = null;

  constructor(private readonly ports: TargetPushPorts) {
    const last = ports.pushes.last();
    if (last === null) return;
    this.#isWanted = true;
    this.#state = last.problem === null ? this.#cutOff() : { kind: 'problem', ...last.problem };
  }

  /** A story has landed. */
  landed(): void {
    if (this.ports.setting() === 'always' || this.#isWanted) void this.push();
  }

  /** By the setting, or by a person's word. Says what came of it. */
  push(): Promise<PushOutcome> {
    return this.ports.turns.run(async () => {
      try {
        return await this.#push();
      } catch (error) {
        return await this.#problem('failed', messageOf(error), null);
      }
    });
  }

  /** By a person's word alone. Receipts that others wrote meanwhile are never overwritten. */
  pushReceipts(): Promise<PushOutcome> {
    return this.ports.turns.run(async () => {
      const { remotes, git, target: find } = this.ports;
      const target = await find();
      const upstream = target.kind === 'missing' ? null : await git.upstreamOf(target.ref);
      if (remotes === null || upstream === null)
        return refuse(say('The target has no remote branch, so there is nowhere to push receipts to.'));
      const outcome = await remotes.push(upstream.remote, RECEIPTS_REF, RECEIPTS_REF);
      if (outcome.kind === 'done') return { kind: 'done', ...tell(say('The receipts are on {0}.', upstream.remote)) };
      return refuse([
        say('{0} did not take the receipts.', upstream.remote),
        ...quotedWords(outcome.said),
        say('Nothing was overwritten. Where others have receipts there too, fetch {0} and merge them with git notes merge, then push again.', RECEIPTS_REF), // prettier-ignore
      ]);
    });
  }

  /**
   * Moves the target forward to what its remote has, by a person's word. Their checkout of it follows as at a landing, so no
   * setting of theirs makes a merge, a rebase or a stash of it.
   */
  pull(): Promise<PushOutcome> {
    const pulling = new AbortController();
    this.#pulling = pulling;
    return this.ports.turns
      .run(() => this.#pull(pulling.signal))
      .catch((error: unknown): PushOutcome => {
        this.ports.log.warn(`[push] the target could not be pulled: ${messageOf(error)}`);
        return refuse(messageOf(error));
      })
      .finally(() => {
        if (this.#pulling === pulling) this.#pulling = null;
      });
  }

  /** Where the remote is still being asked, the target stays where it is. */
  cancelPull(): void {
    this.#pulling?.abort();
  }

  async #pull(signal: AbortSignal): Promise<PushOutcome> {
    const { remotes, git, target: find, log } = this.ports;
    const target = await find();
    if (target.kind === 'missing') return refuse(target);
    const upstream = remotes === null ? null : await git.upstreamOf(target.ref);
    if (remotes === null || upstream === null) {
      const message = say('{0} follows no branch of a remote, so there is nothing to pull.', shortRef(target.ref));
      return refuse(message);
    }
    const follow = async (): Promise<Pulled> => {
      const missed = signal.aborted ? null : await fetchFrom(remotes, upstream.remote);
      if (signal.aborted) return { kind: 'cancelled' };
      if (missed === null) return followRemote(this.ports, target.ref);
      const { kind, said } = missed;
      return kind === 'cutOff' ? { kind: 'cancelled' } : { kind, said };
    };
    const pulled = await follow();
    if ('said' in pulled) log.warn(`[push] ${upstream.remote} could not be pulled: ${pulled.said}`);
    const names = { target: shortRef(target.ref), upstream: upstreamName(upstream) };
    const isDone = pulled.kind === 'moved' || pulled.kind === 'here';
    return { kind: isDone ? 'done' : 'refused', ...tell(pullWords(pulled, names)) };
  }

  /** Nothing that was begun is left in the middle. */
  async settled(): Promise<void> {
    await this.ports.turns.run(() => Promise.resolve());
  }

  /** How the target stands to its remote; null where nobody wants to know. Asks nothing of the remote. */
  async look(target: TargetFacts): Promise<PushFacts | null> {
    const setting = this.ports.setting();
    if (target.kind === 'missing' || this.ports.remotes === null) return null;
    if (setting === 'never' && this.#state.kind === 'idle') return null;
    const upstream = await this.ports.git.upstreamOf(target.ref);
    const { ahead, behind } = await this.#distance(target, upstream);
    if (this.#state.kind === 'problem' && !this.#isComing(this.#state.story)) this.#state = { ...this.#state, story: null };
    // Somebody pushed it by hand, or the remote is as it was: what was in the way is no more.
    const isAnothers = (this.ports.pushes.last()?.target ?? target.ref) !== target.ref;
    if (this.#state.kind === 'problem' && ((upstream !== null && ahead === 0) || isAnothers)) {
      this.#state = IDLE;
      await this.#remember(null);
    }
    if (setting === 'always' && this.#state.kind === 'problem' && this.#state.problem === 'cutOff') {
      this.#state = { kind: 'pushing' };
      void this.push();
    }
    return { setting, upstream: upstream === null ? null : upstreamName(upstream), target: target.ref, ahead, behind, state: this.#state };
  } // prettier-ignore

  async #push(): Promise<PushOutcome> {
    const { remotes, git } = this.ports;
    const target = await this.ports.target();
    if (target.kind === 'missing') {
      // What was cut off stays so, and is resumed once the target is back.
      if (this.#state.kind === 'pushing') this.#show(this.#cutOff());
      return refuse(target);
    }
    if (remotes === null) return refuse(say('Nothing can be pushed from this window.'));
    const upstream = await git.upstreamOf(target.ref);
    if (upstream === null) return this.#problem('noUpstream', '', null);
    if ((await this.#distance(target, upstream)).ahead === 0 && upstream.tip !== null) return this.#done(target, upstream);
    this.#isWanted = true;
    await this.#remember({ target: target.ref, problem: null });
    this.#show({ kind: 'pushing' });
    const outcome = await remotes.push(upstream.remote, target.ref, upstream.branch);
    if (outcome.kind === 'done') return this.#done(target, upstream);
    if (outcome.kind !== 'rejected') return this.#problem(outcome.kind, outcome.said, null);
    return this.#rejected(target, upstream, outcome);
  } // prettier-ignore

  /** Whether the remote moved or somebody refused is read from what is there now, never from words. */
  async #rejected(target: Found, upstream: Upstream, { said }: Extract<RemoteOutcome, { kind: 'rejected' }>): Promise<PushOutcome> {
    const { remotes, git } = this.ports;
    const missed = remotes === null ? null : await fetchFrom(remotes, upstream.remote);
    if (missed !== null) return this.#problem(missed.kind, missed.said, null);
    const now = (await git.upstreamOf(target.ref)) ?? upstream;
    const { behind } = await this.#distance(target, now);
    if (now.tip === null || behind === 0) return this.#problem('refused', said, null);
    return this.#problem('moved', said, await bringIn(this.ports, now.tip, now));
  } // prettier-ignore

  async #distance({ tip }: Found, upstream: Upstream | null): Promise<{ ahead: number; behind: number }> {
    const { git } = this.ports;
    const there = upstream?.tip ?? null;
    if (there === null || there === tip) return { ahead: 0, behind: 0 };
    const [ahead, behind] = await Promise.all([git.commitsAhead(there, tip), git.commitsAhead(tip, there)]);
    return { ahead, behind };
  }

  async #done(target: Found, upstream: Upstream): Promise<PushOutcome> {
    this.ports.onPushed();
    this.#isWanted = false;
    await this.#remember(null);
    this.#show(IDLE);
    return { kind: 'done', ...tell(say('{0} is on {1}.', shortRef(target.ref), upstreamName(upstream))) };
  }

  /** Whether the story with this number is still on its way to bring in what the remote has. */
  #isComing(number: number | null): boolean {
    return this.ports.store.stories().some((one) => one.number === number && isUnderWay(one));
  }

  async #problem(problem: PushProblem, said: string, story: number | null): Promise<PushOutcome> {
    const { clock, log, target } = this.ports;
    log.warn(`[push] ${problem}: ${said}`);
    // The window closes; that it was begun is on record.
    if (problem === 'cutOff') return refuse(said);
    const state = { problem, said, at: clock.now(), story };
    // Where nothing can be asked of git, what is wanted is known all the same.
    const found = await target().catch((error: unknown): TargetFacts => ({
      kind: 'missing',
      message: messageOf(error),
    }));
    if (found.kind === 'found') await this.#remember({ target: found.ref, problem: state });
    this.#show({ kind: 'problem', ...state });
    const facts = await this.look(found);
    return refuse((facts === null ? null : pushWords(facts))?.said ?? said);
  }

  /** A disk that takes nothing holds up no push: then only what is said of it ends with the window. */
  async #remember(note: PushNote | null): Promise<void> {
    await this.ports.pushes.note(note).catch((error: unknown) => this.ports.log.warn(`[push] ${messageOf(error)}`));
  }

  #cutOff(): PushState {
    return { kind: 'problem', problem: 'cutOff', said: '', at: this.ports.clock.now(), story: null };
  }

  #show(state: PushState): void {
    this.#state = state;
    this.ports.onChange();
  }
}
