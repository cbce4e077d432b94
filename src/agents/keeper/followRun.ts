import { connect, type Socket } from 'node:net';
import { Lines, lineOf, type FromKeeper, type ToKeeper } from '../../keeper/messages';
import { claimFile, readJson, type RunClaim, type RunEnd, type RunFolder } from '../../keeper/runFolder';
import { messageOf } from '../../base/messageOf';
import { SerialQueue } from '../../base/serialQueue';
import type { RunOutcome } from '../../core/pipeline/runOutcome';
import type { Clock } from '../../ports/clock';
import type { KeptEnd, KeptOutput, KeptRun } from '../../ports/keptRuns';
import type { Log } from '../../ports/log';
import type { ProcessPlatform } from '../../processes/platform';
import { endLostRun } from './endLostRun';
import { LogReader, type LogEnd } from './logReader';
import type { RunRecord } from './runRecord';

export interface Followed {
  readonly record: RunRecord;
  readonly folder: RunFolder;
  readonly onOutput: (output: KeptOutput) => void;
  readonly ports: { readonly platform: ProcessPlatform; readonly clock: Clock; readonly log: Log };
}

/** How long (ms) a keeper has to answer; a process that is stopped accepts a connection and says nothing. */
const ANSWER_MS = 20_000;
/** How long (ms) one that was told to end its run has until it is ended with it. */
const STOP_MS = 60_000;

/** Listens to a run from its first output on, whether it lives, has ended, or was never begun. */
export async function followRun(followed: Followed): Promise<KeptRun> {
  const claim = await claimOf(followed.folder);
  const run = new FollowedRun(followed, claim);
  await run.begin();
  return run;
}

/** Who has the run. Where nobody has it yet, nobody may take it any more: its host died before a keeper came. */
async function claimOf({ claim }: RunFolder): Promise<RunClaim> {
  const givenUp: RunClaim = { kind: 'givenUp' };
  if ((await readJson(claim)) === null) await claimFile(claim, givenUp).catch(() => undefined);
  return (await readJson<RunClaim>(claim)) ?? givenUp;
}

function knock(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', () => resolve(null));
    socket.once('connect', () => resolve(socket));
  });
}

class FollowedRun implements KeptRun {
  readonly ended: KeptRun['ended'];
  #end: (end: KeptEnd | { readonly kind: 'left' }) => void = () => undefined;
  readonly caughtUp: Promise<void>;
  #hasCaughtUp: () => void = () => undefined;
  readonly #reader: LogReader;
  readonly #reading = new SerialQueue();
  #inTurnMs = 0;
  #reachesTo: LogEnd | null = null;
  #state: 'following' | 'left' | 'over' = 'following';
  #socket: Socket | null = null;
  /** A keeper that lives and hung up is asked once more. */
  #tries = 2;
  #isStopping = false;

