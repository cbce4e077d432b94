import type { Description } from '../../core/story/describeStory';
import type { StoryEdit } from '../../core/story/storyEdit';
import { refuse, say, type Said } from '../../core/words/said';
import { namesOf, type Commands } from '../../gates/readCommands';
import type { EarlierText } from '../../ports/store';
import type { EngineParts } from '../engineParts';
import type { EnginePorts } from '../ports';
import type { ChangeOutcome } from './storyBook';
import type { EditOutcome, StoryTextOutcome } from './storyTexts';

/** What a person says of a story: its fields, its text, and what that was before. */
export class StoryWriting {
  constructor(
    private readonly ports: Pick<EnginePorts, 'store' | 'content'>,
    private readonly parts: Pick<EngineParts, 'book' | 'refuseHeld'>,
    /** As of the last round; null before the first. */
    private readonly commands: () => Commands | null,
  ) {}

  /** Says anew what a story is, whatever its stage. */
  async describe(key: string, wanted: Description): Promise<ChangeOutcome> {
    const why = this.#whyNotBy(key, wanted);
    if (why !== null) return refuse(why);
    return this.parts.refuseHeld(key) ?? this.parts.book.describe(key, wanted, 'person');
  }

  #whyNotBy(key: string, { agent, role = 'coder' }: Description): Said | null {
    const race = this.ports.store.get(key)?.race;
    if (agent !== undefined && race !== undefined) return say('It races, so its agent stays as it is.');
    if (agent == null || namesOf(this.commands())[role].includes(agent)) return null;
    return say('No agent that does this is named {0}.', agent);
  }

  /** The file of a story, by its number; see `StoryTexts.text`. */
  text(number: number, known: number | null): Promise<StoryTextOutcome> {
    return this.parts.book.edits.text(number, known);
  }

  /** Brings what a person changed in a story's file into what is stored now. */
  async edit(key: string, edit: StoryEdit): Promise<EditOutcome> {
    return this.parts.refuseHeld(key) ?? this.parts.book.edits.edit(key, edit, 'person');
  }

  /** What a story's text was before, the newest first. */
  earlier(key: string): Promise<readonly EarlierText[]> {
    return this.ports.content.earlierBodies(key);
  }

  async restore(key: string, id: string): Promise<EditOutcome> {
    const found = (await this.earlier(key)).find((one) => one.id === id);
    if (found === undefined) return refuse(say('This earlier text is not kept any more.'));
    return this.parts.book.edits.restoreBody(key, found, 'person');
  }
}
