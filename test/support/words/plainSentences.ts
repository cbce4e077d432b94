import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../projectRoot';
import { translate } from './german';

/** Where sentences are made that a window shows, by programs that know no language of a person's. */
const FOLDERS = ['src/core', 'src/engine', 'src/git', 'src/gates', 'src/landing', 'src/session'];

/** A sentence of three words or more: so it begins, and so it ends. */
const SENTENCE = /^(?:[A-Z“]|xyz)\S*\s\S+\s[\s\S]*\S[.!?]$/;

/** Looked up where it is shown, or told to nobody but the log: what is in these calls. */
const CALLS =
  /^(?:say|t|translate|lack|info|warn|error|debug|note|regex|minLength|maxLength|refine|describe|#localised)$/;

/**
 * Every sentence that is made as a plain text in what makes no words for people by itself, and that no language knows; with its
 * place. `stays` says which files speak English to whom they speak to, or keep English on purpose.
 */
export function plainSentences(stays: readonly RegExp[]): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name.replaceAll(path.sep, '/')}`,
    ),
  )
    .filter((file) => file.endsWith('.ts') && !stays.some((one) => one.test(file)))
    .flatMap(plainIn);
}

function plainIn(file: string): string[] {
  const text = readFileSync(path.join(projectRoot, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && CALLS.test(nameOf(node.expression))) return;
    // An error that nobody foresaw is for the log.
    if (ts.isNewExpression(node) && node.expression.getText() === 'Error') return;
    const words = wordsOf(node);
    if (words !== null && SENTENCE.test(words) && translate(words) === words) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${words}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(callee: ts.Expression): string {
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
}

/** The text with something in each place that it leaves open. */
function wordsOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => `xyz${literal.text}`)].join('');
}
