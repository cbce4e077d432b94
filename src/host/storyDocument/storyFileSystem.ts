import * as vscode from 'vscode';
import { messageOf } from '../../base/messageOf';
import type { StoryText } from '../../engine/stories/storyTexts';
import type { Session } from '../../session/session';
import type { Repositories } from '../repositories';
import type { Agreement } from './agreement';
import { withLineEndsOf, withOneLineEnd } from './agreement';
import type { Agreements } from './agreements';
import { storyAt } from './storyUri';
import { wordsOf } from '../say/inWords';

/**
 * A moment (ms since 1970) that no stamp comes near. VS Code refuses to save over a file whose time has risen, and reads a
 * file again only where its time or size is another. So the time of a story falls with each change of it.
 */
const FAR = Date.UTC(2200, 0);

/** Stories as files of VS Code. What is saved is the difference to the text that the editor and the store agreed on last. */
export class StoryFileSystem implements vscode.FileSystemProvider {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(
    private readonly repositories: Repositories,
    private readonly agreements: Agreements,
  ) {}

  /** VS Code is to read a story's file again. */
  announce(uri: vscode.Uri): void {
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (uri.path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { story, text } = await this.load(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: FAR - story.stamp,
      size: Buffer.byteLength(text),
      ...(story.readOnly !== null && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { text, agreement, story } = await this.load(uri);
    agreement.wasReadOnly = story.readOnly !== null;
    agreement.know(text, await agreedText(agreement, text));
    return Buffer.from(text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { agreement, story, text: shown } = await this.load(uri);
    const text = Buffer.from(content).toString('utf8');
    const base = agreement.baseOf(text) ?? withOneLineEnd(shown);
    const session = await this.#session(uri);
    const outcome = await session.editStory(story.key, { base: withLineEndsOf(text, base), text });
    if (outcome.kind === 'refused') throw vscode.FileSystemError.NoPermissions(wordsOf(outcome));
    const { frontOf, hasError, mergeStoryFiles } = await import('../../core/story/storyEdit');
    const { front } = frontOf(withOneLineEnd(text));
    agreement.draft = hasError(outcome.problems) ? front : null;
    agreement.said = { front, problems: outcome.problems };
    const agreed = withOneLineEnd(await agreedText({ base, draft: agreement.draft }, text));
    agreement.know(text, agreed);
    // What others wrote may have entered the editor since VS Code took what it gives here.
    const came = agreement.base ?? base;
    agreement.wrote(text, came === base ? agreed : mergeStoryFiles(base, agreed, came).text);
    await this.agreements.keep(agreement);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): never {
    throw notHere();
  }

  delete(): never {
    throw notHere();
  }

  rename(): never {
    throw notHere();
  }

  /** A story as it is now, and its file as it is shown. Throws what VS Code tells a person. */
  async load(uri: vscode.Uri): Promise<{ agreement: Agreement; story: StoryText; text: string }> {
    const number = storyAt(uri)?.number ?? null;
    if (number === null) throw vscode.FileSystemError.FileNotFound(uri);
    const agreement = this.agreements.of(uri);
    const session = await this.#session(uri);
    const outcome = await session.storyText(number, agreement.story?.stamp ?? null).catch((error: unknown) => {
      throw vscode.FileSystemError.Unavailable(messageOf(error));
    });
    if (outcome.kind === 'missing') throw vscode.FileSystemError.FileNotFound(wordsOf(outcome));
    if (outcome.kind === 'found') agreement.story = outcome.story;
    const { story } = agreement;
    if (story === null) throw vscode.FileSystemError.Unavailable(uri);
    agreement.key ??= story.key;
    if (agreement.key !== story.key) {
      const words = vscode.l10n.t(
        'This is #{0} of another repository. Close it, then open the one of this repository.',
        number,
      );
      throw vscode.FileSystemError.Unavailable(words);
    }
    return { agreement, story, text: await shownText(story, agreement.draft) };
  }

  /** A window that opens with a story in it waits until there is a session. */
  async #session(uri: vscode.Uri): Promise<Session> {
    const { repositories } = this;
    const session = (): Session | null => repositories.at(uri)?.session() ?? null;
    while (session() === null && (repositories.at(uri)?.state ?? repositories.state) === 'starting') {
      await new Promise<void>((resolve) => {
        const once = repositories.onDidChange(() => {
          once.dispose();
          resolve();
        });
      });
    }
    const found = session();
    if (found !== null) return found;
    const untrusted = vscode.l10n.t('Stories can be opened once this workspace is trusted.');
    const other = vscode.l10n.t('Stories can be opened once Switchyard runs in this window.');
    throw vscode.FileSystemError.Unavailable(repositories.state === 'untrusted' ? untrusted : other);
  }
}

async function shownText(story: StoryText, draft: string | null): Promise<string> {
  if (draft === null) return story.text;
  const { withFront } = await import('../../core/story/storyEdit');
  return withFront(story.text, draft);
}

/** What editor and store agree on where the editor shows `text`: of a front matter that is wrong, the one before it. */
async function agreedText({ base, draft }: Pick<Agreement, 'base' | 'draft'>, text: string): Promise<string> {
  if (draft === null || base === null) return text;
  const { frontOf, withFront } = await import('../../core/story/storyEdit');
  return withFront(withOneLineEnd(text), frontOf(base).front);
}

function notHere(): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(
    vscode.l10n.t('Stories are made, renamed and removed by the commands of Switchyard.'),
  );
}
