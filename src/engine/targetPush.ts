import { messageOf } from '../base/messageOf';
import { SerialQueue } from '../base/serialQueue';
import {
  publishWords,
  pushWords,
  type PushFacts,
  type PushProblem,
  type PushSetting,
  type PushState,
} from '../core/landing/push';
import { pullWords, type Pulled } from '../core/landing/pullWords';
import type { TargetFacts } from '../core/pipeline/facts';
import { RECEIPTS_REF } from '../core/receipts/receipt';
import { firstLine } from '../core/words/firstLine';
import { shortRef } from '../core/story/names';
import { isUnderWay } from '../core/story/stage';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { Published } from '../ports/candidates';
import type { Lead } from '../ports/lead';
import type { RemoteOutcome, Remotes, TeamTarget, Upstream } from '../ports/remotes';
import type { PushMemory, PushNote, StoryStore } from '../ports/store';
import { bringIn, upstreamName } from './bringIn';
import type { StoryBook } from './storyBook';

interface TargetPushPorts {
  readonly git: Pick<
    GitPort,
    'upstreamOf' | 'commitsAhead' | 'isAncestor' | 'usableBranch' | 'makeBranch' | 'tip' | 'catchUp'
  >;
  /** Nothing is moved without asking it. */
  readonly lead: Lead;
  /** The other side; null where nobody can reach it from here. */
  readonly remotes: Remotes | null;
  readonly store: Pick<StoryStore, 'stories'>;
  readonly book: StoryBook;
  readonly target: () => Promise<TargetFacts>;
  /** What was wanted and is not over, also from before a restart. */
  readonly pushes: PushMemory;
  readonly setting: () => PushSetting;
  readonly clock: Clock;
  readonly log: Log;
  /** What is to be said has changed. */
  readonly onChange: () => void;
}

/** What came of a person's word to push, in a sentence. */
export type PushOutcome =
  { readonly kind: 'done'; readonly message: string } | { readonly kind: 'refused'; readonly message: string };

type Found = Extract<TargetFacts, { kind: 'found' }>;
const IDLE: PushState = { kind: 'idle' };
/** A remote that did not take a landing is asked again after so long (ms). */
const PUBLISH_AGAIN_MS = 30_000;

/**
 * Pushes the target after landings, beside the queue: no landing waits for it. Where the remote has moved, a story of its own
 * brings in what is there, merged and proven like any other, and then it is pushed again. Nothing is ever forced.
 */
export class TargetPush implements TeamTarget {
  readonly #turns = new SerialQueue();
  #state: PushState = IDLE;
  /** Somebody wants what is here to be there, and it could not be done yet. */
  #isWanted = false;
  /** While a person's pull asks the remote. */
  #pulling: AbortController | null = null;
  /** Why the last commit could not be published, until (ms since 1970) it is tried again. */
  #unpublished: { readonly waiting: Published; readonly until: number } | null = null;

  constructor(private readonly ports: TargetPushPorts) {
    const { clock, pushes } = ports;
    const last = pushes.last();
    if (last === null) return;
    this.#isWanted = true;
    const problem = last.problem ?? { problem: 'cutOff', said: '', at: clock.now(), story: null };
    this.#state = { kind: 'problem', ...problem };
  }

