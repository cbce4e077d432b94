import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../projectRoot';

/** Where the page is written for the package; made anew each time. */
const PAGE = path.join('out', 'extensionPage.md');

const DEFINITION = /^\[([^\]]+)\]: (\S+)\n/gm;
const INLINE = /(?<!!)\[([^[\]]+)\]\((?![a-z]+:|#)[^)\s]+\)/g;
const IN_THE_PROJECT_ALONE = /<!-- in the project alone -->\n[^]*?<!-- end -->\n+/g;

/**
 * The README as the page of the installed extension shows it. VS Code shows there only pictures that the text itself holds
 * or that have an https address, and follows only links with a whole address: pictures are put in, and of a link to a file
 * of the project stays what it shows.
 */
export function extensionPage(readme: string, pictureAt: (file: string) => Buffer): string {
  const text = readme.replaceAll(IN_THE_PROJECT_ALONE, '');
  const files = new Map([...text.matchAll(DEFINITION)].map(([, name = '', target = '']) => [name, target]));
  const isFile = (name: string): boolean => files.has(name) && !/^(?:[a-z]+:|#)/i.test(files.get(name) ?? '');
  const shown = new Set([...text.matchAll(/!\[[^\]]*\]\[([^\]]+)\]/g)].map(([, name = '']) => name));
  return text
    .replaceAll(INLINE, '$1')
    .replaceAll(/(?<!!)\[([^[\]]+)\]\[([^\]]+)\]/g, (link, words: string, name: string) =>
      isFile(name) ? words : link,
    )
    .replaceAll(DEFINITION, (line, name: string, target: string) => {
      if (!isFile(name)) return line;
      return shown.has(name) ? `[${name}]: data:image/png;base64,${pictureAt(target).toString('base64')}\n` : '';
    });
}

/** The page of this project as it has to be now. */
export function currentPage(): string {
  const read = (file: string): Buffer => readFileSync(path.join(projectRoot, file));
  return extensionPage(read('README.md').toString(), read);
}

if (process.argv[1]?.endsWith('extensionPage.ts') === true) writeFileSync(path.join(projectRoot, PAGE), currentPage());
