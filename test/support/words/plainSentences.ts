import ts from 'typescript';
import { foundIn, SKIP } from './foundIn';
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
  return foundIn(FOLDERS, (file) => stays.some((one) => one.test(file)), plainIn);
}

function plainIn(node: ts.Node): string | typeof SKIP | null {
  if (ts.isCallExpression(node) && CALLS.test(nameOf(node.expression))) return SKIP;
  // An error that nobody foresaw is for the log.
  if (ts.isNewExpression(node) && node.expression.getText() === 'Error') return SKIP;
  const words = wordsOf(node);
  return words !== null && SENTENCE.test(words) && translate(words) === words ? words : null;
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
