import { createBirpc } from 'birpc';
import * as z from 'zod/mini';
import { IN_WORDS } from '../core/words/inWords';
import type { DeepReadonly } from './deepReadonly';

/** Any schema of zod, of its whole or its small build. */
export type Schema = z.core.$ZodType;

/** What one side takes in. A request is answered, a notification is not; no name stands in both. */
export interface Side {
  readonly requests: Readonly<Record<string, { readonly asks: Schema; readonly gives: Schema }>>;
  readonly notifications: Readonly<Record<string, Schema>>;
}

/** What may be sent where the schema stands. */
type Sent<S extends Schema> = z.input<S> | DeepReadonly<z.input<S>>;

type Requests<S extends Side> = S['requests'];
type Notifications<S extends Side> = S['notifications'];
type RequestName<S extends Side> = keyof Requests<S> & string;
type NotificationName<S extends Side> = keyof Notifications<S> & string;

/** What a side does with each message that it takes in. What a request's function throws goes back as its failure. */
export interface Answers<S extends Side> {
  readonly requests: {
    readonly [N in RequestName<S>]: (
      asked: z.output<Requests<S>[N]['asks']>,
    ) => Promise<Sent<Requests<S>[N]['gives']>> | Sent<Requests<S>[N]['gives']>;
  };
  readonly notifications: {
    readonly [N in NotificationName<S>]: (told: z.output<Notifications<S>[N]>) => void;
  };
}

/** What came of a request. `failed`: the other side says so, or answered unreadably. `lost`: no answer will come. */
export type Reply<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'lost' };

/** A way to the other side: whole messages of plain data, in order. */
export interface Transport {
  send(message: unknown): void;
  listen(receive: (message: unknown) => void): { dispose(): void };
}

export interface MessageHandlerParts<Here extends Side, There extends Side> {
  readonly here: Here;
  readonly there: There;
  readonly answers: Answers<Here>;
  readonly transport: Transport;
  /** Told of each message that does not fit (`misfit`), and of each answer that failed (`failure`); one sentence. */
  readonly onProblem: (problem: string, kind: 'misfit' | 'failure') => void;
}

/** What goes over the wire: a request or notification, or the reply to a request. */
const envelopeSchema = z.union([
  z.object({ t: z.literal('q'), i: z.optional(z.string()), m: z.string(), a: z.tuple([z.unknown()]) }),
  z.object({ t: z.literal('s'), i: z.string(), r: z.unknown() }),
]);

const resultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answered'), value: z.unknown() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
type Result = z.infer<typeof resultSchema>;

/**
 * Messages both ways between two sides that do not trust each other: board and host, window and window. Each side checks
 * whatever it receives; what does not fit changes nothing and is reported. Requests wait as long as the way is open: who
 * needs a deadline keeps one.
 */
export class MessageHandler<Here extends Side, There extends Side> {
  readonly #parts: MessageHandlerParts<Here, There>;
  readonly #rpc: ReturnType<typeof callsOver>;

  constructor(parts: MessageHandlerParts<Here, There>) {
    this.#parts = parts;
    this.#rpc = callsOver(
      parts.transport,
      (name, value) => this.#answer(name, value),
      (problem) => this.#report(problem, 'misfit'),
    );
  }

  async request<N extends RequestName<There>>(
    name: N,
    asked: Sent<Requests<There>[N]['asks']>,
  ): Promise<Reply<z.output<Requests<There>[N]['gives']>>> {
    const result = await this.#rpc.call(name, asked);
    if (result.kind !== 'answered') return result;
    const gives = this.#parts.there.requests[name]?.gives ?? z.never();
    const read = z.safeParse(gives, result.value, IN_WORDS);
    if (read.success) return { kind: 'answered', value: read.data as z.output<Requests<There>[N]['gives']> };
    return { kind: 'failed', message: this.#problem(`the answer to ${name}`, read.error) };
  }

  notify<N extends NotificationName<There>>(name: N, told: Sent<Notifications<There>[N]>): void {
    this.#rpc.tell(name, told);
  }

  /** Hears nothing more; requests that wait are lost. */
  dispose(): void {
    this.#rpc.close();
  }

  /** Does what a message asks for. Never throws. */
  async #answer(name: string, value: unknown): Promise<Result> {
    const { here, answers } = this.#parts;
    const request = Object.hasOwn(here.requests, name) ? here.requests[name] : undefined;
    const schema = request?.asks ?? (Object.hasOwn(here.notifications, name) ? here.notifications[name] : undefined);
    if (schema === undefined)
      return { kind: 'failed', message: this.#report(`there is no message ${quoted(name)}`, 'misfit') };
    const read = z.safeParse(schema, value, IN_WORDS);
    if (!read.success) return { kind: 'failed', message: this.#problem(name, read.error) };
    const known: Readonly<Record<string, unknown>> = request === undefined ? answers.notifications : answers.requests;
    // The types of `Answers` say that there is one for each schema, of just what the schema gives.
    const answer = known[name] as (value: unknown) => unknown;
    try {
      return { kind: 'answered', value: await answer(read.data) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#report(`${name} failed: ${message}`, 'failure');
      return { kind: 'failed', message };
    }
  }

  #problem(what: string, error: z.core.$ZodError): string {
    const [issue] = error.issues;
    return this.#report(
      `cannot read ${what}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
      'misfit',
    );
  }

  #report(problem: string, kind: 'misfit' | 'failure'): string {
    this.#parts.onProblem(problem, kind);
    return problem;
  }
}

/** Matches replies to requests over a transport that may carry anything. */
function callsOver(
  transport: Transport,
  answer: (name: string, value: unknown) => Promise<Result>,
  onProblem: (problem: string) => void,
) {
  let subscription: { dispose(): void } | null = null;
  const rpc = createBirpc<Record<string, (value: unknown) => unknown>, object, false>(
    {},
    {
      proxify: false,
      timeout: -1,
      post: (message) => transport.send(message),
      on: (take) => {
        subscription = transport.listen((message) => {
          const read = envelopeSchema.safeParse(message);
          if (!read.success) return onProblem('cannot read a message that is neither a request nor a reply');
          // The answer may find the way closed.
          void Promise.resolve(take(read.data)).catch(() => undefined);
        });
      },
      off: () => subscription?.dispose(),
      resolver: (name) => (value) => answer(name, value),
    },
  );
  return {
    call: async (name: string, value: unknown): Promise<Result | { kind: 'lost' }> => {
      let reply: unknown;
      try {
        reply = await rpc.$call(name, value);
      } catch {
        // Only a way that is closed or breaks gets here: what fails on the other side comes as a result.
        return { kind: 'lost' };
      }
      const read = resultSchema.safeParse(reply);
      if (read.success) return read.data;
      onProblem(`cannot read the answer to ${name}`);
      return { kind: 'failed', message: `The answer to ${name} cannot be read.` };
    },
    tell: (name: string, value: unknown): void => void rpc.$callEvent(name, value).catch(() => undefined),
    close: (): void => rpc.$close(),
  };
}

/** A name from outside, short and on one line. */
function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}
