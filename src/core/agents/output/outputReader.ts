import { visible } from '../../words/plainText';
import type { AgentSaid, Dialect } from './agentSaid';
import type { Transcribe, TranscriptDeed } from '../transcript/transcriptRecord';
import { isObject } from './json';
import { NOTHING_SAID, takeIn, type RunReport } from './runReport';

/** A line that grows longer than this (characters) is no line of JSON that anyone reads. */
const LONGEST_LINE = 8_000_000;
/** Thoughts and words of errors are shown up to so many characters. */
const LONGEST_SHOWN = 4000;
const LONGEST_LAST = 160;

/**
 * Turns an agent's stream into text for people, as it comes, and keeps what it says of its run. What is no line of JSON, or
 * of an agent whose dialect is not known (null), is passed on as it stands.
 */
export class OutputReader {
  #report: RunReport = NOTHING_SAID;
  /** The beginning of a line of which the rest has not come; it begins as JSON does. */
  #pending = '';
  /** Whether what comes next goes on with a line that was passed on. */
  #inPlainLine = false;
  /** Whether a message that grows is being written. */
  #inPart = false;
  #turn: string | null = null;
  #last = '';

  constructor(
    private readonly dialect: Dialect | null,
    /** Who says it, for people. */
    private readonly who: string,
    /** Told each thing by itself. */
    private readonly transcribe: Transcribe = () => undefined,
  ) {}

  get report(): RunReport {
    return this.#report;
  }

  /** The last line that says something, for a card; empty before one came. */
  get lastLine(): string {
    return this.#last;
  }

  /** What a person reads of it; empty where the rest of a line is still to come. `now` in ms since 1970. */
  take(text: string, now: number): string {
    if (this.dialect === null) return this.#plain(text);
    let shown = '';
    for (const piece of text.split(/(?<=\n)/)) shown += this.#piece(piece, now);
    return shown;
  }

  /** What is left when nothing more comes. */
  end(now: number): string {
    const rest = this.#pending;
    this.#pending = '';
    return (rest === '' ? '' : this.#line(rest, now)) + this.#closePart();
  }

  #piece(piece: string, now: number): string {
    const whole = piece.endsWith('\n');
    if (this.#pending === '' && (this.#inPlainLine || !/^\s*(?:\{|$)/.test(piece))) {
      this.#inPlainLine = !whole;
      return this.#closePart() + this.#plain(piece);
    }
    this.#pending += piece;
    if (!whole && this.#pending.length <= LONGEST_LINE) return '';
    const line = this.#pending;
    this.#pending = '';
    return this.#line(line, now);
  }

  #line(line: string, now: number): string {
    if (line.trim() === '') return '';
    const read = parse(line);
    if (read === null) return this.#closePart() + this.#plain(line);
    return (this.dialect?.(read) ?? []).map((said) => this.#said(said, now)).join('');
  }

  #said(said: AgentSaid, now: number): string {
    this.#report = takeIn(this.#report, said, now, this.#turn);
    if (said.kind === 'turn') this.#turn = said.id;
    if (said.kind === 'textPart') return this.#part(said.text);
    const text = wordsOf(said, this.who);
    if (text === null) return '';
    this.transcribe(deedOf(said, text));
    this.#remember(text);
    return `${this.#closePart()}${visible(text)}\n`;
  }

  #part(text: string): string {
    const shown = `${this.#inPart ? '' : `${this.who}: `}${visible(text)}`;
    this.#inPart = true;
    this.transcribe({ kind: 'saidPart', text });
    this.#remember(text);
    return shown;
  }

  #closePart(): string {
    if (!this.#inPart) return '';
    this.#inPart = false;
    return '\n';
  }

  #plain(text: string): string {
    this.transcribe({ kind: 'plain', text: text.replaceAll(COLOURS, '') });
    this.#remember(text);
    return text;
  }

  #remember(text: string): void {
    const line = text.split('\n').findLast((one) => one.trim() !== '');
    if (line !== undefined) this.#last = visible(line.replaceAll(COLOURS, '').trim()).slice(0, LONGEST_LAST);
  }
}

/** What turns text red or moves about says nothing on a card. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;?]*[A-Za-z]`, 'g');

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** What a person reads; null for what is only for the figures. */
function wordsOf(said: AgentSaid, who: string): string | null {
  switch (said.kind) {
    case 'text':
      return said.text.trim() === '' ? null : `${who}: ${said.text.trim()}`;
    case 'thought':
      return said.text.trim() === '' ? null : `${who} thinks: ${shortened(said.text.trim())}`;
    case 'tool':
      return said.detail === '' ? `Tool ${said.name}` : `Tool ${said.name}: ${said.detail}`;
    case 'toolFailed':
      return said.detail === '' ? 'That failed.' : `That failed: ${said.detail}`;
    case 'file':
      return `File ${said.how}: ${said.path}`;
    case 'backOff':
      return `${said.limited ? 'Rate limit' : 'The service did not answer'}: ${who} tries again in ${seconds(said.ms)}.`;
    case 'limited':
      return said.limit === 'rate'
        ? `${who} has reached a rate limit.`
        : `${who} has used up what its account may use.`;
    case 'spentLimit':
      return `${who} has reached the limit of ${LIMIT_WORDS[said.of]} that was set for it.`;
    case 'error':
      return said.text.trim() === '' ? null : `Error: ${shortened(said.text.trim())}`;
    case 'session':
    case 'needsLogin':
    case 'turn':
    case 'textPart':
    case 'spent':
    case 'end':
      return null;
    default:
      return said satisfies never;
  }
}

/** As it stands in a transcript. `words`: what a person reads of it. */
function deedOf(said: AgentSaid, words: string): TranscriptDeed {
  switch (said.kind) {
    case 'text':
      return { kind: 'said', text: said.text };
    case 'thought':
      return { kind: 'thought', text: shortened(said.text) };
    case 'tool':
      return { kind: 'tool', text: said.detail === '' ? said.name : `${said.name}: ${said.detail}` };
    case 'toolFailed':
      return { kind: 'failed', text: said.detail === '' ? 'it does not say why' : said.detail };
    case 'file':
      return { kind: 'file', how: said.how, path: said.path };
    default:
      return { kind: 'note', text: words };
  }
}

const LIMIT_WORDS = { turns: 'turns', money: 'money', time: 'time', toolCalls: 'tool calls' } as const;

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}

function shortened(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}
