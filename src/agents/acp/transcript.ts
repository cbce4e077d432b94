import type { SessionUpdate, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk';
import type { Transcribe } from '../../core/agents/transcript/transcriptRecord';
import { visible } from '../../core/words/plainText';
import { firstLine } from '../../core/words/firstLine';
import { ToolCalls, type KnownCall } from './toolCalls';

/** What an agent used, as it says itself; null where it says nothing. */
export interface AcpUsage {
  /** Tokens of its session. */
  readonly tokens: number | null;
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

/** The talk of an agent as text to read: what it says, which tool it used on what, and what came of it. */
export class Transcript {
  readonly calls = new ToolCalls();
  /** Who is in the middle of saying something. */
  #speaking: 'agent' | 'thought' | null = null;
  #usage: AcpUsage = { tokens: null, cost: null };
  #plan = '';
  #last = '';
  /** The end of what it is saying, which comes in pieces. */
  #open = '';

  constructor(
    private readonly agent: string,
    private readonly write: (text: string) => void,
    private readonly transcribe: Transcribe,
  ) {}

  get usage(): AcpUsage {
    return this.#usage;
  }

  /** The last line that says something, for a card; empty before one came. */
  get lastLine(): string {
    return this.#last;
  }

  /** The message with which it has ended, as far as its end is kept; empty where something else came after it. */
  get lastSaid(): string {
    return this.#open;
  }

  /** What Switchyard, or a person, says to it or of it. */
  note(text: string): void {
    this.transcribe({ kind: 'note', text });
    this.#line(text);
  }

  /** A person writes to it. */
  heard(text: string): void {
    this.transcribe({ kind: 'person', text });
    this.#line(`You wrote: ${text}`);
  }

  /** Unknown kinds of news are passed over: agents tell more than the protocol knows. */
  take(update: SessionUpdate): void {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        return this.#say('agent', textOf(update.content));
      case 'agent_thought_chunk':
        return this.#say('thought', textOf(update.content));
      case 'tool_call':
      case 'tool_call_update':
        this.tool(update);
        return;
      case 'plan':
        return this.#showPlan(Array.isArray(update.entries) ? update.entries : []);
      case 'usage_update':
        this.#usage = {
          tokens: numberOr(update.used, this.#usage.tokens),
          cost: costOf(update.cost) ?? this.#usage.cost,
        };
        return;
      case 'notice':
        return this.note(`! ${[update.title, update.description].filter(Boolean).join(': ')}`);
      default:
        return;
    }
  }

  tool(update: ToolCallUpdate): KnownCall {
    const { before, now } = this.calls.upsert(update);
    const words = describeCall(now);
    if (before === null || (describeCall(before) !== words && before.status !== now.status)) {
      this.transcribe({ kind: 'tool', text: words });
      this.#line(`Tool ${words}`);
    }
    const isOver = now.status === 'completed' || now.status === 'failed';
    if (isOver && before?.status !== now.status) this.#cameOf(now);
    return now;
  }

  #cameOf({ content, status }: KnownCall): void {
    const parts = content ?? [];
    const said = outputOf(parts);
    if (said !== '') {
      this.transcribe({ kind: 'output', text: said.replaceAll(/^ {2}/gm, '') });
      this.#line(said);
    }
    if (status === 'failed') {
      this.transcribe({ kind: 'note', text: 'That failed.' });
      this.#line('That failed.');
    }
    for (const part of parts) {
      if (part.type !== 'diff') continue;
      const how = part.oldText == null ? 'added' : 'changed';
      this.transcribe({ kind: 'file', how, path: part.path });
      this.#line(`File ${how}: ${part.path}`);
    }
  }

  /** Ends a line that is open, at the end of a turn. */
  end(): void {
    if (this.#speaking !== null) this.write('\n');
    this.#speaking = null;
  }

  #say(who: 'agent' | 'thought', text: string): void {
    if (text === '') return;
    if (this.#speaking !== who) {
      this.end();
      this.write(who === 'agent' ? `${this.agent}: ` : `${this.agent} thinks: `);
      this.#speaking = who;
      this.#open = '';
    }
    this.transcribe({ kind: who === 'agent' ? 'saidPart' : 'thoughtPart', text });
    this.write(text);
    this.#open = `${this.#open}${text}`.slice(-LONGEST_OPEN);
    this.#remember(this.#open);
  }

  #remember(text: string): void {
    const line = text.split('\n').findLast((one) => one.trim() !== '');
    if (line !== undefined) this.#last = visible(line.trim()).slice(0, LONGEST_LAST);
  }

  #showPlan(entries: readonly { readonly content: string; readonly status: string }[]): void {
    const marks: Readonly<Record<string, string>> = { completed: 'x', in_progress: '~' };
    const plan = entries.map(({ content, status }) => `  [${marks[status] ?? ' '}] ${content}`).join('\n');
    if (plan === this.#plan || plan === '') return;
    this.#plan = plan;
    this.transcribe({ kind: 'note', text: `Plan:\n${plan}` });
    this.#line(`Plan:\n${plan}`);
  }

  #line(text: string): void {
    this.end();
    this.#open = '';
    this.write(`${text}\n`);
    this.#remember(text);
  }
}

/** Tool and what it is used on: `execute: npm test`. */
function describeCall({ kind, title, name, locations }: KnownCall): string {
  const what = title ?? name ?? 'a tool that it does not name';
  const files = [...new Set((locations ?? []).map(({ path }) => path))].filter((path) => !what.includes(path));
  return `${kind == null || kind === 'other' ? '' : `${kind}: `}${firstLine(what)}${files.length === 0 ? '' : ` (${files.join(', ')})`}`;
}

const LONGEST_OUTPUT = 4000;
/** What shows on a card, and what is looked at for it (characters). */
const LONGEST_LAST = 160;
const LONGEST_OPEN = 2000;

function outputOf(content: readonly ToolCallContent[]): string {
  const parts = content.map((one) => (one.type === 'content' ? textOf(one.content) : ''));
  const text = parts.filter((part) => part.trim() !== '').join('\n').trimEnd(); // prettier-ignore
  const cut = text.length > LONGEST_OUTPUT ? `${text.slice(0, LONGEST_OUTPUT)}\n…` : text;
  return cut.replaceAll(/^/gm, '  ').replace(/^ +$/, '');
}

function textOf(content: unknown): string {
  if (typeof content !== 'object' || content === null || !('type' in content)) return '';
  if (content.type === 'text' && 'text' in content) return String(content.text);
  if (content.type === 'resource_link' && 'uri' in content) return String(content.uri);
  return `[${String(content.type)}]`;
}

function costOf(cost: unknown): AcpUsage['cost'] {
  if (typeof cost !== 'object' || cost === null || !('amount' in cost) || !('currency' in cost)) return null;
  return typeof cost.amount === 'number' ? { amount: cost.amount, currency: String(cost.currency) } : null;
}

function numberOr(value: unknown, otherwise: number | null): number | null {
  return typeof value === 'number' ? value : otherwise;
}
