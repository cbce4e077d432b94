import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../projectRoot';

/*
 * What ships and is reached by tests alone: a test keeps such code alive for every other check. knip finds files and
 * exports, seen from the bundles' entries; members of classes and interfaces it does not look at.
 */

/** Read by somebody whose code is not here. */
const READ_ELSEWHERE: Readonly<Record<string, string>> = {
  getTreeItem: 'VS Code asks a tree for its rows',
  getChildren: 'VS Code asks a tree for its rows',
  getParent: 'VS Code asks a tree for its rows',
  onDidChangeFileDecorations: 'VS Code listens to marks on files',
  onDidChangeTreeData: 'VS Code listens to a tree',
  createDirectory: 'VS Code asks a file system for it',
  onDidChangeFile: 'VS Code listens to a file system',
  provideFileDecoration: 'VS Code asks for the mark of a file',
  provideTextDocumentContent: 'VS Code asks for a document',
  provideDocumentLinks: 'VS Code asks for the links of a document',
  provideHover: 'VS Code asks for what it shows over a word',
  provideCodeLenses: 'VS Code asks for the lines between lines',
  onDidChangeCodeLenses: 'VS Code listens to whoever gives those',
  version: 'the API for other extensions',
  board: 'the API for other extensions',
  boards: 'the API for other extensions',
  onDidChangeBoard: 'the API for other extensions',
  forExtension: 'the API for other extensions',
  onDidChangeStories: 'the API for other extensions',
  moveStory: 'the API for other extensions',
  handleDrag: 'VS Code asks a tree what is dragged',
  handleDrop: 'VS Code tells a tree what was dropped',
  defaultBranch: 'an option of the Git extension',
  applies: 'the manifest is written from it',
  deep: 'the manifest is written from it',
  onRepository: 'the manifest is written from it',
  inReview: 'the manifest is written from it',
  inSourceControl: 'the manifest is written from it',
  onComments: 'the manifest is written from it',
  inTitle: 'the manifest is written from it',
  inEditor: 'the manifest is written from it',
  reference: 'the manifest is written from it',
  forModels: 'the manifest is written from it',
  codexMcp: 'a placeholder, read by its name',
  rebuilt: 'a test counts by it what one change costs',
  saved: 'a test waits by it for a write in the background',
};

function unreachedExports(): boolean {
  const config = path.join('test', 'support', 'stages', 'knip.production.json');
  const args = ['--production', '--no-progress', '--config', config, '--include', 'files,exports,types'];
  return (
    spawnSync('knip', args, { cwd: projectRoot, stdio: 'inherit', shell: process.platform === 'win32' }).status === 0
  );
}

/** Members by name: a name that is read anywhere counts for all members of that name. */
function unreadMembers(): string[] {
  const read = new Set(Object.keys(READ_ELSEWHERE));
  const declared: { name: string; place: string }[] = [];
  for (const file of shippedFiles()) {
    const source = ts.createSourceFile(
      file,
      readFileSync(path.join(projectRoot, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      for (const name of namesRead(node)) read.add(name);
      const name = nameDeclared(node);
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      if (name !== null) declared.push({ name, place: `${file}:${line + 1}` });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return declared.filter(({ name }) => !read.has(name)).map(({ name, place }) => `${place} ${name}`);
}

function shippedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', 'src', 'media'], { cwd: projectRoot, encoding: 'utf8' });
  return listed.split('\n').filter((file) => /\.tsx?$/.test(file));
}

function namesRead(node: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(node)) return [node.name.text];
  if (ts.isBindingElement(node)) {
    const name = node.propertyName ?? node.name;
    return ts.isIdentifier(name) ? [name.text] : [];
  }
  const isName =
    ts.isStringLiteralLike(node) && (ts.isLiteralTypeNode(node.parent) || ts.isElementAccessExpression(node.parent));
  return isName ? [node.text] : [];
}

function nameDeclared(node: ts.Node): string | null {
  const isMember =
    ts.isMethodDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isGetAccessor(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertySignature(node);
  return isMember && ts.isIdentifier(node.name) ? node.name.text : null;
}

const reached = unreachedExports();
const unread = unreadMembers();
if (unread.length > 0) console.log(`Members that nothing reads:\n${unread.join('\n')}`);
if (!reached || unread.length > 0) process.exitCode = 1;
