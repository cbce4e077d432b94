import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { SerialQueue } from '../base/serialQueue';

/** What tells runs apart that are side by side. */
export interface RunSlot {
  readonly env: Readonly<Record<string, string>>;
  /** To be called once, when every process of the run has ended. */
  release(): void;
}

/** Blocks of ports lie below what systems give out by themselves. */
const FIRST_PORT = 21_000;
const LAST_PORT = 31_999;
const BLOCK = 10;
const BLOCKS = Math.floor((LAST_PORT - FIRST_PORT + 1) / BLOCK);

export interface SlotPorts {
  /** Whether nobody uses a port of this machine. */
  readonly isFree: (port: number) => Promise<boolean>;
  /** Where to begin to look for a block; windows begin at different ones, so that they seldom meet. */
  readonly start: number;
}

/** Numbers and ports of the runs of this process. */
export class RunSlots {
  readonly #taken = new Map<number, number>();
  readonly #queue = new SerialQueue();

  constructor(private readonly ports: SlotPorts = { isFree, start: process.pid }) {}

  /** `known` are the variables that the run has anyway: a project name that is set stays. */
  take(cwd: string, known: Readonly<Record<string, string | undefined>>): Promise<RunSlot> {
    return this.#queue.run(async () => {
      let slot = 1;
      while (this.#taken.has(slot)) slot += 1;
      const port = await this.#freeBlock();
      this.#taken.set(slot, port);
      const env: Record<string, string> = { SWITCHYARD_SLOT: `${slot}`, SWITCHYARD_PORT: `${port}` };
      if ((known['COMPOSE_PROJECT_NAME'] ?? '') === '') env['COMPOSE_PROJECT_NAME'] = projectName(cwd);
      return { env, release: () => void this.#taken.delete(slot) };
    });
  }

  /** As `take`, of a run that was given its slot by an earlier process and goes on. */
  adopt(env: Readonly<Record<string, string>>): RunSlot {
    const [slot, port] = [Number(env['SWITCHYARD_SLOT']), Number(env['SWITCHYARD_PORT'])];
    if (!Number.isInteger(slot) || !Number.isInteger(port) || this.#taken.has(slot))
      return { env, release: () => undefined };
    this.#taken.set(slot, port);
    return { env, release: () => void this.#taken.delete(slot) };
  }

  /** Whether a port is in the block of a run that is going on. */
  isHandedOut(port: number): boolean {
    return [...this.#taken.values()].some((first) => port >= first && port < first + BLOCK);
  }

  /** A block of which every port was free just now; the next one where none is. */
  async #freeBlock(): Promise<number> {
    const { start, isFree } = this.ports;
    const taken = new Set(this.#taken.values());
    const all = Array.from({ length: BLOCKS }, (_, at) => FIRST_PORT + ((start + at) % BLOCKS) * BLOCK);
    const [first = FIRST_PORT, ...rest] = all.filter((block) => !taken.has(block));
    for (const block of [first, ...rest]) {
      const ports = Array.from({ length: BLOCK }, (_, at) => block + at);
      if ((await Promise.all(ports.map(isFree))).every((free) => free)) return block;
    }
    return first;
  }
}

/** Those of this process. */
export const runSlots = new RunSlots();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // Every address of the machine, so that one that is used on any of them counts as used.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** One for each folder, in the letters that Compose allows: containers that were left are found again by it. */
function projectName(cwd: string): string {
  const name = path
    .basename(cwd)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return `${name === '' ? 'run' : name}-${createHash('sha256').update(cwd).digest('hex').slice(0, 8)}`;
}
