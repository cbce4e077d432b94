import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';

/** A document of this project. `file` is relative to the project, with `/`. */
export interface Document {
  readonly file: string;
  readonly text: string;
}

export function readDocument(file: string): Document {
  return { file, text: readFileSync(path.join(projectRoot, ...file.split('/')), 'utf8') };
}

/** The pages that people read: those at the top, and every one in docs. */
export function allDocuments(): Document[] {
  const pages = readdirSync(path.join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' });
  const inDocs = pages.filter((name) => name.endsWith('.md')).map((name) => `docs/${name.split(path.sep).join('/')}`);
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inDocs.sort()].map(readDocument);
}

/** The text without fenced blocks and code spans: what is left can hold links and headings. */
function withoutCode(text: string): string {
  return text.replaceAll(/^(`{3,})[^]*?^\1[ \t]*$/gm, '').replaceAll(/`[^`\n]*`/g, '``');
}

/** Contents of the fenced blocks of one language, in order. */
export function codeBlocks({ text }: Document, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, name, code = '']) =>
    name === language ? [code] : [],
  );
}

/** A link or picture as written; `target` is null for a reference that is defined nowhere. */
export interface Link {
  readonly shown: string;
  readonly target: string | null;
}

/** Every link and picture: inline, by reference, and as an HTML attribute. */
export function linksOf({ text }: Document): Link[] {
  const plain = withoutCode(text);
  const definition = /^\[([^\]]+)\]:[ \t]*<?(\S+?)>?(?:[ \t].*)?$/gm;
  const defined = new Map([...plain.matchAll(definition)].map(([, name = '', to = '']) => [name.toLowerCase(), to]));
  const inline = [...plain.matchAll(/\[([^\]]*)\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const byName = [...plain.matchAll(/\[([^\]]+)\]\[([^\]]*)\]/g)];
  const inHtml = [...plain.matchAll(/<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g)];
  return [
    ...inline.map(([, shown = '', target = '']) => ({ shown, target })),
    ...byName.map(([, shown = '', name = '']) => ({
      shown,
      target: defined.get((name === '' ? shown : name).toLowerCase()) ?? null,
    })),
    ...inHtml.map(([shown, target = '']) => ({ shown, target })),
  ];
}

/** The names by which a page's headings can be linked to, as GitHub makes them. */
export function anchorsOf({ text }: Document): string[] {
  const seen = new Map<string, number>();
  const headings = [...text.replaceAll(/^(`{3,})[^]*?^\1[ \t]*$/gm, '').matchAll(/^#{1,6}[ \t]+(.+)$/gm)];
  return headings.map(([, heading = '']) => {
    const plain = heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(plain) ?? 0;
    seen.set(plain, before + 1);
    return before === 0 ? plain : `${plain}-${before}`;
  });
}

/** The cells of the table whose first heading is `heading`, row by row, without its head. */
export function tableOf({ file, text }: Document, heading: string): string[][] {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => cellsOf(line)[0] === heading);
  if (head < 0) throw new Error(`${file} has no table that begins with "${heading}".`);
  const after = lines.slice(head + 2);
  const end = after.findIndex((line) => !line.startsWith('|'));
  return after.slice(0, end < 0 ? undefined : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}
