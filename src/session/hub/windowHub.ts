import type net from 'node:net';
import type { Disposable } from '../../base/disposable';
import type { ChangedFiles } from '../../core/landing/changedFiles';
import type { Door } from '../../store/leader/leader';
import { HubGuest, type GuestParts } from './hubGuest';
import { LiveOutput } from './liveOutput';

/** Changes that come together are sent together; so long (ms) they are waited for. */
const TOGETHER_MS = 50;
/** Most connections that have not shown the token. Where more come, the one that has waited longest goes. */
const STRANGERS = 32;

/** The leader's side of the talk with the windows that follow: shows them the board, and does what they ask. */
export class WindowHub {
  readonly #guests = new Set<HubGuest>();
  readonly #parts: GuestParts;
  readonly #subscription: Disposable;
  #soon: Disposable | null = null;
  /** Those that the windows were told of last. */
  #files: ChangedFiles | null = null;
  #told: Disposable | null = null;
  #closed = false;

  constructor(door: Door, parts: Omit<GuestParts, 'token' | 'outputs'>) {
    this.#parts = { ...parts, token: door.token, outputs: new LiveOutput() };
    const shown = parts.pipeline.onDidChange(() => this.#showSoon());
    const written = parts.pipeline.onDidWrite(() => this.#tellSoon());
    this.#subscription = {
      dispose: () => {
        shown.dispose();
        written.dispose();
      },
    };
    door.serve((connection) => this.#welcome(connection));
  }

  /** What a run of a story says, as it says it. */
  output(story: { readonly key: string; readonly number: number }, text: string): void {
    this.#parts.outputs.append(story.key, text);
    for (const guest of this.#guests) guest.output(story, text);
  }

  /** Folders that are open in the windows that follow. */
  openFolders(): readonly string[] {
    return [...this.#guests].flatMap((guest) => guest.openFolders);
  }

  /** Sends everyone away; they take part in choosing the next leader. */
  close(): void {
    this.#closed = true;
    this.#subscription.dispose();
    this.#soon?.dispose();
    this.#told?.dispose();
    for (const guest of this.#guests) guest.close();
  }

  #welcome(connection: net.Socket): void {
    if (this.#closed || connection.destroyed) return void connection.destroy();
    const strangers = [...this.#guests].filter((guest) => guest.isStranger);
    if (strangers.length >= STRANGERS) strangers[0]?.close();
    const guest = new HubGuest(connection, this.#parts);
    this.#guests.add(guest);
    connection.once('close', () => this.#guests.delete(guest));
  }

  #tellSoon(): void {
    this.#told ??= this.#parts.clock.after(TOGETHER_MS, () => {
      this.#told = null;
      for (const guest of this.#guests) guest.written();
    });
  }

  async #tellOfFiles(): Promise<void> {
    const files = await this.#parts.pipeline.changedFiles();
    if (files === this.#files) return;
    this.#files = files;
    for (const guest of this.#guests) guest.filesChanged();
  }

  #showSoon(): void {
    this.#soon ??= this.#parts.clock.after(TOGETHER_MS, () => {
      this.#soon = null;
      for (const guest of this.#guests) guest.show();
      void this.#tellOfFiles();
    });
  }
}
