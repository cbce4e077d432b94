import ts from 'typescript';
import { foundIn } from './foundIn';

/** Where a person is refused something. */
const FOLDERS = ['src/engine', 'src/core/story', 'src/core/review', 'src/core/recovery'];
/** What an agent is answered, and no person: it reads English. */
const FOR_AGENTS = ['src/engine/agents/desk/agentDesk.ts'];

/**
 * Every refusal for a person that is written as plain text, with its place: `refuse('…')`, and an object that says `refused` with
 * a message of its own. In `refuse(say('…'))` the text is among the words that every language has.
 */
export function plainRefusals(): string[] {
  return foundIn(
    FOLDERS,
    (file) => FOR_AGENTS.includes(file),
    (node) => (isPlain(node) ? node.getText() : null),
  );
}

function isPlain(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && /^refused?$/.test(node.expression.text))
    return node.arguments.some((one) => holdsText(one));
  if (!ts.isObjectLiteralExpression(node)) return false;
  const named = (name: string): ts.ObjectLiteralElementLike | undefined =>
    node.properties.find((one) => one.name?.getText() === name);
  return named('kind')?.getText() === "kind: 'refused'" && named('message') !== undefined;
}

/** A text, either text of a choice, or a name that stands for one. */
function holdsText(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node)) return node.text !== '';
  if (ts.isTemplateExpression(node)) return true;
  if (ts.isConditionalExpression(node)) return holdsText(node.whenTrue) || holdsText(node.whenFalse);
  if (ts.isBinaryExpression(node)) return holdsText(node.left) || holdsText(node.right);
  return ts.isIdentifier(node) && declaredIn(functionAround(node), node.text).some((one) => holdsText(one));
}

function functionAround(node: ts.Node): ts.Node {
  return ts.findAncestor(node, ts.isFunctionLike) ?? node.getSourceFile();
}

function declaredIn(node: ts.Node, name: string): ts.Expression[] {
  const found: ts.Expression[] = [];
  const look = (one: ts.Node): void => {
    const isIt = ts.isVariableDeclaration(one) && one.name.getText() === name;
    if (isIt && one.initializer !== undefined && !ts.isIdentifier(one.initializer)) found.push(one.initializer);
    ts.forEachChild(one, look);
  };
  look(node);
  return found;
}
