import type { PermissionAnswer, PermissionAsk } from '../../../core/agents/permission';
import type { MessageTime } from '../../../core/agents/takeOver';
import type { AgentQuestion } from '../../../core/agents/question';
import { messageOf } from '../../../base/messageOf';
import { isUnderWay } from '../../../core/story/stage';
import type { StoryRecord } from '../../../core/story/story';
import { AgentQuestions, type Answered, type QuestionPorts } from './agentQuestions';
import { refuse, say, tell, type Refusal, type Said, type Told } from '../../../core/words/said';
import { NO_STORY } from '../../../core/story/noStory';

/** How long a question waits for its answer where nothing is set. */
export const ASK_MINUTES = 10;

export type TalkOutcome = ({ kind: 'done' } & Told) | Refusal;

interface TalkPorts extends QuestionPorts {
  readonly story: (key: string) => StoryRecord | undefined;
  /** Until when the agent that works on the story, or would, reads nothing more: of a command line its run is its turn. */
  readonly readsAfter: (key: string) => 'turn' | 'run';
  /** Name of the agent at work on a story; null where none is. */
  readonly agentAt: (key: string) => string | null;
}

/** What people and the agents at work say to each other beside the work: questions with their answers, and messages. */
export class AgentTalks {
  readonly #questions: AgentQuestions;
  /** How to cut short the turn of an agent that is in the middle of one, by story. */
  readonly #interrupts = new Map<string, () => void>();

  constructor(private readonly ports: TalkPorts) {
    this.#questions = new AgentQuestions(ports);
  }

  questionOf(key: string): AgentQuestion | null {
    return this.#questions.of(key);
  }

  ask(story: StoryRecord, agent: string, ask: PermissionAsk, signal: AbortSignal): Promise<Answered> {
    return this.#questions.ask({ key: story.key, number: story.number, agent }, ask, signal);
  }

  async answer(key: string, question: string | null, answer: PermissionAnswer): Promise<TalkOutcome> {
    const number = this.ports.story(key)?.number ?? 0;
    const id = question ?? this.#questions.of(key)?.id;
    if (id === undefined) return refuse(say('No agent of #{0} asks anything now.', number));
    const refusal = await this.#questions.answer(id, answer);
    if (refusal !== null) return refuse(refusal);
    return { kind: 'done', ...tell(answer === 'deny' ? say('#{0}: denied.', number) : say('#{0}: allowed.', number)) };
  }

  /** Keeps what a person writes until the agent takes it. */
  async write(key: string, text: string, when: MessageTime): Promise<TalkOutcome> {
    const story = this.ports.story(key);
    if (story === undefined) return NO_STORY;
    const agent = this.ports.agentAt(key);
    if (agent === null && !mayHaveAgent(story)) {
      const message = say('No agent works on #{0} in {1}, so nobody would read it.', story.number, story.stage.name);
      return refuse(message);
    }
    if (text.trim() === '') return refuse(say('There is nothing in the message.'));
    await this.#keep(key, text.trim());
    const interrupt = this.#interrupts.get(key);
    if (when === 'now') interrupt?.();
    this.ports.onChange();
    const isNow = when === 'now' && interrupt !== undefined;
    return { kind: 'done', ...tell({ text: '#{0}: {1}.', values: [story.number, this.#whoReads(key, agent, isNow)] }) };
  }

  #whoReads(key: string, agent: string | null, isNow: boolean): Said {
    if (agent === null) return say('The next agent on it reads this');
    if (isNow) return say('{0} reads this now', agent);
    if (this.ports.readsAfter(key) === 'turn') return say('{0} reads this at the end of its turn', agent);
    return say('{0} reads this when its run has ended, and goes on with it', agent);
  }

  /** What waits for the story's agent, and goes on waiting until it is taken. */
  messages(key: string): readonly { readonly at: string; readonly text: string }[] {
    return this.ports.words.list().flatMap((one) => (one.kind === 'message' && one.storyKey === key ? [one] : []));
  }

  /** Each at a moment of its own: by that it is known which ones an agent was given. */
  #keep(key: string, text: string): Promise<void> {
    const moments = this.messages(key).map(({ at }) => Date.parse(at) + 1);
    const at = new Date(Math.max(this.ports.clock.now(), ...moments)).toISOString();
    return this.ports.words.add({ kind: 'message', storyKey: key, at, text });
  }

  /** What was written at these times is the agent's from then on. */
  async takeMessages(key: string, at: readonly string[]): Promise<void> {
    const taken = await this.ports.words.take(key, 'message', at).catch((error: unknown) => {
      this.ports.log.warn(`[talks] messages that were read stay in their file: ${messageOf(error)}`);
      return [];
    });
    if (taken.length > 0) this.ports.onChange();
  }

  duringTurn(key: string, interrupt: (() => void) | null): void {
    if (interrupt === null) this.#interrupts.delete(key);
    else this.#interrupts.set(key, interrupt);
  }

  /** What was allowed for a story that has landed, or is not among these, is allowed no more, and nobody reads its messages. */
  async forgetOthers(stories: readonly StoryRecord[]): Promise<void> {
    const kept = new Set(this.ports.words.list().map(({ storyKey }) => storyKey));
    if (kept.size === 0) return;
    for (const story of stories) if (isUnderWay(story)) kept.delete(story.key);
    for (const key of kept) {
      await this.ports.words.take(key, 'rule');
      await this.ports.words.take(key, 'message');
    }
  }
}

function mayHaveAgent({ stage }: StoryRecord): boolean {
  return stage.name === 'Coding' || stage.name === 'MergeFailure';
}
