/** A tool that the agent offers to its model; `properties` and `required` are those of its JSON schema. */
export interface OfferedTool {
  readonly name: string;
  readonly properties: Readonly<Record<string, { readonly type?: unknown }>>;
  readonly required: readonly string[];
}

/** What a model says in one turn. */
export type ModelTurn =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'tool';
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

/** What every turn is said to have taken. */
export const USAGE = { input: 120, output: 12 } as const;

/** One form in which agents talk with models. `send` writes the whole answer, event by event where the agent wants that. */
export interface WireForm {
  readonly matches: (path: string) => boolean;
  readonly tools: (body: Readonly<Record<string, unknown>>) => readonly OfferedTool[];
  readonly answer: (turn: ModelTurn, model: string) => WireAnswer;
}

/** `events`: name (null for none) and data of each; `whole` is the answer to who asks for no stream. */
export interface WireAnswer {
  readonly events: readonly (readonly [string | null, unknown])[];
  /** What ends the stream, where that is no event of its own. */
  readonly end?: string;
  readonly whole: unknown;
}

export function toolOf(name: unknown, schema: unknown): OfferedTool {
  const { properties = {}, required = [] } = (schema ?? {}) as Partial<OfferedTool>;
  return { name: String(name), properties, required };
}

export function listAt(body: Readonly<Record<string, unknown>>, name: string): readonly Record<string, unknown>[] {
  const list = body[name];
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
}
