import { OUTPUT_LIMIT, type AgentTools, type OutputName, type ToolAnswer } from '../../../core/agents/agentTools';
import type { BoardModel } from '../../../core/board/boardModel';
import { statusText } from '../../../core/board/statusText';
import type { TargetFacts } from '../../../core/pipeline/facts';
import {
  agentOutputId,
  bodyId,
  criteriaOutputId,
  gateOutputId,
  landedOutputId,
  qaOutputId,
  setUpOutputId,
} from '../../../core/story/contentIds';
import { readCriteria } from '../../../core/story/criteria';
import { shortRef } from '../../../core/story/names';
import type { StoryRecord } from '../../../core/story/story';
import { describePlaceProblem } from '../../../core/story/workPlace';
import { count, namesOf } from '../../../core/words/durations';
import { plainLine, visible } from '../../../core/words/plainText';
import type { AgentAtWork } from '../../../ports/agentAccess';
import type { Clock } from '../../../ports/clock';
import type { GitPort } from '../../../ports/git';
import type { ContentStore, StoryStore } from '../../../ports/store';
import { lookAt, mergeEvidence } from '../../look';
import type { StoryBook } from '../../stories/storyBook';

interface DeskPorts {
  readonly git: Pick<GitPort, 'tip' | 'commitsAhead' | 'storyPlace' | 'underWay' | 'localChanges'>;
  readonly store: Pick<StoryStore, 'get'>;
  readonly content: Pick<ContentStore, 'read'>;
  readonly clock: Clock;
  readonly book: Pick<StoryBook, 'create' | 'edits' | 'apply'>;
  readonly target: () => Promise<TargetFacts>;
  readonly board: () => BoardModel | null;
  /** Why nothing of the story is changed before a person has looked at it; null where nothing stands against it. */
  readonly held: (key: string) => { readonly message: string } | null;
}

/** Most stories that one run may put into the backlog: a person has to read them. */
const FOLLOWUPS = 20;
/** Longest story text that is handed out at once, in characters. */
const BODY_SHOWN = 60_000;

const OUTPUT_IDS: Readonly<Record<OutputName, (key: string) => string>> = {
  agent: agentOutputId,
  gates: qaOutputId,
  merge: gateOutputId,
  landed: landedOutputId,
  setUp: setUpOutputId,
  criteria: criteriaOutputId,
};

/**
 * Does what agents ask for, each for the one story of its run.
 *
 * Invariant: nothing here decides whether work is good, lands it, or changes what is executed: what an agent says is text,
 * and its word that it is done leads to the gates and no further.
 */
export class AgentDesk {
  constructor(private readonly ports: DeskPorts) {}

