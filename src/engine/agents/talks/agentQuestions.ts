import type { Disposable } from '../../../base/disposable';
import {
  describeAsk,
  describeRule,
  isCovered,
  ruleFor,
  type PermissionAnswer,
  type PermissionAsk,
} from '../../../core/agents/permission';
import type { AgentQuestion } from '../../../core/agents/question';
import type { AgentWords } from '../../../ports/agentWords';
import type { Clock } from '../../../ports/clock';
import type { Log } from '../../../ports/log';
import { say, type Said } from '../../../core/words/said';

/** Who asks. */
interface Asker {
  readonly key: string;
  readonly number: number;
  readonly agent: string;
}

/** `gone`: nobody waits for the answer any more. `why` says, for the run's output, how it came to be. */
export interface Answered {
  readonly decision: 'allow' | 'deny' | 'gone';
  readonly why: string;
}

interface Open {
  readonly question: AgentQuestion;
  readonly ask: PermissionAsk;
  readonly asker: Asker;
  readonly settle: (answered: Answered) => void;
}

export interface QuestionPorts {
  readonly words: AgentWords;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** How long (ms) a person has to answer. */
  readonly patienceMs: () => number;
  readonly onChange: () => void;
}

/** What agents at work ask people, and what was allowed for a story. A question ends with the run that asks it. */
export class AgentQuestions {
  readonly #open = new Map<string, Open>();

  constructor(private readonly ports: QuestionPorts) {}

  /** The one that waits longest, of a story; null where none does. */
  of(key: string): AgentQuestion | null {
    for (const { question, asker } of this.#open.values()) if (asker.key === key) return question;
    return null;
  }

  /** Resolves with what is to be done: by what was allowed before, by a person, or by the time that has passed. */
  ask(asker: Asker, ask: PermissionAsk, signal: AbortSignal): Promise<Answered> {
    if (isCovered(ask, this.#rules(asker.key)))
      return Promise.resolve({ decision: 'allow', why: 'You allowed that for this story.' });
    const { clock, newId, patienceMs, onChange } = this.ports;
    const ms = patienceMs();
    return new Promise((resolve) => {
      const id = newId();
      const timers: Disposable[] = [];
      const settle = (answered: Answered): void => {
        if (!this.#open.delete(id)) return;
        timers[0]?.dispose();
        signal.removeEventListener('abort', leave);
        this.#note(asker, ask, answered);
        resolve(answered);
        onChange();
      };
      const leave = (): void => settle({ decision: 'gone', why: 'It does not wait for an answer any more.' });
      this.#open.set(id, { question: this.#question(id, ask, ms), ask, asker, settle });
      timers.push(clock.after(ms, () => settle({ decision: 'deny', why: `Nobody answered within ${minutes(ms)}.` })));
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      else onChange();
    });
  }

  /** A sentence where it cannot be answered so, null where it was. What is allowed for the story settles what waits as well. */
  async answer(id: string, answer: PermissionAnswer): Promise<Said | null> {
    const open = this.#open.get(id);
    if (open === undefined) return say('This question is answered already, or its agent does not wait any more.');
    const { asker, ask } = open;
    if (answer !== 'story') {
      open.settle(answer === 'deny' ? { decision: 'deny', why: 'You denied it.' } : { decision: 'allow', why: 'You allowed it once.' }); // prettier-ignore
      return null;
    }
    const rule = ruleFor(ask);
    if (rule === null) return say('This can be allowed once alone: it reaches outside the worktree, or its agent does not say what it is.'); // prettier-ignore
    const at = new Date(this.ports.clock.now()).toISOString();
    await this.ports.words.add({ kind: 'rule', storyKey: asker.key, at, rule });
    const rules = this.#rules(asker.key);
    for (const one of [...this.#open.values()]) {
      if (one.asker.key !== asker.key || !isCovered(one.ask, rules)) continue;
      one.settle({ decision: 'allow', why: `You allowed ${describeRule(rule)} for this story.` });
    }
    return null;
  }

  #question(id: string, ask: PermissionAsk, ms: number): AgentQuestion {
    const askedAt = this.ports.clock.now();
    const rule = ruleFor(ask);
    return { id, text: describeAsk(ask), forStory: rule === null ? null : describeRule(rule), askedAt, deniedAt: askedAt + ms }; // prettier-ignore
  }

  #rules(key: string) {
    return this.ports.words.list().flatMap((one) => (one.kind === 'rule' && one.storyKey === key ? [one.rule] : []));
  }

  #note({ number, agent }: Asker, ask: PermissionAsk, { decision, why }: Answered): void {
    this.ports.log.info(`[agent:${number}:${agent}] asked to ${describeAsk(ask)}: ${decision}. ${why}`);
  }
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
