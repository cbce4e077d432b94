import type { AgentUsage, TalkProgress, TurnSoFar } from '../../../core/agents/agentTalk';
import { NOTHING_SAID, type RunReport, type Spent } from '../../../core/agents/output/runReport';
import type { OverLimit } from '../../../core/agents/runClock';
import { NOTHING_SPENT, type SessionSpent } from '../../../core/agents/sessions/agentSession';
import type { TalkLimit } from '../../../core/agents/talkLimit';
import { spentInTalk } from '../../../core/agents/talkSpent';
import { AgentWatch } from './agentWatch';
import type { EnginePorts } from '../../ports';
import type { Work } from '../work';

type Ports = Pick<EnginePorts, 'clock' | 'activity'>;

/** What one run that is talked with takes: it shows while it goes on, and ends the run where a limit of its profile is reached. */
export class TalkAccount {
  readonly #watch: AgentWatch;
  readonly #over = new AbortController();
  #before: SessionSpent = NOTHING_SPENT;
  #report: RunReport = NOTHING_SAID;
  /** Questions of it that wait for a person. */
  #asks = 0;

  constructor(
    private readonly ports: Ports,
    private readonly work: Pick<Work, 'story' | 'profile' | 'signal'>,
  ) {
    this.#watch = new AgentWatch(work.profile.limits, ports.clock, () => this.#report);
  }

  /** Aborts when the run is to end, by a limit or from outside. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.work.signal, this.#over.signal]);
  }

  /** The limit that ended it; null where none did, or it was ended from outside. */
  get over(): OverLimit | null {
    return this.work.signal.aborted ? null : this.#watch.over;
  }

  /** Its session is there. `before`: what that had taken, where it is gone on with; `inTurn`: the turn that is under way. */
  begin(before: SessionSpent, inTurn?: TurnSoFar): void {
    this.#before = before;
    this.#watch.begin(() => this.#over.abort(), inTurn);
  }

  readonly hear = ({ line, usage }: TalkProgress): void => {
    const spent = spentInTalk(this.#before, usage);
    this.#report = { ...this.#report, ...spent, acted: true };
    this.#watch.heard(this.#report);
    const tokens = spent.tokens === null ? null : spent.tokens.input + spent.tokens.output;
    this.ports.activity?.(this.work.story.key, { line, turns: spent.turns, tokens, costUsd: spent.costUsd });
  };

  /** No clock goes on while a person is asked. */
  async whileAsking<T>(asked: Promise<T>): Promise<T> {
    this.#asks += 1;
    this.#report = { ...this.#report, backOffUntil: Number.POSITIVE_INFINITY };
    try {
      return await asked;
    } finally {
      this.#asks -= 1;
      if (this.#asks === 0) this.#report = { ...this.#report, backOffUntil: null };
    }
  }

  /** What the run took, and what is known of it once it is over. */
  end(usage: AgentUsage, limit: TalkLimit | null): { readonly spent: Spent; readonly report: RunReport } {
    this.close();
    const spent = spentInTalk(this.#before, usage);
    return {
      spent,
      report: { ...this.#report, ...spent, acted: true, backOffUntil: null, limit: this.#reached(limit) },
    };
  }

  close(): void {
    this.#watch.dispose();
    this.ports.activity?.(this.work.story.key, null);
  }

  #reached(limit: TalkLimit | null): RunReport['limit'] {
    if (limit === null) return null;
    const { kind, again } = limit;
    if (again === null) return { kind, until: null };
    return { kind, until: 'at' in again ? again.at : this.ports.clock.now() + again.afterMs };
  }
}
