import { visible } from '../../words/plainText';
import type { Translate } from '../../words/said';
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
  readonly t: Translate;
}

/** The records as a document to read: who said what and when, which tool was used, which file was changed. */
export function transcriptText(records: readonly TranscriptRecord[], words: Words): TranscriptText {
  const lines = [words.heading];
  const links: TranscriptLink[] = [];
  for (const one of joined(records)) {
    const when = words.when(one.at);
    if (one.kind === 'file') {
      const [before, name] = [
        `${when}  ${fileWord(one.how, words.t)} `,
        visible(words.nameOf(one.path)).replaceAll('\n', '\\u{a}'),
      ];
      links.push({ line: lines.length, from: before.length, to: before.length + name.length, path: one.path });
      lines.push(`${before}${name}`);
      continue;
    }
    const shown = visible(one.text).trimEnd();
    if (shown.trim() === '') continue;
    const head = headOf(one, words.t);
    if (head === null) lines.push(...hanging(`${when}  `, shown, markOf(one, words.t), one));
    else lines.push('', `${when}  ${head}`, ...shown.split('\n').map((line) => `  ${line}`.trimEnd()));
  }
  if (lines.length === 1) lines.push('', words.nothing);
  return { text: `${lines.join('\n')}\n`, links };
}

function fileWord(how: 'changed' | 'added' | 'deleted', t: Translate): string {
  if (how === 'changed') return t('Changed');
  return how === 'added' ? t('Added') : t('Deleted');
}

type Said = Exclude<TranscriptRecord, { kind: 'file' }>;

/** Who speaks, where somebody does. */
function headOf({ kind, who }: Said, t: Translate): string | null {
  const name = visible(who);
  switch (kind) {
    case 'said':
    case 'saidPart':
      return name;
    case 'thought':
    case 'thoughtPart':
      return t('{0} thinks', name);
    case 'told':
      return t('To {0}', name);
    case 'person':
      return t('You, to {0}', name);
    case 'plain':
      return t('{0} printed', name);
    case 'tool':
    case 'output':
    case 'failed':
    case 'note':
      return null;
    default:
      return kind satisfies never;
  }
}

function markOf({ kind }: Said, t: Translate): string {
  return kind === 'tool' ? `${t('Tool')} ` : kind === 'failed' ? `${t('That failed:')} ` : '';
}

function hanging(when: string, text: string, mark: string, { kind }: Said): string[] {
  const [first = '', ...rest] = text.split('\n');
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
