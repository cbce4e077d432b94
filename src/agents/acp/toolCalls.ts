import type { ToolCallUpdate } from '@agentclientprotocol/sdk';

/** What is known of one deed of an agent: the sum of all that it said of it. */
export type KnownCall = Partial<Omit<ToolCallUpdate, 'toolCallId'>> & { readonly id: string };

/** The deeds of a session by their ids. Agents tell of deeds that they never announced, and of parts of them alone. */
export class ToolCalls {
  readonly #calls = new Map<string, KnownCall>();

  /** Takes in what is said of a deed, announced or not. What is left out, or null, stays as it was. */
  upsert({ toolCallId, ...said }: ToolCallUpdate): { readonly before: KnownCall | null; readonly now: KnownCall } {
    const before = this.#calls.get(toolCallId) ?? null;
    const news = Object.fromEntries(Object.entries(said).filter(([name, value]) => isUsable(name, value)));
    const now: KnownCall = { ...before, ...news, id: toolCallId };
    this.#calls.set(toolCallId, now);
    return { before, now };
  }
}

/** Of another type than it should be, it is as good as left out. */
function isUsable(name: string, value: unknown): boolean {
  if (name === 'content' || name === 'locations') return Array.isArray(value) && value.every((one) => one != null);
  if (name === 'title' || name === 'name' || name === 'kind' || name === 'status') return typeof value === 'string';
  return value !== null && value !== undefined;
}
