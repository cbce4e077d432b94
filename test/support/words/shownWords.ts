import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { COLD_CAUSES } from '../../../src/core/agents/sessions/lookUp';
import { ACTION_IDS, ACTIONS, titleOf } from '../../../src/core/board/actions';
import { PENDING_WORDS } from '../../../src/core/board/pendingWords';
import { STATE_WORDS } from '../../../src/core/board/spoken';
import { STEP_WORDS } from '../../../src/core/landing/stepWords';
import { MARK_WORDS } from '../../../src/core/pipeline/markWords';
import { stateWords } from '../../../src/core/review/reviewText';
import { CLASS_WORDS } from '../../../src/core/recovery/recoveryText';
import { EMPTY_WORDS, eventWords, FIELD_WORDS } from '../../../src/core/story/timelineText';
import { projectRoot } from '../projectRoot';
import { STORY_TYPES } from '../../../src/core/story/stageNames';
import { EVENTS } from '../storyFixtures';
import { RECORDED } from './recordedWords';

/**
 * Where words for people are asked for by their English text: `vscode.l10n.t(…)` in the host, `t(…)` in the pages, and `say(…)`
 * in the core and the engine, whose sentences the host looks up.
 */
const FOLDERS = ['src', 'media'];

/**
 * Every English text that host and pages look up in the person's language. The names of stages are not among them: they are
 * the same in every language, because commands, files and the record have them too.
 */
export function shownWords(): ReadonlySet<string> {
  const actions = ACTION_IDS.flatMap((id) => [ACTIONS[id].label, titleOf(ACTIONS[id])]);
  const marks = Object.values(MARK_WORDS).map(({ word }) => word);
  const listed = [
    ...actions,
    ...marks,
    ...Object.values(STATE_WORDS),
    ...Object.values(CLASS_WORDS),
    ...Object.values(STEP_WORDS),
    ...Object.values(PENDING_WORDS),
    ...Object.values(COLD_CAUSES),
    ...STORY_TYPES,
    ...GO_TO,
    ...PENDING,
    ...[...Object.keys(EVENTS), ...STORE_EVENTS].map((event) => eventWords(event)),
    ...(['open', 'sent', 'answered', 'settled'] as const).map(stateWords),
    ...FIELD_WORDS,
    ...EMPTY_WORDS,
    ...BY,
    ...ENDS,
  ];
  const recorded = RECORDED.map((text) => `${text}/record`);
  const all = new Set([...writtenWords(), ...listed, ...MERGES, ...noticeLabels(), ...recorded]);
  for (const same of ['', ...SAME]) all.delete(same);
  return all;
}

/** Stages whose words differ from their names. */
const MERGES = ['Failed merge', 'Given-up merge'];
const GO_TO = ['Open Board', 'New Story…'];
/** What the store itself writes into the history, beside events of stories. */
const STORE_EVENTS = ['Created', 'Described', 'Edited', 'Deleted', 'Undeleted', 'Purged', 'BranchNamed', 'Renumbered', 'Recovered', 'Restored', 'Shared']; // prettier-ignore
/** Who or what caused a change. */
const BY = ['person', 'gates', 'merge queue', 'scheduler', 'agent', 'team', 'recovery'];
/** How a story or a check of a criterion ended. */
const ENDS = ['completed', 'abandoned', 'passed', 'failed'];
/** What is said of a command that has no words of its own. */
const PENDING = ['being changed…'];
/** Written in calls that localise, and the same everywhere. */
const SAME = ['Backlog', 'Coding', 'QA', 'Merge', 'Done', 'Frozen', 'Archived'];

/** What the buttons of notices say. */
function noticeLabels(): string[] {
  const text = readFileSync(path.join(projectRoot, 'src/core/board/notices.ts'), 'utf8');
  return [...text.matchAll(/label: '([^']+)'/g)].map(([, label = '']) => label);
}

/** Every English text that is written in a call that localises it; those that come from lists are not among them. */
function writtenWords(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of sourceFiles()) {
    const text = readFileSync(file, 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    visit(source);
  }
  return found;

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && isLocalising(node.expression) && node.arguments[0] !== undefined)
      for (const text of textsOf(node.arguments[0])) found.add(text);
    if (ts.isStringLiteral(node) && isDoctors(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  }
}

function sourceFiles(): string[] {
  const files = FOLDERS.flatMap((folder) => {
    const top = path.join(projectRoot, folder);
    return readdirSync(top, { recursive: true, encoding: 'utf8' }).map((name) => path.join(top, name));
  });
  return files.filter((file) => /\.tsx?$/.test(file));
}

function isLocalising(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ['t', 'say', 'translate', 'explainDiskError'].includes(callee.text);
  // What stopped the store, which explains it.
  if (ts.isPropertyAccessExpression(callee) && ['#localised', '#failed', 'failed'].includes(callee.name.text))
    return true;
  return (
    ts.isPropertyAccessExpression(callee) && callee.name.text === 't' && callee.expression.getText() === 'vscode.l10n'
  );
}

/** What Doctor says of each kind of finding, in its rules, repairs and headings; the report is put together by looking it up. */
function isDoctors(node: ts.StringLiteral): boolean {
  const file = node.getSourceFile().fileName.replaceAll('\\', '/');
  const { parent } = node;
  if (/src\/core\/doctor\//.test(file)) {
    if (ts.isCallExpression(parent)) return parent.expression.getText() === 'command' && parent.arguments[1] === node;
    return ts.isPropertyAssignment(parent) && isDoctorsKey(parent);
  }
  if (!/src\/session\/doctor\//.test(file)) return false;
  if (ts.isVariableDeclaration(parent)) return parent.name.getText() === 'UNTRUSTED';
  return ts.isCallExpression(parent) && /^looks\.(?:at|not)$/.test(parent.expression.getText());
}

function isDoctorsKey(property: ts.PropertyAssignment): boolean {
  if (['title', 'why', 'advice', 'label', 'one', 'many'].includes(property.name.getText())) return true;
  const list = ts.findAncestor(property, ts.isVariableDeclaration)?.name.getText() ?? '';
  return ['HEADINGS', 'AREA_WORDS'].includes(list);
}

/** A text, or either text of a choice. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isElementAccessExpression(node)) return [...valuesOf(node.expression)];
  if (ts.isIdentifier(node)) {
    const from = declarationOf(node);
    return from === undefined || ts.isIdentifier(from) ? [] : textsOf(from);
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...textsOf(node.left), ...textsOf(node.right)];
  if (ts.isBinaryExpression(node)) {
    const [left, right] = [textsOf(node.left), textsOf(node.right)];
    return left.length === 1 && right.length === 1 ? [`${left[0]}${right[0]}`] : [];
  }
  return [];
}

/** The texts in an object: written there, or declared in the same file. */
function valuesOf(node: ts.Expression): string[] {
  const declared = ts.isIdentifier(node) ? declarationOf(node) : node;
  const object = declared === undefined ? undefined : withoutType(declared);
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return [];
  return object.properties.flatMap((one) =>
    ts.isPropertyAssignment(one) && ts.isStringLiteralLike(one.initializer) ? [one.initializer.text] : [],
  );
}

/** What stands before `as` and `satisfies`. */
function withoutType(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? withoutType(node.expression) : node;
}

/** What a name of the same file stands for. */
function declarationOf(name: ts.Identifier): ts.Expression | undefined {
  let found: ts.Expression | undefined;
  const look = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name.text)
      found ??= node.initializer;
    ts.forEachChild(node, look);
  };
  look(name.getSourceFile());
  return found;
}
