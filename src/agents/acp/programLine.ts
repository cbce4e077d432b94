import { PassThrough } from 'node:stream';
import type { KeptOutput, KeptRun } from '../../ports/keptRuns';

/** Both ends of a program that is talked with. */
export interface ProgramLine {
  readonly stdout: AsyncIterable<Uint8Array | string>;
  /** Whether the program is there to be told anything. */
  isOpen(): boolean;
  /** Nothing happens once its input is closed. */
  write(text: string): void;
  endInput(): void;
  /** The run's clocks stand still for at most so long (ms), or until this is called with 0. */
  holdClocks(ms: number): void;
}

/** The output of a run as one to read from, also what came before the run itself was at hand. */
export class RunLine implements ProgramLine {
  readonly stdout = new PassThrough();
  #run: KeptRun | null = null;
  #isOver = false;

  /** `onBeside`: what it prints that is none of the talk. `onTold`: each message to it, once that is in the run's record. */
  constructor(
    private readonly onBeside: (text: string) => void,
    private readonly onTold: (text: string) => void,
  ) {}

  readonly hear = ({ stream, text }: KeptOutput): void => {
    if (stream === 'stdout') this.stdout.write(text);
    else if (stream === 'stdin') this.onTold(text);
    else if (stream !== 'standing') this.onBeside(text);
  };

  begin(run: KeptRun): void {
    this.#run = run;
    void run.ended.then(() => {
      this.#isOver = true;
      this.stdout.end();
    });
  }

  isOpen(): boolean {
    return !this.#isOver;
  }

  write(text: string): void {
    this.#run?.write(text);
  }

  endInput(): void {
    this.#run?.endInput();
  }

  holdClocks(ms: number): void {
    this.#run?.holdClocks(ms);
  }
}