  /** A story has landed. */
  landed(): void {
    if (this.ports.setting() === 'always' || this.#isWanted) void this.push();
  }

  /** By the setting, or by a person's word. Says what came of it. */
  push(): Promise<PushOutcome> {
    return this.#turns.run(async () => {
      try {
        return await this.#push();
      } catch (error) {
        return await this.#problem('failed', messageOf(error), null);
      }
    });
  }

  /** By a person's word alone. Receipts that others wrote meanwhile are never overwritten. */
  pushReceipts(): Promise<PushOutcome> {
    return this.#turns.run(async () => {
      const { remotes, git, target: find } = this.ports;
      const target = await find();
      const upstream = target.kind === 'missing' ? null : await git.upstreamOf(target.ref);
      if (remotes === null || upstream === null)
        return {
          kind: 'refused',
          message: 'The target has no remote branch, so there is nowhere to push receipts to.',
        };
      const outcome = await remotes.push(upstream.remote, RECEIPTS_REF, RECEIPTS_REF);
      if (outcome.kind === 'done') return { kind: 'done', message: `The receipts are on ${upstream.remote}.` };
      const why = firstLine(outcome.said);
      const advice = `Nothing was overwritten. Where others have receipts there too, fetch ${RECEIPTS_REF} and merge them with git notes merge, then push again.`;
      return {
        kind: 'refused',
        message: `${upstream.remote} did not take the receipts${why === '' ? '' : `: ${why}`}. ${advice}`,
      };
    });
  }

  /**
   * Moves the target forward to what its remote has, by a person's word. Their checkout of it follows as at a landing, so no
   * setting of theirs makes a merge, a rebase or a stash of it.
   */
  pull(): Promise<PushOutcome> {
    return this.#turns.run(async () => {
      const { remotes, git, target: find } = this.ports;
      const target = await find();
      if (target.kind === 'missing') return { kind: 'refused', message: target.message };
      const upstream = remotes === null ? null : await git.upstreamOf(target.ref);
      if (remotes === null || upstream === null) {
        const message = `${shortRef(target.ref)} follows no branch of a remote, so there is nothing to pull.`;
        return { kind: 'refused', message };
      }
      const pulled = await this.#fetchAndFollow(remotes, target.ref, upstream.remote);
      const names = { target: shortRef(target.ref), upstream: upstreamName(upstream) };
      const isDone = pulled.kind === 'moved' || pulled.kind === 'here';
      return { kind: isDone ? 'done' : 'refused', message: pullWords(pulled, names) };
    });
  }

  /** Where the remote is still being asked, the target stays where it is. */
  cancelPull(): void {
    this.#pulling?.abort();
  }

  async #fetchAndFollow(remotes: Remotes, target: string, remote: string): Promise<Pulled> {
    const pulling = new AbortController();
    this.#pulling = pulling;
    const fetched = await remotes.fetch(remote).finally(() => (this.#pulling = null));
    if (pulling.signal.aborted) return { kind: 'cancelled' };
    if (fetched.kind === 'done') return this.#follow(target);
    this.ports.log.warn(`[push] ${remote} could not be fetched: ${fetched.said}`);
    return { kind: fetched.kind === 'rejected' ? 'failed' : fetched.kind, said: fetched.said };
  }

  /** Nothing that was begun is left in the middle. */
  async settled(): Promise<void> {
    await this.#turns.run(() => Promise.resolve());
  }

  catchUp(target: string): Promise<'asBefore' | 'moved'> {
    return this.#turns.run(async () => {
      const { remotes, git, log } = this.ports;
      const upstream = await git.upstreamOf(target);
      if (remotes === null || upstream === null) return 'asBefore';
      const fetched = await remotes.fetch(upstream.remote);
      if (fetched.kind === 'done') return (await this.#follow(target)).kind === 'moved' ? 'moved' : 'asBefore';
      log.info(`[push] ${upstream.remote} could not be fetched: ${fetched.said}`);
      return 'asBefore';
    });
  }

  publish(target: string, commit: string): Promise<Published> {
    return this.#turns.run(async () => {
      const { remotes, clock, git } = this.ports;
      const upstream = await git.upstreamOf(target);
      if (remotes === null || upstream === null || (await this.#has(upstream, commit))) return { kind: 'done' };
      if (this.#unpublished !== null && clock.now() < this.#unpublished.until) return this.#unpublished.waiting;
      const outcome = await remotes.push(upstream.remote, commit, upstream.branch);
      this.#unpublished = null;
      if (outcome.kind === 'done') return outcome;
      if (outcome.kind !== 'rejected') return this.#later(outcome.kind, upstream, outcome.said);
      return this.#publishedBefore(target, commit, upstream, outcome.said);
    });
  }

  async hasPublished(target: string, commit: string): Promise<boolean> {
    const upstream = await this.ports.git.upstreamOf(target);
    return upstream !== null && this.#has(upstream, commit);
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

  async #has({ tip }: Upstream, commit: string): Promise<boolean> {
    return tip !== null && (tip === commit || (await this.ports.git.isAncestor(commit, tip)));
  }

  /** The remote did not take a commit: others were first, or it is refused. Read from what is there now. */
  async #publishedBefore(target: string, commit: string, upstream: Upstream, said: string): Promise<Published> {
    const { remotes, git } = this.ports;
    const fetched = (await remotes?.fetch(upstream.remote)) ?? { kind: 'done' };
    if (fetched.kind !== 'done') return this.#later(fetched.kind === 'rejected' ? 'failed' : fetched.kind, upstream, fetched.said);
    const now = (await git.upstreamOf(target)) ?? upstream;
    if (now.tip === null || (await git.isAncestor(now.tip, commit))) return this.#later('refused', now, said);
    const followed = await this.#follow(target);
    if (followed.kind === 'here' || followed.kind === 'notLeading') return { kind: 'moved' };
    if (followed.kind === 'moved' || followed.kind === 'waiting') return followed;
    const story = await bringIn(this.ports, now.tip, now);
    const how = story === null ? 'Push Target brings them in' : `#${story} brings them in`;
    return { kind: 'waiting', why: `${upstreamName(now)} has commits that are not here, and there are some here that it lacks. ${how}`, files: [], holdsBack: 'nothing' };
  } // prettier-ignore

  /** Moves the target to what the remote has, where that is a step forward. `here`: it has all of it already. */
  async #follow(
    target: string,
  ): Promise<Extract<Published, { kind: 'moved' | 'waiting' }> | { kind: 'diverged' | 'here' | 'notLeading' }> {
    const { git, lead, log } = this.ports;
    const [tip, upstream] = [await git.tip(target), await git.upstreamOf(target)];
    const there = upstream?.tip ?? null;
    const isThere = tip === null || there === null || tip === there || (await git.isAncestor(there, tip));
    if (isThere) return { kind: 'here' };
    if ((await lead.confirm()) === null) return { kind: 'notLeading' };
    const outcome = await git.catchUp({ target, base: tip, to: there });
    if (outcome.kind === 'landed') log.info(`[push] ${shortRef(target)} follows what others landed, to ${there}`);
    if (outcome.kind === 'landed') return { kind: 'moved' };
    if (outcome.kind === 'targetMoved') return { kind: 'diverged' };
    return { kind: 'waiting', why: outcome.why, files: outcome.files, holdsBack: 'all' };
  }

  #later(problem: PushProblem, upstream: Upstream, said: string): Published {
    const { log, clock } = this.ports;
    log.warn(`[push] ${problem}: ${said}`);
    const why = publishWords(problem, upstreamName(upstream), said);
    const waiting: Published = { kind: 'waiting', why, files: [], holdsBack: 'all' };
    this.#unpublished = { waiting, until: clock.now() + PUBLISH_AGAIN_MS };
    return waiting;
  }

  async #push(): Promise<PushOutcome> {
    const { remotes, git } = this.ports;
    const target = await this.ports.target();
    if (target.kind === 'missing') return { kind: 'refused', message: target.message };
    if (remotes === null) return { kind: 'refused', message: 'Nothing can be pushed from this window.' };
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
    const fetched = await remotes?.fetch(upstream.remote);
    if (fetched !== undefined && fetched.kind !== 'done') {
      return this.#problem(fetched.kind === 'rejected' ? 'failed' : fetched.kind, fetched.said, null);
    }
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
    this.#unpublished = null;
    this.#isWanted = false;
    await this.#remember(null);
    this.#show(IDLE);
    return { kind: 'done', message: `${shortRef(target.ref)} is on ${upstreamName(upstream)}.` };
  }

  /** Whether the story with this number is still on its way to bring in what the remote has. */
  #isComing(number: number | null): boolean {
    return this.ports.store.stories().some((one) => one.number === number && isUnderWay(one));
  }

  async #problem(problem: PushProblem, said: string, story: number | null): Promise<PushOutcome> {
    const { clock, log, target } = this.ports;
    log.warn(`[push] ${problem}: ${said}`);
    const state = { problem, said, at: clock.now(), story };
    const found = await target();
    if (found.kind === 'found') await this.#remember({ target: found.ref, problem: state });
    this.#show({ kind: 'problem', ...state });
    const facts = await this.look(found);
    return { kind: 'refused', message: (facts === null ? null : pushWords(facts, clock.now()))?.text ?? said };
  }

  /** A disk that takes nothing holds up no push: then only what is said of it ends with the window. */
  async #remember(note: PushNote | null): Promise<void> {
    await this.ports.pushes.note(note).catch((error: unknown) => this.ports.log.warn(`[push] ${messageOf(error)}`));
  }

  #show(state: PushState): void {
    this.#state = state;
    this.ports.onChange();
  }
}
