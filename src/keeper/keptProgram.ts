import { pause } from '../base/pause';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import { endRun, type EndedRun } from '../processes/endRun';
import type { RunTraces } from '../processes/members';
import { markOf } from '../processes/markOf';
import type { ProcessPlatform } from '../processes/platform';
import type { ProgramEnd, Started, Starter } from '../processes/starter';
import { Clocks } from './clocks';
import { MemberNotes } from './memberNotes';
import type { OutputLog } from './outputLog';
import type { KeeperRequest } from './request';
import { Questions, type QuestionChange } from './questions';
import type { RunEnd, RunFolder } from './runFolder';

/** How long (ms) an agent has to end by itself once its input is closed, and output to come once every process has ended. */
const PARTING_MS = 3000;
const DRAIN_MS = 1000;

export interface ProgramPorts {
  readonly starter: Starter;
  readonly platform: ProcessPlatform;
  readonly clock: Clock;
  readonly log: Log;
}

interface ProgramParts {
  readonly request: KeeperRequest;
  readonly folder: RunFolder;
  readonly output: OutputLog;
  readonly onOutput: () => void;
  /** It asks for something, and works on once it is answered; or does not ask any more. */
  readonly onQuestion: (what: QuestionChange) => void;
  readonly isHeard: () => boolean;
  readonly ports: ProgramPorts;
}

type Asked = Extract<RunOutcome, { kind: 'timedOut' | 'silent' | 'stopped' | 'lost' }>;

/** The agent's program: its streams, its clocks, and its end to the last process. */
export class KeptProgram {
  readonly #started: Started;
  readonly #clocks: Clocks;
  readonly #closed: Promise<unknown>;
  /** Null for one that asks nothing. */
  readonly #questions: Questions | null;
  #input: 'open' | 'closed';
  #ask: (asked: Asked) => void = () => undefined;
  readonly #asked = new Promise<Asked>((resolve) => (this.#ask = resolve));

  constructor(private readonly parts: ProgramParts) {
    const { request, ports } = parts;
    this.#started = ports.starter.start({ ...request.program, group: 'own' });
    this.#clocks = new Clocks(request.clocks, ports.clock, (limit) => this.#ask(limit), parts.isHeard);
    this.#questions = request.clocks.askMs === undefined ? null : new Questions(parts.onQuestion);
    this.#input = request.program.stdin === 'pipe' ? 'open' : 'closed';
    this.#closed = Promise.all((['stdout', 'stderr'] as const).map((of) => this.#follow(of)));
    if (request.text !== null) {
      this.#started.stdin.end(request.text);
      this.#input = 'closed';
    }
  }

  /** Resolves once every process has ended. `onBegun` is called once it runs or is known not to. */
  async end(onBegun: (which: 'running' | 'notStarted') => void): Promise<RunEnd> {
    const { folder, request, ports } = this.parts;
    const begun = await this.#started.begun;
    const pid = begun.kind === 'running' ? begun.pid : null;
    const main = begun.kind === 'running' ? await markOf(begun, ports.platform) : null;
    const notes = main === null ? null : new MemberNotes({ id: request.id, main, file: folder.members, ...ports });
    onBegun(pid === null ? 'notStarted' : 'running');
    const outcome = await Promise.race([this.#started.ended, this.#asked]);
    this.#clocks.dispose();
    if (isAsked(outcome)) await this.#askToEnd();
    notes?.dispose();
    const proven = notes?.proven ?? new Map<number, number>();
    const ended = pid === null ? NOBODY : await this.#endAll({ id: request.id, main, group: pid, proven });
    this.#started.kill('SIGKILL');
    await this.#started.ended;
    await Promise.race([this.#closed, pause(ports.clock, DRAIN_MS)]);
    return { outcome, ...ended, endedAt: ports.clock.now(), pieces: this.parts.output.pieces };
  }

  /** It has asked for something that nobody has answered. */
  get isAsking(): boolean {
    return this.#questions?.isOpen === true;
  }

  /** Where the talk with it stands, as JSON; null where it is not talked with. */
  get standing(): string | null {
    return this.#questions === null ? null : JSON.stringify(this.#questions.record);
  }

  /** How long (ms) it has been at its turn. */
  get inTurnMs(): number {
    return this.#clocks.inTurnMs;
  }

  sawTurn(what: 'began' | 'over'): void {
    this.#clocks.sawTurn(what);
  }

  /** In place of a host that is not there: who takes a question back waits for this. */
  answerDropped(): void {
    const error = { code: -32_800, message: 'Request cancelled' };
    for (const id of this.#questions?.dropped ?? []) this.write(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
  }

  /** Ends it; the first reason counts. */
  stop(why: Asked): void {
    this.#ask(why);
  }

  write(text: string): void {
    if (this.#input === 'closed') return;
    const data = Buffer.from(text);
    this.parts.output.append('stdin', data);
    this.#started.stdin.write(data);
    this.#questions?.told(data);
    this.parts.onOutput();
  }

  endInput(): void {
    if (this.#input === 'closed') return;
    this.#input = 'closed';
    this.#started.stdin.end();
  }

  holdClocks(ms: number): void {
    this.#clocks.hold(ms);
  }

  /** Whether it may print on, or has to wait for its reader. */
  flow(to: 'wait' | 'flow'): void {
    for (const stream of [this.#started.stdout, this.#started.stderr]) {
      if (to === 'wait') stream.pause();
      else stream.resume();
    }
  }

  #follow(of: 'stdout' | 'stderr'): Promise<void> {
    const stream = this.#started[of];
    stream.on('data', (data: Buffer) => {
      this.#clocks.sawOutput();
      this.parts.output.append(of, data);
      if (of === 'stdout') this.#questions?.said(data);
      this.parts.onOutput();
    });
    return new Promise((resolve) => void stream.once('close', resolve));
  }

  async #askToEnd(): Promise<void> {
    // Whoever waits for a reader could not end by itself.
    this.flow('flow');
    if (this.#input === 'closed') return;
    this.endInput();
    await Promise.race([this.#started.ended, pause(this.parts.ports.clock, PARTING_MS)]);
  }

  async #endAll(run: RunTraces): Promise<EndedRun> {
    try {
      return await endRun(run, this.parts.ports);
    } catch {
      // Where processes cannot be listed, those in its group are known all the same.
      if (run.group !== null && this.parts.ports.platform.ownGroup === 'yes') killGroup(run.group);
      return NOBODY;
    }
  }
}

const NOBODY: EndedRun = { leftBehind: [], denied: [] };

function isAsked(end: ProgramEnd | Asked): end is Asked {
  return ['timedOut', 'silent', 'stopped', 'lost'].includes(end.kind);
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
