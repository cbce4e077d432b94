import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../waitFor';
import type { WorkbenchServer } from './server';

const readyDeadlineMs = 120_000;

/** What one extension host wrote: several in a row may share a file. */
interface HostLog {
  readonly pid: number;
  readonly text: string;
}

/** The process in which extensions run: a child of the server, a new one after each reload of the page and each crash. */
export class ExtensionHost {
  #current: number | undefined;

  constructor(private readonly server: WorkbenchServer) {}

  /** Waits for a host other than the last one waited for to have started its eager extensions. */
  async waitUntilReady(): Promise<void> {
    const ready = (): HostLog | undefined => {
      const newest = this.#logs().at(-1);
      return newest?.pid !== this.#current && newest?.text.includes('Eager extensions activated') ? newest : undefined;
    };
    const log = await waitFor('an extension host to be ready', ready, {
      deadlineMs: readyDeadlineMs,
      seen: async () => `${this.#logs().at(-1)?.text ?? 'no host'}\n${(await this.server.log()).slice(-2_000)}`,
    });
    this.#current = log.pid;
  }

  /** Waits for the newest host to have begun to activate an extension; what that brings is for the test to see. */
  async waitForActivation(extension: string): Promise<void> {
    const log = (): string => this.#logs().at(-1)?.text ?? 'no host';
    await waitFor(`${extension} to be activated`, () => log().includes(`_doActivateExtension ${extension}`), {
      seen: log,
    });
  }

  /** The process id of the newest host. */
  pid(): number {
    const newest = this.#logs().at(-1);
    if (newest === undefined) throw new Error('No extension host has started yet.');
    return newest.pid;
  }

  /**
   * Ends the host as a crash would and waits for the one that the workbench starts in its place.
   * The workbench does that twice in five minutes; after that it asks, so kill at most twice for each page load.
   */
  async kill(): Promise<void> {
    process.kill(this.pid(), 'SIGKILL');
    await this.waitUntilReady();
  }

  /** What any host so far wrote as an error into a log of an extension, by the name that its channel shows. */
  errorsOf(channel: string): string[] {
    const folder = path.join(this.server.userDataFolder, 'logs');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const logs = files.filter((name) => path.basename(name) === `${channel}.log`);
    const lines = logs.flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'));
    return lines.filter((line) => line.includes(' [error] '));
  }

  /** Oldest first. */
  #logs(): HostLog[] {
    const folder = path.join(this.server.userDataFolder, 'logs');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === 'remoteexthost.log')
      .flatMap((file) =>
        readFileSync(path.join(folder, file), 'utf8').split(/^(?=.* Extension host with pid \d+ started)/m),
      )
      .sort() // each begins with its time
      .flatMap((text) => {
        const pid = /Extension host with pid (\d+) started/.exec(text)?.[1];
        return pid === undefined ? [] : [{ pid: Number(pid), text }];
      });
  }
}
