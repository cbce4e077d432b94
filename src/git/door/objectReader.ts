import { access } from 'node:fs/promises';
import { FolderGoneError } from '../../base/errors';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import { endOf } from '../../processes/outputOf';
import type { ProgramEnd } from '../../processes/starter';
import { GitError } from './gitError';
import { ObjectStream, type GitObject } from './objectStream';
import type { StandingCall } from './run';

export interface ObjectReaderOptions {
  /** Starts `cat-file --batch-command -z` on the repository. */
  readonly open: () => StandingCall;
  /** The repository's git dir, which may be gone when nothing is found in it. */
  readonly commonDir: string;
  readonly clock: Clock;
}

/** How long (ms) the process stays without a question. It holds packs open, and Windows lets nobody remove those. */
const IDLE_MS = 5000;
/** So often a question is put to a new process after one died over it. */
const TRIES = 2;

interface Question {
  readonly name: string;
  readonly answer: (object: GitObject | null) => void;
  readonly fail: (error: unknown) => void;
  tries: number;
}

/**
 * Reads objects through one git process that stays for a while, in place of one process for each question. It sees what
 * comes into the repository after its start, and a repacked repository too: git looks anew for what it does not find.
 */
export class ObjectReader implements Disposable {
  #asked: Question[] = [];
  #process: Conversation | null = null;
  #idle: Disposable | null = null;
  #wanted: 'yes' | 'no' = 'yes';

  constructor(private readonly options: ObjectReaderOptions) {}

  /** Objects by name, in order; null for one that is missing. Names may not hold NUL. */
  async read(names: readonly string[]): Promise<(GitObject | null)[]> {
    if (names.length === 0) return [];
    const objects = await Promise.all(names.map((name) => this.#ask(name)));
    if (objects.includes(null)) await this.#assertRepository();
    return objects;
  }

  /** Ends the process when what was asked is answered. A question after that starts another. */
  dispose(): void {
    this.#wanted = 'no';
    this.#idle?.dispose();
    if (this.#asked.length === 0) this.#close();
  }

  #close(): void {
    this.#process?.close();
    this.#process = null;
  }

  #ask(name: string): Promise<GitObject | null> {
    return new Promise((answer, fail) => {
      const question = { name, answer, fail, tries: 0 };
      this.#idle?.dispose();
      this.#wanted = 'yes';
      this.#asked.push(question);
      this.#conversation().ask(name);
    });
  }

  #conversation(): Conversation {
    this.#process ??= new Conversation(this.options.open(), {
      expected: () => this.#asked[0]?.name,
      onAnswer: (object) => this.#answer(object),
      onEnd: (ended, end, said) => this.#ended(ended, end, said),
    });
    return this.#process;
  }

  #answer(object: GitObject | null): void {
    this.#asked.shift()?.answer(object);
    if (this.#asked.length > 0) return;
    this.#process?.rest();
    if (this.#wanted === 'no') this.#close();
    else this.#idle = this.options.clock.after(IDLE_MS, () => this.dispose());
  }

  /** The question that it died over may be what killed it; the others never came up. */
  #ended(ended: Conversation, end: ProgramEnd, said: { stderr: string; endedFor: string | null }): void {
    if (this.#process === ended) this.#process = null;
    const [first, ...others] = this.#asked;
    if (first === undefined || this.#process !== null) return;
    first.tries += 1;
    const hopeless = first.tries >= TRIES || end.kind === 'notStarted' || said.endedFor !== null;
    this.#asked = hopeless ? others : this.#asked;
    if (hopeless) first.fail(this.#failure(end, said));
    for (const { name } of this.#asked) this.#conversation().ask(name);
  }

  #failure(end: ProgramEnd, said: { stderr: string; endedFor: string | null }): Error {
    const cwd = this.options.commonDir;
    if (end.kind === 'notStarted' && end.why === 'noFolder') return new FolderGoneError(cwd);
    const exitCode = end.kind === 'exited' ? end.code : null;
    const stderr = end.kind === 'notStarted' ? end.message : said.stderr;
    return new GitError({ command: 'git cat-file --batch-command', cwd, exitCode, stderr, endedFor: said.endedFor });
  }

  /** An open process goes on in a folder that was renamed, and finds nothing there. */
  async #assertRepository(): Promise<void> {
    const { commonDir } = this.options;
    await access(commonDir).catch(() => {
      this.dispose();
      throw new FolderGoneError(commonDir);
    });
  }
}

interface Listener {
  /** The name whose answer comes next. */
  readonly expected: () => string | undefined;
  readonly onAnswer: (object: GitObject | null) => void;
  readonly onEnd: (
    ended: Conversation,
    end: ProgramEnd,
    said: { readonly stderr: string; readonly endedFor: string | null },
  ) => void;
}

/** One git process that is asked and answers. */
class Conversation {
  readonly #stream = new ObjectStream();
  #stderr = '';
  #busy: (() => void) | null = null;
  #endedFor: string | null = null;
  #unsent: string[] = [];

  constructor(
    private readonly call: StandingCall,
    private readonly listener: Listener,
  ) {
    const { stdout, stderr } = call.started;
    stdout.on('data', (piece: Buffer) => this.#receive(piece));
    stderr.on('data', (piece: Buffer) => (this.#stderr += piece.toString('utf8')));
    void endOf(call.started).then((end) => {
      this.#busy?.();
      listener.onEnd(this, end, { stderr: this.#stderr, endedFor: this.#endedFor });
    });
  }

  ask(name: string): void {
    this.#beBusy();
    // All that is asked in one turn goes in one piece.
    if (this.#unsent.length === 0) queueMicrotask(() => this.#send());
    this.#unsent.push(name);
  }

  /** Nothing is asked at the moment. */
  rest(): void {
    this.#busy?.();
    this.#busy = null;
    this.call.started.hold('no');
  }

  close(): void {
    this.call.started.stdin.end();
  }

  #send(): void {
    this.call.started.stdin.write(this.#unsent.map((name) => `contents ${name}\0`).join(''));
    this.#unsent = [];
  }

  #beBusy(): void {
    if (this.#busy !== null) return;
    this.call.started.hold('yes');
    const over = new Promise<void>((resolve) => (this.#busy = resolve));
    void this.call.watch(over).then((program) => (this.#endedFor = program));
  }

  #receive(piece: Buffer): void {
    this.#stream.push(piece);
    for (let name = this.listener.expected(); name !== undefined; name = this.listener.expected()) {
      const answer = this.#stream.next(name);
      if (answer === undefined) return;
      this.listener.onAnswer(answer);
    }
  }
}