  constructor(
    private readonly followed: Followed,
    private readonly claim: RunClaim,
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.caughtUp = new Promise((resolve) => (this.#hasCaughtUp = resolve));
    void this.ended.then(this.#hasCaughtUp);
    this.#reader = new LogReader(followed.folder, (output) => this.#hand(output));
  }

  async begin(): Promise<void> {
    const { claim, followed } = this;
    this.#tries -= 1;
    const hasEnded = (await readJson<RunEnd>(followed.folder.end)) !== null;
    this.#socket = claim.kind === 'givenUp' || hasEnded ? null : await knock(claim.address);
    if (this.#socket === null) void this.#finish();
    else this.#listen(this.#socket);
  }

  get id(): string {
    return this.followed.record.id;
  }

  get inTurnMs(): number {
    return this.#inTurnMs;
  }

  write(text: string): void {
    this.#tell({ kind: 'input', text });
  }

  endInput(): void {
    this.#tell({ kind: 'endInput' });
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#tell({ kind: 'stop' });
    const late = this.followed.ports.clock.after(STOP_MS, () => {
      this.#tries = 0;
      this.#socket?.destroy();
    });
    void this.ended.then(() => late.dispose());
  }

  holdClocks(ms: number): void {
    this.#tell({ kind: 'holdClocks', ms });
  }

  leave(): void {
    if (this.#state !== 'following') return;
    this.#state = 'left';
    // What was written before reaches it all the same.
    this.#socket?.end();
    this.#end({ kind: 'left' });
  }

  #tell(message: ToKeeper): void {
    if (this.#state === 'following') this.#socket?.write(lineOf(message));
  }

  #listen(socket: Socket): void {
    const silent = this.followed.ports.clock.after(ANSWER_MS, () => socket.destroy());
    const lines = new Lines<FromKeeper>(
      (message) => {
        silent.dispose();
        if (message.kind === 'inTurn') this.#inTurnMs = message.ms;
        if (message.kind === 'grown') this.#grew(message);
        if (message.kind === 'displaced') this.leave();
      },
      () => socket.destroy(),
    );
    socket.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      silent.dispose();
      void this.#hungUp();
    });
    socket.write(lineOf({ kind: 'attach', token: this.followed.record.token }));
    if (this.#isStopping) this.#tell({ kind: 'stop' });
  }

  async #hungUp(): Promise<void> {
    if (this.#state !== 'following') return;
    const hasEnded = (await readJson<RunEnd>(this.followed.folder.end)) !== null;
    if (!hasEnded && this.#tries > 0 && (await this.#keeperLives())) await this.begin();
    else await this.#finish();
  }

  async #keeperLives(): Promise<boolean> {
    const { claim } = this;
    const { platform } = this.followed.ports;
    if (claim.kind === 'givenUp' || claim.keeper.boot !== platform.boot) return false;
    const all = await platform.list().catch(() => []);
    return all.some(({ pid, startedAt }) => pid === claim.keeper.pid && startedAt === claim.keeper.startedAt);
  }

  #grew(end: LogEnd): void {
    const isReading = this.#reachesTo !== null;
    this.#reachesTo = { segment: end.segment, bytes: end.bytes };
    if (isReading) return;
    void this.#reading.run(async () => {
      for (let to = this.#reachesTo; to !== null; to = this.#reachesTo === to ? null : this.#reachesTo) {
        await this.#read(() => this.#reader.readTo(to));
        this.#hasCaughtUp();
        this.#tell({ kind: 'read', segment: to.segment });
      }
      this.#reachesTo = null;
    });
  }

  async #read(read: () => Promise<void>): Promise<void> {
    if (this.#hasLeft()) return;
    await read().catch((error: unknown) => {
      this.followed.ports.log.warn(`Output of ${this.followed.record.label} cannot be read: ${messageOf(error)}`);
    });
  }

  #hand(output: KeptOutput): void {
    if (this.#hasLeft()) return;
    try {
      this.followed.onOutput(output);
    } catch (error) {
      this.followed.ports.log.error(`Output of run ${this.id} is lost from here on: ${messageOf(error)}`);
    }
  }

  /** There is no keeper any more: what is on record tells the rest. */
  async #finish(): Promise<void> {
    if (this.#state !== 'following') return;
    const { folder } = this.followed;
    const end = (await readJson<RunEnd>(folder.end)) ?? (await this.#lost());
    await this.#reading.run(() => this.#read(() => this.#reader.readAll(end.pieces)));
    if (this.#hasLeft()) return;
    this.#state = 'over';
    const { leftBehind, endedAt } = end;
    this.#end({ kind: 'ended', outcome: outcomeOf(end, this.followed.record), leftBehind, endedAt });
  }

  #hasLeft(): boolean {
    return this.#state === 'left';
  }

  async #lost(): Promise<Omit<RunEnd, 'pieces'> & { pieces: number | null }> {
    const { record, folder, ports } = this.followed;
    ports.log.warn(`Nobody keeps ${record.label} any more (run ${record.id}); what is left of it is ended.`);
    return endLostRun(record.id, folder, ports);
  }
}

function outcomeOf({ outcome }: Pick<RunEnd, 'outcome'>, { program }: RunRecord): RunOutcome {
  if (outcome.kind !== 'notStarted') return outcome;
  return outcome.why === 'noProgram' ? { kind: 'notFound', program } : { kind: 'lost' };
}
