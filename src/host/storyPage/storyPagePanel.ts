import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { LookOnce } from '../../base/lookOnce';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import type { Card } from '../../core/board/card';
import { tickCriterion, readCriteria } from '../../core/story/criteria';
import { visible } from '../../core/words/plainText';
import { MessageHandler } from '../../protocol/messageHandler';
import {
  storyPageHostSide,
  storyPageSide,
  type StoryPageHostSide,
  type StoryPageSide,
} from '../../protocol/storyPageMessages';
import { coalesce } from '../board/coalesce';
import { fillPage } from '../board/fillPage';
import { inRepository, type CommandContext } from '../commands/context';
import { storyWith } from '../storyIn';
import { act } from '../commands/storyActions';
import { guarded } from '../commands/showBug';
import { mention, warn } from '../say/notify';
import { pageTransport } from '../say/pageTransport';
import { showStory } from '../storyDocument/showStory';
import { readStoryPage } from './readStoryPage';
import { wordsOf } from '../say/inWords';

const VIEW_TYPE = 'switchyard.story';

/** What a page keeps of itself over a reload. */
const savedSchema = z.object({ key: z.string(), number: z.int() });
type ShownStory = z.output<typeof savedSchema>;

/** Between two renewals of a page (ms). */
const INTERVAL_MS = 500;

/** Longest line of the log that a page can cause, in UTF-16 code units. */
const PROBLEM_LIMIT = 500;

/** The pages of stories, one for each; they come back after a reload of the window. */
export class StoryPages implements vscode.Disposable {
  readonly #open = new Map<string, OpenPage>();
  readonly #registration: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly context: CommandContext,
  ) {
    this.#registration = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: (panel, state) => {
        const kept = savedSchema.safeParse(state);
        if (kept.success) this.#take(kept.data, panel);
        else panel.dispose();
        return Promise.resolve();
      },
    });
  }

  show({ key, number, title }: Pick<Card, 'key' | 'number' | 'title'>): void {
    const open = this.#open.get(key);
    if (open !== undefined) return open.panel.reveal();
    const words = `#${number} ${visible(title)}`;
    this.#take({ key, number }, vscode.window.createWebviewPanel(VIEW_TYPE, words, vscode.ViewColumn.Active));
  }

  dispose(): void {
    this.#registration.dispose();
    for (const { panel } of this.#open.values()) panel.dispose();
  }

  #take(story: ShownStory, panel: vscode.WebviewPanel): void {
    this.#open.get(story.key)?.panel.dispose();
    const page = new OpenPage(story, panel, this.extensionUri, this.context);
    this.#open.set(story.key, page);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#open.get(story.key) === page) this.#open.delete(story.key);
    });
  }
}

/** One page, and the talk with it. It is not trusted: what it asks for is judged by the story as it is then. */
class OpenPage implements vscode.Disposable {
  readonly #page: MessageHandler<StoryPageHostSide, StoryPageSide>;
  readonly #subscription: vscode.Disposable;
  /** What the page shows; null until it says that it is ready, for it draws nothing before it has its strings. */
  #sent: string | null = null;
  /** One at a time: an answer that comes late would stand in the place of a newer one. */
  readonly #renewals = new LookOnce(() => this.#renew());

  constructor(
    private readonly story: ShownStory,
    readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly context: CommandContext,
  ) {
    const { repositories, log } = context;
    this.#page = new MessageHandler({
      here: storyPageHostSide,
      there: storyPageSide,
      answers: { requests: {}, notifications: this.#answers() },
      transport: pageTransport(panel),
      onProblem: (problem) => log.warn(`[story page] ${visible(problem).slice(0, PROBLEM_LIMIT)}`),
    });
    const soon = coalesce(
      () => void this.#renewals.ask(),
      () => INTERVAL_MS,
      (ms, callback) => systemClock.after(ms, callback),
    );
    this.#subscription = vscode.Disposable.from(
      soon,
      repositories.onDidChange(() => soon.changed()),
      repositories.onDidWrite(() => soon.changed()),
      panel.onDidChangeViewState(() => {
        // A page that is hidden is gone, and says that it is ready when it is back.
        if (!panel.visible) this.#sent = null;
      }),
      { dispose: () => this.#page.dispose() },
    );
    fillPage(panel, extensionUri, { name: 'storyPage', title: `#${story.number}` });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #answers(): ConstructorParameters<
    typeof MessageHandler<StoryPageHostSide, StoryPageSide>
  >[0]['answers']['notifications'] {
    const { context } = this;
    const guard = (what: string, run: () => Promise<void>): void => void guarded(context, what, run);
    return {
      ready: () => {
        this.#sent = '';
        this.#page.notify('strings', { strings: vscode.l10n.bundle ?? {} });
        void this.#renewals.ask();
      },
      action: ({ action }) =>
        guard(action, async () => {
          const found = storyWith(context, this.story.key);
          if (found === null || !found.card.actions.includes(action)) return;
          const said = await act(inRepository(context, found.host), found.card, action);
          if (said !== null) mention(said);
        }),
      tick: (wanted) => guard('tick', () => this.#tick(wanted)),
      openRun: ({ run }) =>
        guard('openTranscript', async () => {
          const card = storyWith(context, this.story.key)?.card;
          if (card !== undefined) await context.transcripts.open(this.#there(), card, run);
        }),
      edit: () => guard('edit', () => showStory(this.#there(), this.story.number)),
      openStory: ({ number }) =>
        void vscode.commands.executeCommand('switchyard.showStoryPage', number, this.story.key),
      problem: ({ text }) => context.log.warn(`[story page] ${visible(text).slice(0, PROBLEM_LIMIT)}`),
    };
  }

  /** What is used for the story: of its repository, once that is known. */
  #there(): CommandContext {
    const host = this.context.repositories.holding(this.story.key);
    return host === null ? this.context : inRepository(this.context, host);
  }

  /** The tick is an edit of the story's text like any other; one that another has made meanwhile stays. */
  async #tick({ index, words, done }: { index: number; words: string; done: boolean }): Promise<void> {
    const session = this.#there().host.session();
    const outcome = await session?.storyText(this.story.number, null);
    if (session == null || outcome?.kind !== 'found') return;
    const { key, text } = outcome.story;
    // The page shows words with what cannot be seen made visible.
    const said = readCriteria(text)[index]?.text ?? '';
    if (visible(said) !== words)
      void warn(vscode.l10n.t('#{0} has another text by now. The page shows it.', this.story.number));
    else {
      const ticked = tickCriterion(text, index, done);
      const edited =
        ticked.kind === 'refused' ? ticked : await session.editStory(key, { base: text, text: ticked.body });
      if (edited.kind === 'refused') void warn(wordsOf(edited));
    }
    this.#sent &&= '';
    await this.#renewals.ask();
  }

  async #renew(): Promise<void> {
    try {
      const page = await readStoryPage(this.context, this.story.key);
      const text = JSON.stringify(page);
      if (this.#sent === null || text === this.#sent || !this.panel.visible) return;
      this.#sent = text;
      this.panel.title = page === null ? `#${this.story.number}` : `#${page.number} ${page.title}`;
      this.#page.notify('page', page);
    } catch (error) {
      this.context.log.warn(`[story page] #${this.story.number}: ${messageOf(error)}`);
    }
  }
}
