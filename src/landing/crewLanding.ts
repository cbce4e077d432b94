import type { LandOutcome, Published } from '../ports/candidates';
import { leaseOf, provenChain } from '../core/landing/gatedCandidate';
import type { MergeJob } from '../core/landing/job';
import { touchEachOther } from '../core/landing/touching';
import type { GitPort } from '../ports/git';
import type { Lead } from '../ports/lead';
import type { Log } from '../ports/log';
import type { TeamTarget } from '../ports/remotes';
import type { LandingLine, LineMember } from './landingLine';
import type { Told } from '../core/words/said';
import type { LandingRest } from './landingRest';

interface CrewLandingPorts {
  readonly git: Pick<GitPort, 'land' | 'changedPaths'>;
  readonly log: Log;
  readonly lead: Lead;
  readonly line: LandingLine;
  readonly rest: LandingRest;
  readonly wanted: (job: MergeJob) => boolean;
  readonly team?: (job: MergeJob) => TeamTarget | null;
  /** Nothing is moved for a landing that is to end. */
  readonly ending: AbortSignal;
}

/** The move of the target to a landing's candidate, and with it to those of its crew: the ones that land together with it. */
export class CrewLanding {
  /** `member` is the landing that moves the target. */
  constructor(
    private readonly member: LineMember,
    private readonly ports: CrewLandingPorts,
  ) {}

  /**
   * Tries it once, with the jobs in `before`, which are at rest meanwhile. `notYet`: the loop looks at the world again; what
   * there was to wait for is over. `leadLost`: another process leads, and nothing was moved.
   */
  async land(before: readonly string[], seen: number): Promise<'landed' | 'notYet' | 'leadLost'> {
    const { line, wanted, rest, ending } = this.ports;
    const { job } = this.member;
    const lead = await this.ports.lead.confirm();
    if (lead === null) return 'leadLost';
    const crew = line.crewOf(before);
    if (crew === null || !crew.every((one) => wanted(one.job))) {
      for (const one of crew ?? []) one.nudge();
      await rest.rest(seen, 'forCrew');
      return 'notYet';
    }
    const chain = provenChain([...crew.map((one) => one.job), job]);
    const lease = leaseOf(job, lead);
    if (chain === null || lease === null) throw new Error(`Job ${job.id} came to landing without proof or lease.`);
    if (!wanted(job) || ending.aborted) return 'notYet';
    const { target, storyBranch, storyTip } = job;
    const { base, last: candidate } = chain;
    const team = this.ports.team?.(job) ?? null;
    // Who is to end cannot say whether it has landed before the move is over: so that ends for each of them.
    const signal = AbortSignal.any([ending, ...crew.map((one) => one.ending)]);
    const publish = team === null ? {} : { publish: () => team.publish(target, candidate.commit, signal) };
    const proven = { target, base, before: chain.before, candidate, lease, storyBranch, storyTip };
    const request = { ...proven, ...publish, signal };
    const move = this.ports.git.land(request);
    const hasLanded = move.then(
      ({ kind }) => (kind === 'landed' ? 'landed' : 'not'),
      () => 'not' as const,
    );
    for (const one of crew) one.takeAlong(hasLanded);
    const outcome = await move.catch((error: unknown) => {
      if (error === signal.reason) return { kind: 'ended' } as const;
      throw error;
    });
    return this.#moved(outcome, crew, seen);
  }

  async #moved(
    outcome: LandOutcome | { readonly kind: 'ended' },
    crew: readonly LineMember[],
    seen: number,
  ): Promise<'landed' | 'notYet'> {
    switch (outcome.kind) {
      case 'landed':
        for (const one of crew) one.nudge();
        return 'landed';
      case 'waiting':
        await this.#waitForFiles(outcome, crew);
        return 'notYet';
      case 'unpublished':
        return this.#notPublished(outcome.published, crew);
      case 'ended':
      case 'targetMoved':
      case 'storyMoved':
        this.ports.log.info(`[merge:#${this.member.job.number}] not landed: ${outcome.kind}`);
        for (const one of crew) one.nudge();
        // The one whose story moved finds out by itself.
        if (outcome.kind === 'storyMoved' && crew.length > 0) await this.ports.rest.rest(seen, 'otherwise');
        return 'notYet';
    }
  }

  /** Where others were first, the target has moved with them, and what was built before is built anew. */
  async #notPublished(published: Exclude<Published, { kind: 'done' }>, crew: readonly LineMember[]): Promise<'notYet'> {
    this.ports.log.info(`[merge:#${this.member.job.number}] not landed: others landed first, or it cannot be sent`);
    for (const one of crew) one.nudge();
    if (published.kind === 'waiting') {
      const { why, files, holdsBack } = published;
      await this.ports.rest.waitFor({ why, files, holdsBack });
    }
    return 'notYet';
  }

  /** Of several that would land together only those wait that change what is in the way; the others go on without them. */
  async #waitForFiles({ why, files }: { why: Told; files: string[] }, crew: readonly LineMember[]): Promise<void> {
    const { git, rest } = this.ports;
    const wait = { why, files, holdsBack: files.length > 0 ? 'touching' : 'all' } as const;
    const touching: LineMember[] = [];
    for (const one of crew.length === 0 || files.length === 0 ? [] : [...crew, this.member]) {
      const { candidate } = one.job;
      const paths = candidate === null ? [] : await git.changedPaths(candidate);
      if (touchEachOther(paths, files)) touching.push(one);
    }
    for (const one of touching) if (one !== this.member) one.standAside(wait);
    if (touching.length === 0 || touching.includes(this.member)) await rest.waitFor(wait);
    else for (const one of crew) one.nudge();
  }
}
