import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The plain git, which notes each of its starts by itself: nothing stands between the engine and it, so its CPU time is
 * that of git alone. What git starts itself does not count as a start.
 */
export class TracedGit {
  /** A file of settings, to be named as `GIT_CONFIG_GLOBAL` for whatever is measured. */
  readonly settings: string;
  readonly #notes: string;

  constructor(folder: string) {
    this.settings = path.join(folder, 'settings');
    this.#notes = path.join(folder, 'notes');
    writeFileSync(this.settings, `[trace2]\n\teventTarget = ${this.#notes}\n\teventBrief = true\n`);
  }

  /** Grows with each start; cheap to ask for. */
  get bytes(): number {
    return existsSync(this.#notes) ? statSync(this.#notes).size : 0;
  }

  /** The commands that were started, without Switchyard's fixed settings, from a number of bytes on. */
  calls(from = 0): string[] {
    if (!existsSync(this.#notes)) return [];
    const lines = readFileSync(this.#notes).subarray(from).toString('utf8').split('\n');
    return lines.flatMap((line) => (line.startsWith('{"event":"start"') ? commandOf(JSON.parse(line) as Start) : []));
  }
}

interface Start {
  /** Names of the process and of those it came from, with `/` between. */
  readonly sid: string;
  readonly argv: readonly string[];
}

function commandOf({ sid, argv }: Start): string[] {
  if (sid.includes('/')) return [];
  let at = 1;
  while (argv[at] === '-c') at += 2;
  return [argv.slice(at).join(' ')];
}
