import type { SerialQueue } from '../../base/serialQueue';
import { bodyId } from '../../core/story/contentIds';
import { countCriteria, markCriteria, tickCriterion, type CriterionCheck } from '../../core/story/criteria';
import type { Oid } from '../../core/story/stage';
import { whyNoBody, type StoryRecord } from '../../core/story/story';
import type { StoryEdit } from '../../core/story/storyEdit';
import type { StoryFileProblem } from '../../core/story/storyFile';
import type { Log } from '../../ports/log';
import type { ContentStore, EarlierText, StoryStore } from '../../ports/store';
import type { BookEntries } from './bookEntries';
import type { KnownDependencies } from './knownDependencies';
import { StoryTexts, whyReadOnly, type EditOutcome, type StoryTextOutcome } from './storyTexts';
import { refuse, say, inEnglish, type Said } from '../../core/words/said';

interface StoryEditsPorts {
  readonly store: StoryStore;
  readonly content: Pick<ContentStore, 'read'>;
  readonly dependencies: KnownDependencies;
  readonly log: Log;
  /** Record and body change one after the other: whoever reads or writes waits for both. */
  readonly turns: SerialQueue;
  readonly entries: BookEntries;
}

interface Rewritten {
  readonly story: StoryRecord;
  /** What became of its fields, for the history. */
  readonly said: string;
  readonly body: string;
  readonly problems: readonly StoryFileProblem[];
}

/** Changes of what stories say: people, agents and gates write into the same texts. */
export class StoryEdits {
  readonly #texts: StoryTexts;

  constructor(private readonly ports: StoryEditsPorts) {
    this.#texts = new StoryTexts(ports);
  }

  /** The file of a story, by its number. `known`: the stamp of what the asker has already, null for nothing. */
  text(number: number, known: number | null): Promise<StoryTextOutcome> {
    return this.ports.turns.run(() => this.#texts.of(number, known));
  }

  /**
   * Brings what somebody changed in a story's file into what is stored now. Fields that make no sense are problems with
   * their line, and then no field is changed; the body is saved all the same.
   */
  edit(key: string, edit: StoryEdit, by: string): Promise<EditOutcome> {
    return this.#change(key, async (story) => {
      const { body, fields, keys, problems, lineOf } = await this.#texts.edited(story, edit);
      const tooLong = whyNoBody(story.number, body);
      if (tooLong !== null) return refuse(tooLong);
      const described = await this.ports.dependencies.describe(story, { ...fields, dependsOn: keys });
      if (described.kind === 'described') return this.#rewrite(story, { ...described, body, problems }, by);
      const { field, message } = described;
      const all = [...problems, { line: lineOf(field), severity: 'error', message } as const];
      return this.#rewrite(story, { story, said: '', body, problems: all }, by);
    });
  }

  /** Puts an earlier text of a story in the place of the present one, which then is an earlier one itself. */
  restoreBody(key: string, { savedAt, text }: EarlierText, by: string): Promise<EditOutcome> {
    return this.#change(key, (story) => {
      const said = `the text of ${savedAt} restored`;
      return this.#rewrite(story, { story, said, body: text, problems: [] }, by);
    });
  }

  /** Writes into a story's text what came of its criteria's commands on a commit. What others write meanwhile stays. */
  markCriteria(
    key: string,
    { commit, verdicts }: { commit: Oid; verdicts: ReadonlyMap<string, CriterionCheck['verdict']> },
    by: string,
  ): Promise<EditOutcome> {
    return this.#change(key, async (story) => {
      const body = markCriteria(await this.#body(key), commit, verdicts);
      const passed = [...verdicts.values()].filter((one) => one === 'passed').length;
      const said = `criteria checked on ${commit.slice(0, 8)}: ${passed} passed, ${verdicts.size - passed} failed`;
      return this.#rewrite(story, { story, said, body, problems: [] }, by);
    });
  }

  /** Ticks a criterion of a story, or takes the tick away; `index` counts from 0. What others write meanwhile stays. */
  tickCriterion(key: string, { index, done }: { index: number; done: boolean }, by: string): Promise<EditOutcome> {
    return this.#change(key, async (story) => {
      const ticked = tickCriterion(await this.#body(key), index, done);
      if (ticked.kind === 'refused') return ticked;
      const said = `criterion ${index + 1} ${done ? 'ticked' : 'open again'}`;
      return this.#rewrite(story, { story, said, body: ticked.body, problems: [] }, by);
    });
  }

  /** `act` has its turn, on a story whose text may be changed. */
  #change(key: string, act: (story: StoryRecord) => Promise<EditOutcome>): Promise<EditOutcome> {
    return this.ports.turns.run(async () => {
      const story = this.ports.store.get(key);
      if (story === undefined) return refuse(this.#whyGone(key));
      const readOnly = whyReadOnly(story);
      return readOnly === null ? act(story) : refuse(readOnly);
    });
  }

  async #rewrite(before: StoryRecord, { story, said, body, problems }: Rewritten, by: string): Promise<EditOutcome> {
    const { store, entries } = this.ports;
    const isSameBody = body === (await this.#body(story.key));
    if (isSameBody && said === '') return { kind: 'edited', story: before, problems };
    const evidence = [isSameBody ? '' : 'body', said].filter((one) => one !== '').join('; ');
    const record = { ...story, criteria: countCriteria(body), updatedAt: entries.after(before) };
    const written = await store.rewrite(record, body, entries.within(before, by, 'Edited', evidence));
    return written.kind === 'refused' ? written : { kind: 'edited', story: written.story, problems };
  }

  async #body(key: string): Promise<string> {
    return (await this.ports.content.read(bodyId(key))) ?? '';
  }

  #whyGone(key: string): Said {
    const grave = this.ports.store.tombstone(key);
    if (grave === undefined) return say('This story no longer exists.');
    const message = say('#{0} was deleted, so nothing was written to it. Restore it to change it.', grave.number);
    this.ports.log.warn(`[story] refused: ${inEnglish([message])}`);
    return message;
  }
}
