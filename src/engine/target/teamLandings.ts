import type { SerialQueue } from '../../base/serialQueue';
import { unlessAborted } from '../../base/unlessAborted';
import { publishWords, type PushProblem } from '../../core/landing/push';
import type { Published } from '../../ports/candidates';
import type { Clock } from '../../ports/clock';
import type { GitPort } from '../../ports/git';
import type { Remotes, TeamTarget, Upstream } from '../../ports/remotes';
import type { StoryStore } from '../../ports/store';
import { bringIn, upstreamName } from '../landing/bringIn';
import type { StoryBook } from '../stories/storyBook';
import { fetchFrom, followRemote, type FollowPorts } from './followRemote';
import { say, tell } from '../../core/words/said';
import { landedElsewhere } from './landedElsewhere';

interface TeamLandingsPorts extends FollowPorts {
  readonly git: FollowPorts['git'] & Pick<GitPort, 'usableBranch' | 'makeBranch' | 'landings'>;
  /** The other side; null where nobody can reach it from here. */
  readonly remotes: Remotes | null;
  readonly store: Pick<StoryStore, 'stories' | 'history'>;
  readonly book: StoryBook;
  readonly clock: Clock;
  /** Whoever speaks with the remote about the target takes turns. */
  readonly turns: SerialQueue;
}

/** A remote that did not take a landing is asked again after so long (ms). */
const PUBLISH_AGAIN_MS = 30_000;

/** Landings on a target that several machines share: a commit is on the remote before it is anywhere else. */
export class TeamLandings implements TeamTarget {
  /** Why the last commit could not be published, until (ms since 1970) it is tried again. */
  #unpublished: { readonly waiting: Published; readonly until: number } | null = null;

  constructor(private readonly ports: TeamLandingsPorts) {}

  /** The remote took something meanwhile, so it is asked at once. */
  pushed(): void {
    this.#unpublished = null;
  }

  catchUp(target: string, signal: AbortSignal): Promise<'asBefore' | 'moved' | 'ended'> {
    const isEnded = (): boolean => signal.aborted;
    const caughtUp = this.ports.turns.run(async () => {
      const { remotes, git, log } = this.ports;
      if (isEnded()) return 'ended';
      const upstream = await git.upstreamOf(target);
      if (remotes === null || upstream === null) return 'asBefore';
      const missed = await fetchFrom(remotes, upstream.remote);
      if (isEnded()) return 'ended';
      if (missed === null) return (await followRemote(this.ports, target)).kind === 'moved' ? 'moved' : 'asBefore';
      log.info(`[push] ${upstream.remote} could not be fetched: ${missed.said}`);
      return 'asBefore';
    });
    return unlessAborted(caughtUp, signal, 'ended');
  }

  publish(target: string, commit: string, signal: AbortSignal): Promise<Published> {
    const ended = { kind: 'ended' } as const;
    const published = this.ports.turns.run(async () => (signal.aborted ? ended : this.#publish(target, commit)));
    return unlessAborted(published, signal, ended);
  }

  async #publish(target: string, commit: string): Promise<Published> {
    const { remotes, clock, git } = this.ports;
    const upstream = await git.upstreamOf(target);
    if (remotes === null || upstream === null || (await this.#has(upstream, commit))) return { kind: 'done' };
    if (this.#unpublished !== null && clock.now() < this.#unpublished.until) return this.#unpublished.waiting;
    const outcome = await remotes.push(upstream.remote, commit, upstream.branch);
    this.#unpublished = null;
    if (outcome.kind === 'done') return outcome;
    if (outcome.kind !== 'rejected') return this.#later(outcome.kind, upstream, outcome.said);
    const missed = await fetchFrom(remotes, upstream.remote);
    if (missed !== null) return this.#later(missed.kind, upstream, missed.said);
    return this.#overtaken(target, commit, (await git.upstreamOf(target)) ?? upstream, outcome.said);
  }

  landedElsewhere(landing: { storyKey: string; storyTip: string }, base: string): Promise<string | null> {
    return landedElsewhere(this.ports, landing, base);
  }

  async hasPublished(target: string, commit: string): Promise<boolean> {
    const upstream = await this.ports.git.upstreamOf(target);
    return upstream !== null && this.#has(upstream, commit);
  }

  async #has({ tip }: Upstream, commit: string): Promise<boolean> {
    return tip !== null && (tip === commit || (await this.ports.git.isAncestor(commit, tip)));
  }

  /** The remote did not take a commit: others were first, or it is refused. Read from what it has now. */
  async #overtaken(target: string, commit: string, now: Upstream, said: string): Promise<Published> {
    if (now.tip === null || (await this.ports.git.isAncestor(now.tip, commit))) return this.#later('refused', now, said);
    const followed = await followRemote(this.ports, target);
    if (followed.kind === 'here' || followed.kind === 'notLeading') return { kind: 'moved' };
    if (followed.kind === 'moved' || followed.kind === 'waiting') return followed;
    const story = await bringIn(this.ports, now.tip, now);
    const how = story === null ? say('Push Target brings them in.') : say('#{0} brings them in.', story);
    const apart = say('{0} has commits that are not here, and there are some here that it lacks.', upstreamName(now));
    return { kind: 'waiting', why: tell([apart, how]), files: [], holdsBack: 'nothing' };
  } // prettier-ignore

  #later(problem: PushProblem, upstream: Upstream, said: string): Published {
    const { log, clock } = this.ports;
    log.warn(`[push] ${problem}: ${said}`);
    const why = tell(publishWords(problem, upstreamName(upstream), said));
    const waiting: Published = { kind: 'waiting', why, files: [], holdsBack: 'all' };
    this.#unpublished = { waiting, until: clock.now() + PUBLISH_AGAIN_MS };
    return waiting;
  }
}
