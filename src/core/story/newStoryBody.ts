import { english, type Translate } from '../words/said';

/** Where in the workspace a story comes from: a path with `/`, lines from 1, and what stands there. */
export interface QuotedContext {
  readonly path: string;
  readonly fromLine: number;
  readonly toLine: number;
  /** VS Code's name of the language. */
  readonly language: string;
  readonly text: string;
}

/** Most lines and characters that are quoted; who needs more finds it at the place that is named. */
const MOST_LINES = 60;
const MOST_CHARACTERS = 6000;

/** What stands in a comment and asks for something to be done, and what it asks for. */
const TODO = /(?:^|[^\w])(?:TODO|FIXME|HACK|XXX)\b(?:\([^)]*\))?[\s:-]*(.*)$/;

/** What a comment on this line asks for, fit for a title; null where it asks for nothing. */
export function todoIn(line: string): string | null {
  const comment = line
    .slice(0, 1000)
    .trimEnd()
    .replace(/(?:\*\/|-->|#\})$/, '');
  return TODO.exec(comment)?.[1]?.trim() ?? null;
}

/** The body of a new story: a place to say what is wanted, where it comes from, and a first criterion to fill in. */
export function newStoryBody(context: QuotedContext | null, translate: Translate = english): string {
  const from = context === null ? '' : `${quoteContext(context, translate)}\n\n`;
  return `\n\n${from}## ${translate('Acceptance criteria')}\n\n- [ ] \n`;
}

function quoteContext({ path, fromLine, toLine, language, text }: QuotedContext, translate: Translate): string {
  const lines = fromLine === toLine ? String(fromLine) : `${fromLine}-${toLine}`;
  const place = translate('From {0}:', inCode(`${path}:${lines}`));
  const { shown, left } = shortened(text.replaceAll('\r\n', '\n').trimEnd());
  const more = left === 0 ? '' : `\n\n${translate('({0} more lines there)', left)}`;
  const isProse = language === 'markdown' || language === 'plaintext';
  const quote = isProse ? shown.replaceAll(/^/gm, '> ').replaceAll(/ +$/gm, '') : fenced(shown, language);
  return `${place}\n\n${quote}${more}`;
}

function shortened(text: string): { shown: string; left: number } {
  const lines = text.slice(0, MOST_CHARACTERS).split('\n').slice(0, MOST_LINES);
  return { shown: lines.join('\n').replace(/[\ud800-\udbff]$/, ''), left: text.split('\n').length - lines.length };
}

/** A fence that nothing in the text closes. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[\w+-]+$/.test(language) ? language : ''}\n${text}\n${fence}`;
}

function inCode(text: string): string {
  const bare = text.replaceAll(/[\r\n]/g, ' ');
  const longest = Math.max(0, ...[...bare.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const gap = bare.startsWith('`') || bare.endsWith('`') ? ' ' : '';
  return `${ticks}${gap}${bare}${gap}${ticks}`;
}
