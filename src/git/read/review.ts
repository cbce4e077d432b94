import type { ReviewFacts } from '../../core/review/reviewFacts';
import type { Oid } from '../../core/story/stage';
import { isCode, looksLikeTest } from '../../core/review/testPaths';
import { twinsAmong } from '../../core/review/twins';
import type { ChangedFile } from '../../core/review/mutants';
import type { ReviewRequest } from '../../ports/candidates';
import { changesBetween, type IncomingChange } from '../landing/incoming';
import { fullOid, splitFields } from '../door/names';
import { changedLines } from './patch';
import { mergeBase } from './refs';
import { runBare, type Repository } from '../door/repository';
import { readBlobs } from './blobs';

/** Paths handed to one git call; well below what a command line holds on any platform. */
const PATHS_A_CALL = 100;

const LINK = '120000';
const GITLINK = '160000';

/** What a story changes against the point where it left the target. */
export async function reviewFacts(repository: Repository, request: ReviewRequest): Promise<ReviewFacts> {
  const { base, tip, reviewPaths, maxFileMB } = request;
  const from = (await mergeBase(repository, base, tip)) ?? fullOid(base);
  const changes = await changesBetween(repository, from, tip);
  const pathspecs = reviewPaths.flatMap(toPathspec);
  // Without a pathspec git would name every path.
  const reviewed = pathspecs.length === 0 ? [] : await changesBetween(repository, from, tip, pathspecs);
  const added = changes.filter((change) => change.status === 'A').map((change) => change.path);
  return {
    changedPaths: changes.map((change) => change.path),
    deletedPaths: changes.filter((change) => change.status === 'D').map((change) => change.path),
    addedPaths: added,
    reviewedPaths: reviewed.map((change) => change.path),
    largeFrom: maxFileMB * 1_000_000,
    ...(await readTestLines(repository, from, tip, changes)),
    ...(await readLinksAndSizes(repository, changes)),
    conflictMarkers: await filesWithMarkers(repository, from, tip, changes),
    unnamedRepositories: await unnamedRepositories(repository, tip, changes),
    twins: added.length === 0 ? [] : twinsAmong(await allPaths(repository, tip), added),
  };
}

/**
 * A configured pattern as git reads globs in `:(glob)`; a folder's name stands for everything below it. Case does not
 * count, because on many disks `CI/Gate.sh` is `ci/gate.sh`. A pattern that leads out of the repository matches nothing.
 */
export function toPathspec(pattern: string): string[] {
  const plain = withoutLeading(pattern.trim());
  const outside = plain === '' || plain.includes('\0') || plain.split('/').includes('..');
  return outside ? [] : [`:(glob,icase)${plain}`];
}

/** Without `./` and `/` before it, however often. */
function withoutLeading(pattern: string): string {
  let at = 0;
  while (pattern.startsWith('/', at) || pattern.startsWith('./', at)) at += pattern.startsWith('/', at) ? 1 : 2;
  return pattern.slice(at);
}

type TestLines = Pick<ReviewFacts, 'addedTestLines' | 'removedTestLines'>;

/** A submodule or a link has no lines; a change of type would come as two files in the patch. */
async function readTestLines(
  repository: Repository,
  from: Oid,
  to: Oid,
  changes: readonly IncomingChange[],
): Promise<TestLines> {
  const paths = changes.filter((change) => isText(change) && looksLikeTest(change.path)).map((change) => change.path);
  const [addedTestLines, removedTestLines] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const { path, added, removed } of await readLines(repository, from, to, paths)) {
    addedTestLines.set(path, added);
    removedTestLines.set(path, removed);
  }
  return { addedTestLines, removedTestLines };
}

function isText({ status, newMode }: IncomingChange): boolean {
  return (status === 'A' || status === 'M') && newMode.startsWith('100');
}

/** Files larger than this (bytes) were hardly written by hand. */
const LARGEST_CODE = 500_000;

/** Code that a story changed, but for tests, with the lines that are new in it. */
export async function changedCode(
  repository: Repository,
  { base, tip }: { readonly base: Oid; readonly tip: Oid },
): Promise<ChangedFile[]> {
  const from = (await mergeBase(repository, base, tip)) ?? fullOid(base);
  const all = (await changesBetween(repository, from, tip)).filter((one) => isText(one) && isCode(one.path));
  const sizes = await readBlobs(repository, all.map(({ newOid: oid }) => ({ oid, want: 'size' }))); // prettier-ignore
  const changes = all.filter((_, index) => (sizes[index]?.size ?? Infinity) <= LARGEST_CODE);
  const lines = await readLines(repository, from, tip, changes.map(({ path }) => path)); // prettier-ignore
  const blobs = await readBlobs(repository, changes.map(({ newOid: oid }) => ({ oid, want: 'contents' }))); // prettier-ignore
  return lines.flatMap(({ path, addedAt }, index) => {
    const text = blobs[index]?.data?.toString('utf8');
    return addedAt.length === 0 || text === undefined ? [] : [{ path, text, lines: addedAt }];
  });
}

