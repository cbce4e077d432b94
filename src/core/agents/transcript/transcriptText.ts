import { visible } from '../../words/plainText';
import type { TranscriptRecord } from './transcriptRecord';

/** A path in the document: line and columns from 0, the end not included. `path` as the agent says it. */
export interface TranscriptLink {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

export interface TranscriptText {
  readonly text: string;
  readonly links: readonly TranscriptLink[];
}

interface Words {
  readonly heading: string;
  readonly nothing: string;
  /** Of a moment in ms since 1970. */
  readonly when: (at: number) => string;
  /** A path as it is shown. */
  readonly nameOf: (path: string) => string;
}

/** The records as a document to read: who said what and when, which tool was used, which file was changed. */
export function transcriptText(records: readonly TranscriptRecord[], words: Words): TranscriptText {
  const lines = [words.heading];
  const links: TranscriptLink[] = [];
  for (const one of joined(records)) {
    const when = words.when(one.at);
    if (one.kind === 'file') {
      const [before, name] = [
        `${when}  ${FILES[one.how]} `,
        visible(words.nameOf(one.path)).replaceAll('\n', '\\u{a}'),
      ];
      links.push({ line: lines.length, from: before.length, to: before.length + name.length, path: one.path });
      lines.push(`${before}${name}`);
      continue;
    }
    const shown = visible(one.text).trimEnd();
    if (shown.trim() === '') continue;
    const head = headOf(one);
    if (head === null) lines.push(...hanging(`${when}  `, shown, one));
    else lines.push('', `${when}  ${head}`, ...shown.split('\n').map((line) => `  ${line}`.trimEnd()));
  }
  if (lines.length === 1) lines.push('', words.nothing);
  return { text: `${lines.join('\n')}\n`, links };
}

const FILES = { changed: 'Changed', added: 'Added', deleted: 'Deleted' } as const;

type Said = Exclude<TranscriptRecord, { kind: 'file' }>;

/** Who speaks, where somebody does. */
function headOf({ kind, who }: Said): string | null {
  const name = visible(who);
  switch (kind) {
    case 'said':
    case 'saidPart':
      return name;
    case 'thought':
    case 'thoughtPart':
      return `${name} thinks`;
    case 'told':
      return `To ${name}`;
    case 'person':
      return `You, to ${name}`;
    case 'plain':
      return `${name} printed`;
    case 'tool':
    case 'output':
    case 'failed':
    case 'note':
      return null;
    default:
      return kind satisfies never;
  }
}

function hanging(when: string, text: string, { kind }: Said): string[] {
  const [first = '', ...rest] = text.split('\n');
  const mark = kind === 'tool' ? 'Tool ' : kind === 'failed' ? 'That failed: ' : '';
  const below = rest.map((line) => `  ${line}`.trimEnd());
  return kind === 'output' ? [`  ${first}`.trimEnd(), ...below] : [`${when}${mark}${first}`, ...below];
}

const GROWS = new Set<TranscriptRecord['kind']>(['saidPart', 'thoughtPart', 'plain']);

/** Pieces of one message stand together, from when it began. */
function joined(records: readonly TranscriptRecord[]): TranscriptRecord[] {
  const all: TranscriptRecord[] = [];
  for (const record of records) {
    const last = all.at(-1);
    const goesOn = last !== undefined && last.kind === record.kind && last.who === record.who && GROWS.has(record.kind);
    if (goesOn && last.kind !== 'file' && record.kind !== 'file')
      all[all.length - 1] = { ...last, text: last.text + record.text }; // prettier-ignore
    else all.push(record);
  }
  return all;
}
