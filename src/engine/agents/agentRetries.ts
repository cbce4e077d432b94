import { splitCommand } from '../../agents/commandLine/splitCommand';
import { presetOf } from '../../core/agents/agentCommand';
import { dayOf, overBudget } from '../../core/agents/budget';
import type { CoderOutcome } from '../../core/agents/outcome';
import type { AgentProfile } from '../../core/agents/profile';
import { attemptsOf, waitUntil, type AgentLimit, type Attempt } from '../../core/agents/sessions/standing';
import type { StoryRecord } from '../../core/story/story';
import { count } from '../../core/words/durations';
import type { AgentEnd } from './run/agentStart';
import type { EnginePorts } from '../ports';
import { sessionNotSaved } from './sessionNotSaved';
import type { Work } from './work';

/** Runs on one story that may break off before a person is asked, where the agent can go on with its conversation. */
const RETRIES = 3;
/** So many runs in a row may be lost before a person is asked. */
const LOSSES = 3;
/** A limit that comes this soon (ms) after the last one is the next in a row. */
const IN_A_ROW_MS = 2 * 3_600_000;

interface RetriesPorts extends Pick<EnginePorts, 'clock' | 'log'> {
  readonly runs: Pick<EnginePorts['runs'], 'agentRuns'>;
  readonly sessions: Pick<EnginePorts['sessions'], 'standings' | 'addAttempt' | 'putLimit' | 'endLimit'>;
}

type Worked = Pick<Work, 'story' | 'profile'>;

/** Whether an agent may run on a story. `spent`: `why` is a sentence for a person. `waits`: until its next day. */
type Room = { kind: 'room' } | { kind: 'waits' } | { kind: 'spent'; why: string };

/** What runs that broke off lead to: another one, a wait, or a person. Kept as facts, so that a restart forgets none. */
export class AgentRetries {
  /** Runs in a row that were lost, by story. */
  readonly #losses = new Map<string, number>();

  constructor(private readonly ports: RetriesPorts) {}

  async room({ key, number }: StoryRecord, { name, limits }: AgentProfile): Promise<Room> {
    const now = this.ports.clock.now();
    const runs = this.ports.runs.agentRuns().filter((run) => run.agent === name);
    const onStory = overBudget(limits.perStory, runs.filter((run) => run.key === key)); // prettier-ignore
    if (onStory !== null) return { kind: 'spent', why: `${name} has used up its budget for #${number}: ${onStory}.` };
    const day = dayOf(now);
    const today = overBudget(limits.perDay, runs.filter((run) => Date.parse(run.at) >= day.from)); // prettier-ignore
    if (today === null) return { kind: 'room' };
    this.ports.log.info(`[agent:${number}:${name}] has used up its budget of today: ${today}`);
    await this.#keep({ kind: 'limit', agent: name, what: 'budget', at: iso(now), until: iso(day.to), said: false, times: 1 }); // prettier-ignore
    return { kind: 'waits' };
  }

  /** A limit of its service holds the agent: nothing of it starts before that has passed, and it is no strike. */
  async waitFor(
    { story, profile }: Worked,
    { limit, until }: Pick<Extract<CoderOutcome, { kind: 'limited' }>, 'limit' | 'until'>,
    { run }: Pick<AgentEnd, 'run'>,
  ): Promise<void> {
    this.#losses.delete(story.key);
    const now = this.ports.clock.now();
    const last = this.ports.sessions.standings().find((one) => one.kind === 'limit' && one.agent === profile.name);
    // A window that died judged it before: it is one limit.
    if (last?.kind === 'limit' && last.run === run) return;
    const isNext = last?.kind === 'limit' && now - Date.parse(last.until) < IN_A_ROW_MS;
    const times = isNext ? last.times + 1 : 1;
    const moment = iso(waitUntil(until, now, times));
    this.ports.log.info(
      `[agent:${story.number}:${profile.name}] has reached a limit (${limit}) and waits until ${moment}`,
    );
    await this.#keep({ kind: 'limit', agent: profile.name, what: limit, at: iso(now), until: moment, said: until !== null, times, run }); // prettier-ignore
  }

  /** Whether it is started again after a run that broke off. `evidence`: what happened, of all of them. */
  async again(
    work: Worked,
    cause: string,
    run: Omit<AgentEnd, 'report' | 'over'>,
  ): Promise<{ kind: 'again' } | { kind: 'over'; evidence: string }> {
    const { story, profile } = work;
    const { sessions, clock, log } = this.ports;
    // Whoever kept it has died: that says nothing about the agent, which begins again, unless it happens each time.
    const losses = run.outcome.kind === 'lost' ? (this.#losses.get(story.key) ?? 0) + 1 : 0;
    const isOver = losses > LOSSES;
    // Whoever has been asked begins to count anew.
    this.#losses.set(story.key, isOver ? 0 : losses);
    if (losses > 0)
      log.warn(`[agent:${story.number}:${profile.name}] its run was lost, ${count(losses, 'time')} in a row`);
    if (isOver) return { kind: 'over', evidence: `${losses} runs broke off: ${cause}` };
    if (losses > 0) return { kind: 'again' };
    const before = attemptsOf(sessions.standings(), story).filter((one) => one.run !== run.run);
    const most = await this.#most(profile, run);
    const said = [...before.map((one) => one.cause), cause];
    if (before.length >= most)
      return {
        kind: 'over',
        evidence: said.length === 1 ? cause : `${said.length} runs broke off: ${said.map((one, index) => `${index + 1}. ${one}`).join(' ')}`, // prettier-ignore
      };
    const attempt: Attempt = { kind: 'attempt', storyKey: story.key, stageAt: story.stageAt, at: iso(clock.now()), agent: profile.name, mode: run.mode, cause, run: run.run }; // prettier-ignore
    log.warn(`[agent:${story.number}:${profile.name}] ${cause} It is started again, ${before.length + 1} of ${most}.`);
    await sessions.addAttempt(attempt).catch(sessionNotSaved(log));
    return { kind: 'again' };
  }

  /** Its service lets it work: the next limit is the first again. */
  async wentWell({ story, profile }: Worked): Promise<void> {
    this.#losses.delete(story.key);
    const { sessions, log } = this.ports;
    await sessions.endLimit(profile.name).catch(sessionNotSaved(log));
  }

  /** One that can only begin anew is tried once more; one that nothing is known of ends as it says. */
  async #most(
    { limits, preset, resume, command }: AgentProfile,
    { canGoOn }: Pick<AgentEnd, 'canGoOn'>,
  ): Promise<number> {
    const wanted = limits.retries ?? RETRIES;
    if (canGoOn) return wanted;
    const isKnown = resume !== undefined || presetOf({ preset }, await splitCommand(command)) !== null;
    return isKnown || limits.retries !== undefined ? Math.min(1, wanted) : 0;
  }

  async #keep(limit: AgentLimit): Promise<void> {
    const { sessions, log } = this.ports;
    await sessions.putLimit(limit).catch(sessionNotSaved(log));
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
