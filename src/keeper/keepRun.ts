import { pause } from '../base/pause';
import { HostDoor } from './hostDoor';
import { KeptProgram, type ProgramPorts } from './keptProgram';
import type { ToKeeper } from './messages';
import { OutputLog } from './outputLog';
import type { QuestionChange } from './questions';
import type { KeeperRequest } from './request';
import { claimFile, replaceJson, runFolder, type RunClaim, type RunEnd, type RunFolder } from './runFolder';

interface KeepingParts {
  readonly ports: ProgramPorts;
  /** Resolves when this process is told to end. */
  readonly stop: Promise<void>;
  /** Called once the agent runs, or is known not to. */
  readonly onBegun: (which: 'running' | 'notStarted') => void;
}

/** So many segments of the log may wait for a host that listens, before the agent waits for it. */
const BEHIND = 8;
/** An end that could not be put on record is tried again after this long (ms). */
const TRY_AGAIN_MS = 2000;

/** Runs the agent to its end. `givenUp`: a host has taken back its word meanwhile, and nothing was started. */
export async function keepRun(
  request: KeeperRequest,
  root: string,
  { ports, stop, onBegun }: KeepingParts,
): Promise<'kept' | 'givenUp'> {
  const folder = runFolder(root);
  const run = new Run(request, folder, ports);
  const door = await HostDoor.open({ folder: root, token: request.token, ...run.forHosts });
  run.serve(door);
  // Where processes cannot be listed it is known by its address alone.
  const startedAt = await ports.platform.startOf(process.pid).catch(() => null);
  const keeper = { pid: process.pid, startedAt: startedAt ?? 0, boot: ports.platform.boot };
  const claim: RunClaim = { kind: 'keeper', keeper, address: door.address };
  if ((await claimFile(folder.claim, claim)) === 'taken') {
    await door.close();
    return 'givenUp';
  }
  void stop.then(() => run.stop());
  await run.perform(onBegun);
  await door.close();
  return 'kept';
}

class Run {
  readonly #output: OutputLog;
  #program: KeptProgram | null = null;
  #door: HostDoor | null = null;
  /** The first segment that the present host has not read; null without a host that has said so. */
  #unread: number | null = null;
  #told: 'no' | 'soon' = 'no';
  /** A host is there, which holds the clocks itself. */
  #isHeard = false;
  /** They are held for a question that came to nobody, and no host has said anything of them since. */
  #isHolding = false;
  /** What hosts said before there was a program. */
  readonly #early: Exclude<ToKeeper, { kind: 'attach' }>[] = [];

  constructor(
    private readonly request: KeeperRequest,
    private readonly folder: RunFolder,
    private readonly ports: ProgramPorts,
  ) {
    this.#output = new OutputLog(
      folder,
      () => ports.clock.now(),
      () => this.#program?.standing ?? null,
    );
  }

  readonly forHosts = {
    onMessage: (message: Exclude<ToKeeper, { kind: 'attach' }>): void => this.#obey(message),
    onHost: (which: 'came' | 'gone'): void => {
      this.#unread = null;
      this.#isHeard = which === 'came';
      this.#program?.answerDropped();
      if (this.#program?.isAsking === true) this.#hold();
      this.#program?.flow('flow');
      if (which === 'gone') return;
      this.#door?.tell({ kind: 'inTurn', ms: this.#program?.inTurnMs ?? 0 });
      this.#tellGrown();
    },
  };

  serve(door: HostDoor): void {
    this.#door = door;
  }

  async perform(onBegun: KeepingParts['onBegun']): Promise<void> {
    const { request, folder, ports } = this;
    if (request.notice !== null) this.#output.append('notice', Buffer.from(request.notice));
    const output = this.#output;
    const heard = {
      onOutput: () => this.#grew(),
      onQuestion: (what: QuestionChange) => this.#attend(what),
      isHeard: () => this.#isHeard,
    };
    this.#program = new KeptProgram({ request, folder, output, ...heard, ports });
    for (const message of this.#early.splice(0)) this.#obey(message);
    const end = await this.#program.end(onBegun);
    await this.#record(end);
    this.#tellGrown();
    this.#door?.tell({ kind: 'ended' });
  }

  /** A full disk is waited for; a folder that is gone is nobody's business any more. */
  async #record(end: RunEnd): Promise<void> {
    for (;;) {
      const problem = await replaceJson(this.folder.end, end).then(
        () => null,
        (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown',
      );
      if (problem === null || problem === 'ENOENT') return;
      await pause(this.ports.clock, TRY_AGAIN_MS);
    }
  }

  stop(): void {
    this.#program?.stop({ kind: 'lost' });
  }

  #obey(message: Exclude<ToKeeper, { kind: 'attach' }>): void {
    const program = this.#program;
    if (program === null) {
      this.#early.push(message);
      return;
    }
    switch (message.kind) {
      case 'input':
        return program.write(message.text);
      case 'endInput':
        return program.endInput();
      case 'stop':
        return program.stop({ kind: 'stopped' });
      case 'holdClocks':
        this.#isHolding = false;
        return program.holdClocks(message.ms);
      case 'read':
        this.#unread = message.segment;
        return this.#flow();
      default:
        message satisfies never;
    }
  }

  #attend(what: QuestionChange): void {
    if (what === 'turnBegan') this.#program?.sawTurn('began');
    else if (what === 'turnOver') this.#program?.sawTurn('over');
    else if (what === 'asked') this.#hold();
    else if (what === 'allAnswered') this.#release();
    else if (!this.#isHeard) this.#program?.answerDropped();
  }

  /** Where nobody is there to hold its clocks until a question is answered. */
  #hold(): void {
    if (this.#isHeard) return;
    this.#isHolding = true;
    this.#program?.holdClocks(this.request.clocks.askMs ?? 0);
  }

  #release(): void {
    if (this.#isHolding) this.#program?.holdClocks(0);
    this.#isHolding = false;
  }

  /** All that came in one turn is told at once. */
  #grew(): void {
    this.#flow();
    if (this.#told === 'soon') return;
    this.#told = 'soon';
    setImmediate(() => {
      this.#told = 'no';
      this.#tellGrown();
    });
  }

  #tellGrown(): void {
    this.#door?.tell({ kind: 'grown', ...this.#output.end });
  }

  #flow(): void {
    if (this.#unread === null) return;
    this.#program?.flow(this.#output.end.segment - this.#unread > BEHIND ? 'wait' : 'flow');
  }
}
