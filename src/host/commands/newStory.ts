import { STORY_TYPES, type StoryType } from '../../core/story/stageNames';
import * as vscode from 'vscode';
import { readTitle } from '../../core/story/story';
import type { CommandContext } from './context';
import { fail, mention, warn } from '../say/notify';
import { askLine, pickOne } from '../say/pick';

const TYPE_WORDS: Readonly<Record<StoryType, { icon: string; description: string }>> = {
  story: { icon: 'book', description: 'something new for a user' },
  bug: { icon: 'bug', description: 'something that is wrong' },
  spike: { icon: 'telescope', description: 'something to find out' },
  refactor: { icon: 'tools', description: 'better code, same behaviour' },
};

/** Asks for a title and a type, and makes the story. Text selected in the editor becomes its body. */
export async function newStory(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) {
    void warn(vscode.l10n.t('Stories can be made once Switchyard runs in this window.'));
    return;
  }
  const title = await askForTitle();
  if (title === undefined) return;
  const type = await pickOne(
    STORY_TYPES.map((one) => ({ label: one, ...TYPE_WORDS[one], value: one })),
    { title: vscode.l10n.t('New Story (2/3): Type'), stays: true },
  );
  if (type === undefined) return;
  const body = selectedText() || (await askForBody());
  if (body === undefined) return;
  const outcome = await session.createStory({ title, type, body });
  if (outcome.kind === 'refused') {
    void fail(outcome.message);
    return;
  }
  mention(vscode.l10n.t('#{0} is in the backlog.', outcome.story.number));
  await session.settle();
  await context.view.show(outcome.story.key);
}

/** An input box that opens empty must not begin with a reproach, so an empty title is asked for again instead. */
async function askForTitle(): Promise<string | undefined> {
  for (let prompt: string | undefined; ;) {
    const title = await askLine({
      title: vscode.l10n.t('New Story (1/3): Title'),
      placeHolder: vscode.l10n.t('What should be different when it is done'),
      ...(prompt !== undefined && { prompt }),
      validateInput: (text) => {
        const read = readTitle(text);
        return read.kind === 'refused' && text !== '' ? read.message : null;
      },
    });
    if (title !== '') return title;
    const refused = readTitle(title);
    prompt = refused.kind === 'refused' ? refused.message : '';
  }
}

/** One line is enough for most; a longer text is written in an editor and selected. */
function askForBody(): Thenable<string | undefined> {
  return askLine({
    title: vscode.l10n.t('New Story (3/3): Details'),
    placeHolder: vscode.l10n.t('Optional. Select a text in an editor first to use that instead'),
  });
}

function selectedText(): string {
  const editor = vscode.window.activeTextEditor;
  return editor === undefined ? '' : editor.document.getText(editor.selection);
}
