/** A part of a Markdown text, as far as a page shows its shape. Its words stay text: no link, picture or HTML is read from them. */
export type MarkdownBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** One line of what is quoted. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'item'; readonly text: string; readonly depth: number }
  /** A task-list item, by its place among those of the text. */
  | { readonly kind: 'criterion'; readonly index: number; readonly depth: number }
  | { readonly kind: 'code'; readonly text: string };

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const TASK = /^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s+\S/;
const ITEM = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/;
const QUOTE = /^\s{0,3}>\s?(.*)$/;
const HEADING = /^#{1,6}\s+(.*)$/;

/** Headings, paragraphs, quoted lines, list items, criteria and code of a Markdown text, in their order. */
export function markdownBlocks(markdown: string): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let paragraph: string[] = [];
  let code: { mark: string; lines: string[] } | null = null;
  let tasks = 0;
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', text: paragraph.join(' ') });
    paragraph = [];
  };
  for (const line of markdown.split(/\r?\n/)) {
    const mark = FENCE.exec(line)?.[1];
    if (code !== null) {
      if (mark?.startsWith(code.mark) === true) {
        blocks.push({ kind: 'code', text: code.lines.join('\n') });
        code = null;
      } else code.lines.push(line);
      continue;
    }
    if (mark !== undefined) {
      endParagraph();
      code = { mark, lines: [] };
      continue;
    }
    const block = blockOf(line, tasks);
    if (block === null) {
      if (line.trim() === '') endParagraph();
      else paragraph.push(line.trim());
      continue;
    }
    endParagraph();
    if (block.kind === 'item' && block.text === '') continue;
    if (block.kind === 'criterion') tasks += 1;
    blocks.push(block);
  }
  endParagraph();
  if (code !== null) blocks.push({ kind: 'code', text: code.lines.join('\n') });
  return blocks;
}

function blockOf(line: string, tasks: number): MarkdownBlock | null {
  const [, heading] = HEADING.exec(line) ?? [];
  if (heading !== undefined) return { kind: 'heading', text: heading };
  const [, quoted] = QUOTE.exec(line) ?? [];
  if (quoted !== undefined) return { kind: 'quote', text: quoted };
  const [, indent = '', text] = ITEM.exec(line) ?? [];
  if (text === undefined) return null;
  // A box without words, as a new story has it, is no criterion yet.
  if (/^\[[ xX]?\]?\s*$/.test(text)) return { kind: 'item', text: '', depth: 0 };
  const depth = Math.min(5, Math.floor(indent.replaceAll('\t', '  ').length / 2));
  return TASK.test(line) ? { kind: 'criterion', index: tasks, depth } : { kind: 'item', text, depth };
}