interface ChangedLines {
  readonly path: string;
  readonly added: string[];
  readonly addedAt: readonly number[];
  readonly removed: string[];
}

async function readLines(
  repository: Repository,
  from: Oid,
  to: Oid,
  paths: readonly string[],
): Promise<ChangedLines[]> {
  const found: ChangedLines[] = [];
  for (const some of inGroups(paths)) {
    // --text: an attribute that calls a test binary must not hide what was added to it.
    const how = ['-r', '-p', '-U0', '--text', '--no-color', '--no-renames', '--no-ext-diff', '--no-textconv'];
    const args = [...how, '--end-of-options', from, to, '--', ...some.map(literal)];
    const { text } = await runBare(repository, 'diff-tree', args);
    changedLines(text).forEach((lines, index) => found.push({ path: some[index] ?? '', ...lines }));
  }
  return found;
}

function* inGroups(paths: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < paths.length; at += PATHS_A_CALL) yield paths.slice(at, at + PATHS_A_CALL);
}

function literal(path: string): string {
  return `:(literal)${path}`;
}

/** Lines that git writes into a conflict, but for `=======`, which also stands under headings. */
const MARKER = '^(<{7}|>{7}|[|]{7})( |\r?$)';
const MARKER_LINE = /^(?:<{7}|>{7}|\|{7})(?: |\r?$)/;

/** Files to which such a line was added. git looks through their contents; only where it finds one is a patch read. */
async function filesWithMarkers(
  repository: Repository,
  from: Oid,
  tip: Oid,
  changes: readonly IncomingChange[],
): Promise<string[]> {
  const suspects: string[] = [];
  for (const some of inGroups(changes.filter(isText).map((change) => change.path))) {
    const how = ['--name-only', '-z', '--full-name', '--no-color', '--text', '-E', '-e', MARKER];
    // A full id, because the grep of 2.39 knows no `--end-of-options`.
    const args = [...how, fullOid(tip), '--', ...some.map(literal)];
    const { text } = await runBare(repository, 'grep', args, { expect: [0, 1] });
    // Each name comes as `<commit>:<path>`.
    suspects.push(...splitFields(text).map((name) => name.slice(tip.length + 1)));
  }
  const lines = await readLines(repository, from, tip, suspects);
  return lines.filter(({ added }) => added.some((line) => MARKER_LINE.test(line))).map(({ path }) => path);
}

async function readLinksAndSizes(
  repository: Repository,
  changes: readonly IncomingChange[],
): Promise<Pick<ReviewFacts, 'links' | 'sizes'>> {
  const present = changes.filter((change) => change.newMode === LINK || change.newMode.startsWith('100'));
  const blobs = await readBlobs(
    repository,
    present.map(({ newMode, newOid }) => ({ oid: newOid, want: newMode === LINK ? 'contents' : 'size' })),
  );
  const [links, sizes] = [new Map<string, string>(), new Map<string, number>()];
  for (const [index, { path }] of present.entries()) {
    const blob = blobs[index];
    if (blob?.data != null) links.set(path, blob.data.toString('utf8'));
    else if (blob != null) sizes.set(path, blob.size);
  }
  return { links, sizes };
}

/** Gitlinks that the story made or moved, and that its own `.gitmodules` has no path for. */
async function unnamedRepositories(
  repository: Repository,
  tip: Oid,
  changes: readonly IncomingChange[],
): Promise<string[]> {
  const made = changes.filter((change) => change.newMode === GITLINK).map((change) => change.path);
  if (made.length === 0) return [];
  const args = ['--blob', `${fullOid(tip)}:.gitmodules`, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
  // Where the file is missing, or git cannot read it, nothing is named.
  const { code, text } = await runBare(repository, 'config', args, { expect: [0, 1, 3, 128] });
  const named = code === 0 ? splitFields(text).map((field) => field.slice(field.indexOf('\n') + 1)) : [];
  return made.filter((path) => !named.includes(path));
}

async function allPaths(repository: Repository, tip: Oid): Promise<string[]> {
  const args = ['-r', '-z', '--name-only', '--full-tree', '--end-of-options', fullOid(tip)];
  return splitFields((await runBare(repository, 'ls-tree', args)).text);
}
