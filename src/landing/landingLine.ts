import type { Disposable } from '../base/disposable';
import { layChain, type ChainMember, type Companion, type Place } from '../core/landing/chain';
import type { Candidate, MergeJob } from '../core/landing/job';
import type { LandingWait } from '../core/pipeline/facts';
import type { QueuePolicy } from '../core/pipeline/policy';
import type { Oid } from '../core/story/stage';

/** A landing at work, as the others need it. */
export interface LineMember extends ChainMember {
  /** Aborts once it is to end. */
  readonly ending: AbortSignal;
  /** Its change, where nothing that stands before it can touch that, so that it lands by itself. */
  readonly ahead: Candidate | null;
  /** Something changed before or behind it: it looks whether there is something to do. */
  nudge(): void;
  /** `forLanding`: it does nothing until it is nudged, and may be taken along. `forCrew`: it waits for that of others. */
  readonly rests: 'no' | 'forLanding' | 'forCrew' | 'otherwise';
  /** Another one moves the target with its candidate; it decides nothing before that is over. */
  takeAlong(landing: Promise<'landed' | 'not'>): void;
  /** What it changes meets files of a person's: it waits by itself, and others pass. */
  standAside(wait: Omit<LandingWait, 'since'>): void;
}

/** The landings at work, in the order in which they land. It does nothing itself: it says where each stands, and tells of changes. */
export class LandingLine {
  #members: LineMember[] = [];
  #joining = 0;

  constructor(private readonly policy: () => QueuePolicy) {}

  join(member: LineMember): void {
    this.#members.push(member);
    this.changed(member);
  }

  leave(member: LineMember): void {
    this.#members = this.#members.filter((one) => one !== member);
    this.changed(member);
  }

  /** One that comes back from standing apart disturbs nobody who went on meanwhile. */
  moveToEnd(member: LineMember): void {
    this.#members = [...this.#members.filter((one) => one !== member), member];
    this.changed(member);
  }

  /** One more is about to join: until it has, or this is disposed, nobody is the last. */
  expectOne(): Disposable {
    this.#joining += 1;
    let mine = true;
    return {
      dispose: () => {
        if (mine) this.#joining -= 1;
        mine = false;
        if (this.#joining === 0) this.#nudge(() => true);
      },
    };
  }

  /** Jobs in the order in which they land. */
  jobIds(): string[] {
    return this.#members.map(({ job }) => job.id);
  }

  changed(by: LineMember): void {
    this.#nudge((one) => one !== by);
  }

  /** One has come to rest before its landing; who waits to take it along looks again. */
  rested(): void {
    this.#nudge((one) => one.rests === 'forCrew');
  }

  #nudge(whom: (member: LineMember) => boolean): void {
    for (const member of [...this.#members]) if (whom(member)) member.nudge();
  }

  /** Where a landing stands while the target is at `tip`; undefined for one that stands apart. */
  placeOf({ id }: MergeJob, tip: Oid | null): Place | undefined {
    const forming = this.#joining > 0 ? 'more' : 'complete';
    return layChain(this.#members, { tip, policy: this.policy(), forming }).get(id);
  }

  /** Whether the gates of one more may run beside those that run, each for itself. */
  hasRoom(standsOn: readonly Companion[]): boolean {
    const policy = this.policy();
    const ahead = this.#members.filter((one) => one.ahead !== null).length;
    return policy.kind === 'train' && standsOn.length + ahead < policy.size;
  }

  /** Whether it stands alone, so that nobody else's landing matters to it. */
  isAlone(member: LineMember): boolean {
    return this.#joining === 0 && this.#members.every((one) => one === member || one.stands === 'apart');
  }

  /** Whose gates run that prove it: its own, or those of one that is built on it; null for nobody's, undefined where it does not stand here. */
  proverOf(member: LineMember): LineMember | null | undefined {
    const place = this.#members.indexOf(member);
    if (place === -1) return undefined;
    const provers = this.#members.slice(place).filter((one) => one === member || one.stands === 'inLine');
    return provers.find(({ verdict }) => verdict === 'running') ?? null;
  }

  isAnyInLine(companions: readonly Companion[]): boolean {
    const ids = new Set(companions.map(({ jobId }) => jobId));
    return this.#members.some((one) => ids.has(one.job.id) && one.stands === 'inLine');
  }

  /** Those that land together, all of them at rest before their landing; null while one is not. */
  crewOf(ids: readonly string[]): readonly LineMember[] | null {
    const crew = ids.flatMap((id) => this.#members.find(({ job }) => job.id === id) ?? []);
    return crew.length === ids.length && crew.every(({ rests }) => rests === 'forLanding') ? crew : null;
  }
}
