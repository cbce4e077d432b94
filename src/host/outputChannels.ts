import * as vscode from 'vscode';

/** How many stories keep an output channel of their own; the one unused for longest is closed first. */
const CHANNEL_LIMIT = 20;

/** Whose output it is; `repository` is null where the window has only one. */
export interface OutputOf {
  readonly key: string;
  readonly number: number;
  readonly repository: string | null;
}

/** One output channel for each story, made when there is something to read. */
export class OutputChannels implements vscode.Disposable {
  readonly #channels = new Map<string, vscode.OutputChannel>();
  readonly #said = new vscode.EventEmitter<string>();
  /** The key of a story of which something was said. */
  readonly onDidAppend = this.#said.event;

  append(story: OutputOf, text: string): void {
    this.#channel(story).append(text);
    this.#said.fire(story.key);
  }

  /** Shows a story's output; `stored` is what earlier runs left, for a channel that is new. */
  async show(story: OutputOf, stored: () => Promise<string>): Promise<void> {
    const isNew = !this.#channels.has(story.key);
    const channel = this.#channel(story);
    if (isNew) channel.append(await stored());
    channel.show(true);
  }

  /** Shows a story's output in place of what its channel held. */
  async showAnew(story: OutputOf, all: () => Promise<string>): Promise<void> {
    const text = await all();
    const channel = this.#channel(story);
    channel.replace(text);
    channel.show(true);
  }

  dispose(): void {
    for (const channel of this.#channels.values()) channel.dispose();
    this.#channels.clear();
    this.#said.dispose();
  }

  #channel(story: OutputOf): vscode.OutputChannel {
    const known = this.#channels.get(story.key);
    const channel =
      known ??
      vscode.window.createOutputChannel(
        `Switchyard ${story.repository === null ? '' : `${story.repository} `}#${story.number}`,
      );
    this.#channels.delete(story.key);
    this.#channels.set(story.key, channel);
    const [oldest] = this.#channels;
    if (this.#channels.size > CHANNEL_LIMIT && oldest !== undefined) {
      oldest[1].dispose();
      this.#channels.delete(oldest[0]);
    }
    return channel;
  }
}
