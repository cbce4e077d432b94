import type { ReviewFacts } from '../../core/review/reviewFacts';
import type { Oid } from '../../core/story/stage';
import { looksLikeTest } from '../../core/review/testPaths';
import { changesBetween, type IncomingChange } from '../landing/incoming';
import { fullOid } from '../door/names';
import { changedLines } from './patch';
import { mergeBase } from './refs';
import { runBare, type Repository } from '../door/repository';

/** Paths handed to one git call; well below what a command line holds on any platform. */
const PATHS_A_CALL = 100;

/** What a story changes against the point where it left the target. */
export async function reviewFacts(
  repository: Repository,
  request: { base: Oid; tip: Oid; reviewPaths: readonly string[] },
): Promise<ReviewFacts> {
  const { base, tip, reviewPaths } = request;
  const from = (await mergeBase(repository, base, tip)) ?? fullOid(base);
  const changes = await changesBetween(repository, from, tip);
  const pathspecs = reviewPaths.flatMap(toPathspec);
  // Without a pathspec git would name every path.
  const reviewed = pathspecs.length === 0 ? [] : await changesBetween(repository, from, tip, pathspecs);
  return {
    changedPaths: changes.map((change) => change.path),
    deletedPaths: changes.filter((change) => change.status === 'D').map((change) => change.path),
    reviewedPaths: reviewed.map((change) => change.path),
    ...(await readTestLines(repository, from, tip, changes)),
  };
}

/**
 * A configured pattern as git reads globs in `:(glob)`; a folder's name stands for everything below it. Case does not
 * count, because on many disks `CI/Gate.sh` is `ci/gate.sh`. A pattern that leads out of the repository matches nothing.
 */
export function toPathspec(pattern: string): string[] {
  const plain = pattern.trim().replace(/^(?:\.?\/)+/, '');
  const outside = plain === '' || plain.includes('\0') || plain.split('/').includes('..');
  return outside ? [] : [`:(glob,icase)${plain}`];
}

async function readTestLines(
  repository: Repository,
  from: Oid,
  to: Oid,
  changes: readonly IncomingChange[],
): Promise<Required<Pick<ReviewFacts, 'addedTestLines' | 'removedTestLines'>>> {
  const paths = changes.filter((change) => isTestText(change)).map((change) => change.path);
  const addedTestLines = new Map<string, readonly string[]>();
  const removedTestLines = new Map<string, readonly string[]>();
  for (let at = 0; at < paths.length; at += PATHS_A_CALL) {
    const some = paths.slice(at, at + PATHS_A_CALL);
    // --text: an attribute that calls a test binary must not hide what was added to it.
    const how = ['-r', '-p', '-U0', '--text', '--no-color', '--no-renames', '--no-ext-diff', '--no-textconv'];
    const pathspecs = some.map((path) => `:(literal)${path}`);
    const args = [...how, '--end-of-options', from, to, '--', ...pathspecs];
    const { text } = await runBare(repository, 'diff-tree', args);
    changedLines(text).forEach(({ added, removed }, index) => {
      addedTestLines.set(some[index] ?? '', added);
      removedTestLines.set(some[index] ?? '', removed);
    });
  }
  return { addedTestLines, removedTestLines };
}

/** A submodule or a link has no lines; a change of type would come as two files in the patch. */
function isTestText({ path, status, newMode }: IncomingChange): boolean {
  return (status === 'A' || status === 'M') && newMode.startsWith('100') && looksLikeTest(path);
}
