import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { translate } from '../say/translate';
import { newStoryBody, type QuotedContext } from '../../core/story/newStoryBody';
import { readTitle } from '../../core/story/story';
import { stageWord } from '../../core/story/stageWords';
import { STORY_TYPES, type StoryType } from '../../core/story/stageNames';
import { fail, mention, warn } from '../say/notify';
import { askStep, pickStep } from '../say/steps';
import { bodyStart, showStory } from '../storyDocument/showStory';
import { saidOf, type CommandContext } from './context';
import { wordsOf } from '../say/inWords';

const TYPE_WORDS: Readonly<Record<StoryType, () => { icon: string; description: string }>> = {
  story: () => ({ icon: 'book', description: vscode.l10n.t('something new for a user') }),
  bug: () => ({ icon: 'bug', description: vscode.l10n.t('something that is wrong') }),
  spike: () => ({ icon: 'telescope', description: vscode.l10n.t('something to find out') }),
  refactor: () => ({ icon: 'tools', description: vscode.l10n.t('better code, same behaviour') }),
};

/** What a new story begins with, and whether it is started at once. */
export interface NewStoryWish {
  readonly title?: string;
  readonly context: QuotedContext | null;
  readonly then: 'open' | 'open and start';
  /** The story on whose reviewed commit it is to begin. */
  readonly childOf?: Pick<Card, 'key' | 'number'>;
}

interface Answers {
  readonly title: string;
  readonly type: StoryType;
  readonly then: NewStoryWish['then'];
}

/** New Story asks for title and type, makes the story and opens it as a document. */
export class NewStories {
  /** A title that was typed and given up: the next New Story begins with it. */
  #draft = '';

  async make(context: CommandContext, wish: NewStoryWish): Promise<void> {
    const session = context.host.session();
    if (session === null) {
      void warn(vscode.l10n.t('Stories can be made once Switchyard runs in this window.'));
      return;
    }
    const answers = await this.#ask(context, wish);
    if (answers === null) return;
    const { title, type, then } = answers;
    const wanted = {
      title,
      type,
      body: newStoryBody(wish.context, translate),
      ...(wish.childOf && { childOf: wish.childOf.key }),
    };
    // Until it is made: what is refused or fails on a full disk is not to be typed again.
    this.#draft = title;
    const outcome = await session.createStory(wanted);
    if (outcome.kind === 'refused') {
      void fail(wordsOf(outcome));
      return;
    }
    this.#draft = '';
    const { key, number } = outcome.story;
    if (then === 'open') mention(vscode.l10n.t('#{0} is in the backlog.', number));
    const started = then === 'open and start' ? session.perform(key, { event: 'Start' }) : null;
    await showStory(context, number, { select: bodyStart });
    const start = await started;
    if (start?.kind === 'refused') void warn(wordsOf(start));
    else if (start !== null) mention(vscode.l10n.t('#{0} is in {1}.', number, stageWord(start.story.stage.name)));
    await session.settle();
    await context.view.show(key);
  }

  /** Null when the person closed it; what they typed is kept. */
  async #ask(context: CommandContext, { title: given, then, childOf }: NewStoryWish): Promise<Answers | null> {
    let title = given ?? this.#draft;
    for (;;) {
      const words = childOf === undefined ? TITLES[then]() : vscode.l10n.t('New Child of #{0}', childOf.number);
      const heading = saidOf(context, words);
      const named = await askTitle(title, heading);
      if (named.kind !== 'next') {
        if (named.kind === 'closed' && given === undefined) this.#draft = named.typed;
        return null;
      }
      title = named.value;
      const typed = await askType(then, heading);
      if (typed.kind === 'back') continue;
      if (typed.kind === 'closed') {
        this.#draft = title;
        return null;
      }
      const { chosen, by } = typed.value;
      return { title, type: chosen, then: by === 'other' ? 'open and start' : then };
    }
  }
}

const TITLES: Readonly<Record<NewStoryWish['then'], () => string>> = {
  open: () => vscode.l10n.t('New Story'),
  'open and start': () => vscode.l10n.t('Write and Start a Story'),
};

function askTitle(value: string, title: string): ReturnType<typeof askStep> {
  return askStep({
    title,
    step: 1,
    steps: 2,
    placeHolder: vscode.l10n.t('What should be different when it is done'),
    value,
    problem: (text) => {
      const read = readTitle(text);
      return read.kind === 'refused' ? wordsOf(read) : null;
    },
  });
}

function askType(then: NewStoryWish['then'], title: string): ReturnType<typeof pickStep<StoryType>> {
  const start = { icon: 'play', label: vscode.l10n.t('Create and Start') };
  return pickStep(
    {
      title,
      step: 2,
      steps: 2,
      placeHolder: vscode.l10n.t('What kind of story is it'),
      other: then === 'open' ? start : null,
    },
    STORY_TYPES.map((one) => ({ label: vscode.l10n.t(one), ...TYPE_WORDS[one](), value: one })),
  );
}