  toolsFor(run: AgentAtWork): AgentTools {
    let followups = 0;
    const { key } = run.story;
    return {
      story_get: () => this.#withStory(key, (story) => this.#storyText(story)),
      criteria_tick: ({ criterion, done = true }) =>
        this.#changing(run, async () => {
          const edited = await this.ports.book.edits.tickCriterion(key, { index: criterion - 1, done }, byAgent(run));
          if (edited.kind === 'refused') return refused(edited.message);
          return did(`Criterion ${criterion} is ${done ? 'ticked' : 'open again'}.`);
        }),
      progress: async ({ text }) => {
        run.say(`\n${plainLine(text)}\n`);
        return Promise.resolve(did('It is shown.'));
      },
      block: ({ reason, question }) => this.#changing(run, (story) => this.#block(run, story, reason, question)),
      followup_create: async ({ title, body = '', type = 'story' }) => {
        if (followups >= FOLLOWUPS) {
          return refused(`This run has created ${FOLLOWUPS} stories already. Say the rest in the text of one of them.`);
        }
        const from = `${run.agent} wrote this while it worked on #${run.story.number}.`;
        const text = body.trim() === '' ? `${from}\n` : `${body.trimEnd()}\n\n${from}\n`;
        const made = await this.ports.book.create({ title, type, body: text, labels: ['follow-up'] }, byAgent(run));
        if (made.kind === 'refused') return refused(made.message);
        followups += 1;
        return did(`It is #${made.story.number}, in the backlog. A person decides whether it is started.`);
      },
      status_text: () => Promise.resolve(this.#status()),
      feedback_get: () => this.#withStory(key, (story) => this.#feedback(story)),
      output_get: ({ of, characters = OUTPUT_LIMIT }) => this.#withStory(key, () => this.#output(key, of, characters)),
      merge_request: () => this.#changing(run, (story) => this.#requestMerge(run, story)),
      review_verdict: async ({ word, ...said }) => {
        // Code that it runs finds its token, and not so easily what it was told.
        if (run.verdict !== undefined && word !== run.word)
          return refused('Say the word that your prompt names for this tool with it.');
        return (await run.verdict?.(said)) ?? refused('You work on this story, and whoever does that does not review it.'); // prettier-ignore
      },
    };
  }

  async #withStory(key: string, answer: (story: StoryRecord) => Promise<ToolAnswer>): Promise<ToolAnswer> {
    const story = this.ports.store.get(key);
    return story === undefined ? refused('Your story is gone: a person deleted it. End your turn.') : answer(story);
  }

  /** Only who codes changes its story, and only while it does. */
  #changing(run: AgentAtWork, change: (story: StoryRecord) => Promise<ToolAnswer>): Promise<ToolAnswer> {
    return this.#withStory(run.story.key, async (story) => {
      const held = this.ports.held(story.key);
      if (held !== null) return refused(held.message);
      if (story.stage.name === 'Coding') return change(story);
      return refused(
        `#${story.number} is in ${story.stage.name}, where nothing of it is changed by an agent. Do what your prompt asks, commit it and end your turn.`,
      );
    });
  }

  async #storyText(story: StoryRecord): Promise<ToolAnswer> {
    const body = (await this.ports.content.read(bodyId(story.key))) ?? '';
    const target = await this.ports.target();
    const criteria = readCriteria(body).map(({ text, done, command }, index) => ({
      criterion: index + 1,
      text,
      done,
      ...(command !== undefined && { checkedBySwitchyard: true }),
    }));
    return did(
      inData({
        number: story.number,
        title: story.title,
        type: story.type,
        stage: story.stage.name,
        branch: story.branch === null ? null : shortRef(story.branch),
        target: target.kind === 'found' ? shortRef(target.ref) : null,
        criteria,
        text: body.length <= BODY_SHOWN ? body : `${body.slice(0, BODY_SHOWN)}\n[The rest is left out.]`,
      }),
    );
  }

  async #block(
    run: AgentAtWork,
    story: StoryRecord,
    reason: string,
    question: string | undefined,
  ): Promise<ToolAnswer> {
    const look = await lookAt(this.ports.git, story, await this.ports.target());
    const asks = question === undefined ? '' : ` It asks: ${oneLine(question)}`;
    const said = `${run.agent} cannot go on: ${oneLine(reason)}${asks}`;
    const event = { name: 'Block', reason: said, fix: 'showOutput', outputId: agentOutputId(story.key), look } as const;
    const blocked = await this.ports.book.apply(story.key, event, byAgent(run), ({ stage }) => stage.name === 'Coding');
    if (blocked.kind === 'refused') return refused(blocked.message);
    return did(`#${story.number} waits for a person now. Your run ends with this; what you committed stays.`);
  }

  #status(): ToolAnswer {
    const board = this.ports.board();
    return board === null
      ? refused('The board has not been read yet. Ask again in a moment.')
      : did(statusText(board, this.ports.clock.now()));
  }

  async #feedback({ stage }: StoryRecord): Promise<ToolAnswer> {
    if (stage.name === 'MergeFailure') {
      return did(inData({ cause: 'merge', said: stage.detail, files: stage.files, output: await this.#endOf(stage.outputId) })); // prettier-ignore
    }
    const feedback = stage.name === 'Coding' ? stage.feedback : null;
    if (feedback === null) return did('Nothing was said of it so far: it has not come back.');
    const { kind: cause, summary: said, files, outputId } = feedback;
    // What a person said is given from its beginning; a runner names what failed at its end.
    const text = outputId === null ? null : await this.ports.content.read(outputId);
    const output = cause === 'review' ? (text?.slice(0, BODY_SHOWN) ?? null) : (text?.slice(-OUTPUT_LIMIT) ?? null);
    return did(inData({ cause, said, files, output }));
  }

  async #output(key: string, of: OutputName, characters: number): Promise<ToolAnswer> {
    const text = await this.ports.content.read(OUTPUT_IDS[of](key));
    if (text === null || text === '') return did(`There is no output of ${of} yet.`);
    return did(inData({ of, end: text.slice(-characters) }));
  }

  async #endOf(outputId: string | null): Promise<string | null> {
    return outputId === null ? null : ((await this.ports.content.read(outputId))?.slice(-OUTPUT_LIMIT) ?? null);
  }

  /** The run goes on to its end and is judged there: what it did beside its story is looked at before any gate runs. */
  async #requestMerge(run: AgentAtWork, story: StoryRecord): Promise<ToolAnswer> {
    const { branch } = story;
    const inTheWay = branch === null ? null : await this.#inTheWay(story.number, branch);
    if (inTheWay !== null) return refused(inTheWay);
    const evidence = await mergeEvidence(this.ports.git, story, await this.ports.target());
    if (evidence.kind === 'refused') return refused(evidence.message);
    return run.finished(evidence.tip);
  }

  /** Why what is committed on the branch is not all of the work; null where it is. */
  async #inTheWay(number: number, branch: string): Promise<string | null> {
    const { git } = this.ports;
    const place = await git.storyPlace(branch);
    if (place.kind !== 'there') return describePlaceProblem({ number, branch }, place);
    if (place.branch !== branch) {
      return `Another branch is checked out. Only what is committed on ${shortRef(branch)} counts: go back to it.`;
    }
    const busy = await git.underWay(place.path);
    if (busy !== null) return busy;
    const changes = await git.localChanges(place.path);
    if (changes.length === 0) return null;
    const files = namesOf(changes.map((change) => change.path));
    const [are, them] = changes.length === 1 ? ['is', 'it'] : ['are', 'them'];
    return `There ${are} ${count(changes.length, 'uncommitted file')}: ${files}. Commit or remove ${them}, then ask again.`;
  }
}

function byAgent({ agent }: AgentAtWork): string {
  return `agent ${agent}`;
}

function did(text: string): ToolAnswer {
  return { kind: 'done', text };
}

function refused(text: string): ToolAnswer {
  return { kind: 'refused', text };
}

/** What people and programs wrote is handed on as data: nothing in a text of JSON can look like the end of it. */
function inData(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** An agent's own words in a sentence of ours. */
function oneLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ').trim());
}
