import type { Frame } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import type { Workbench } from '../../support/workbench/workbench';
import { Board } from './board';
import { Stories } from './stories';

/** One of those who share a board, at a window of their own. */
export class Person {
  readonly stories: Stories;

  constructor(
    readonly name: string,
    readonly window: Workbench,
    folder?: string,
    /** The name of a board that is offered. */
    private readonly offered = 'greeter',
  ) {
    this.stories = new Stories(window, folder);
  }

  /** Shares the stories of the window as the board “team”, by keyboard alone. */
  async share(url: string, token?: string): Promise<void> {
    await this.stories.command('Share Stories…');
    await this.answerSharing(url, token);
  }

  /** Answers what Share Stories… asks. */
  async answerSharing(url: string, token = 'secret'): Promise<void> {
    const { quickInput } = this.window;
    for (const [asked, answer] of [
      ['address', url],
      ['Your token', token],
      ['name of the board', 'team'],
      ['call you', this.name],
    ] as const) {
      await quickInput.waitForPrompt(asked);
      // Both are offered what the remote is called, whatever their clones are.
      if (answer === 'team') await quickInput.waitForText(this.offered);
      await quickInput.fill(answer);
      await quickInput.accept();
    }
  }

  /** It takes the focus once it is there: until then no other box may be opened. */
  async openBoard(): Promise<Board> {
    await this.stories.command('Open Board');
    const board = await Board.find(this.window);
    await board.frame.locator('.card').first().waitFor();
    return board;
  }

  /** The board that is open. */
  async board(): Promise<Frame> {
    return this.window.webviewFrame('Switchyard Board');
  }

  /** What stands of sharing in the head of the board. */
  async said(): Promise<string> {
    return (await (await this.board()).locator('.tool.sharing').allTextContents()).join(' ');
  }

  async waitUntilSaid(words: string): Promise<void> {
    await waitFor(`“${words}” in the head of ${this.name}’s board`, async () => (await this.said()).includes(words), {
      seen: () => this.said(),
    });
  }

  /** What stands above the columns of the board. */
  async notices(): Promise<string> {
    return (await (await this.board()).locator('.notices').allTextContents()).join('\n');
  }

  async waitForNotice(text: RegExp): Promise<void> {
    await waitFor(`the notice of ${this.name}`, async () => text.test(await this.notices()), {
      seen: () => this.notices(),
    });
  }
}
