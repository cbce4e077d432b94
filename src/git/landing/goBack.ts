import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../base/messageOf';
import { wantedUntil, type Repository } from '../door/repository';
import { mergeBase } from '../read/refs';
import { onDisk, type OnDisk } from '../read/freshCheckout';
import { removeLeftLock, unmarkFollowing } from './followMark';
import { lookAtCheckout, type Advance, type Checkout } from './followTarget';
import { isLeftBy } from './halfDone';
import { knownChanges, type IncomingChange } from './incoming';
import { unstage } from './restaged';

/** A filter that does not answer is not waited for longer (ms). */
const PATIENCE_MS = 10_000;

interface Left {
  readonly change: IncomingChange;
  readonly found: OnDisk;
}

/**
 * A git was ended while it brought a commit to a checkout of the target, and nobody wants that any more: what it had written
 * there becomes what the index still says. Only files that hold the commit's own bytes, or a beginning of them, are touched, and
 * those that it took away; what cannot go back now does so before the next landing, by the mark that stays.
 */
export async function goBack(
  repository: Repository,
  checkout: Checkout,
  advance: Omit<Advance, 'target'>,
): Promise<void> {
  const patience = new AbortController();
  const timer = repository.clock.after(PATIENCE_MS, () => patience.abort());
  try {
    await bringBack(wantedUntil(repository, patience.signal), checkout, {
      base: advance.base,
      incoming: await broughtBy(repository, advance),
    });
    // Last: what is staged as the landing makes it is not taken for its doing.
    await unstage(repository, checkout);
    await unmarkFollowing(checkout);
  } catch (error) {
    repository.log.warn(`${checkout.path}: what a landing left there did not go back: ${messageOf(error)}`);
  } finally {
    timer.dispose();
  }
}

/** What differs because the commit changes it. What landed or was committed since it was built differs too, and it never wrote that. */
async function broughtBy(
  repository: Repository,
  { base, candidate: { commit } }: Omit<Advance, 'target'>,
): Promise<readonly IncomingChange[]> {
  const all = await knownChanges(repository, base, commit);
  const from = await mergeBase(repository, base, commit);
  if (from === null || from === base) return all;
  const own = new Set((await knownChanges(repository, from, commit)).map((change) => change.path));
  return all.filter((change) => own.has(change.path));
}

async function bringBack(
  repository: Repository,
  checkout: Checkout,
  { base, incoming }: { readonly base: string; readonly incoming: readonly IncomingChange[] },
): Promise<void> {
  await removeLeftLock(repository, checkout);
  const { head, local } = await lookAtCheckout(repository, checkout.path, incoming);
  if (head !== base) return;
  const shown = new Map(local.map((entry) => [entry.path, entry]));
  const left: Left[] = [];
  for (const change of incoming) {
    const entry = shown.get(change.path);
    const found = entry && (await isLeftBy(repository, checkout.path, { change, entry }));
    if (found != null) left.push({ change, found });
  }
  if (left.length === 0) return;
  const scratch = await mkdtemp(path.join(checkout.gitDir, 'switchyard-back-'));
  try {
    await replaceAll(repository, checkout, left, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The old ones are written elsewhere first, by filters too: no file goes before there is another in its place. */
async function replaceAll(
  { git, log, objectFormat }: Repository,
  { path: top }: Checkout,
  left: readonly Left[],
  scratch: string,
): Promise<void> {
  const wasThere = ({ oldMode }: IncomingChange): boolean => oldMode.startsWith('1') && oldMode !== '160000';
  const names = left.flatMap(({ change }) => (wasThere(change) ? [`${change.path}\0`] : []));
  const prefix = `--prefix=${scratch.replaceAll(path.sep, '/')}/`;
  if (names.length > 0) await git.run('checkout-index', ['-z', '--stdin', prefix], { cwd: top, input: names.join('') });
  // What came is taken away first: it can stand where a folder was.
  const inOrder = [...left].sort((one, other) => Number(wasThere(one.change)) - Number(wasThere(other.change)));
  for (const { change, found } of inOrder) {
    const [from, to] = [scratch, top].map((folder) => path.join(folder, ...change.path.split('/'))) as [string, string];
    const now = await onDisk(top, change.path, objectFormat);
    if (!isSame(now, found)) continue;
    if (!wasThere(change)) await rm(to, { force: true });
    else await putInPlace(from, to);
  }
  await git.run('update-index', ['-q', '--refresh'], { cwd: top, expect: [0, 1] });
  log.info(`${top}: ${left.length} files went back to what they were before a landing that was taken back`);
}

async function putInPlace(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  // The private git dir can be on another disk.
  await rename(from, to).catch(() => cp(from, to, { force: true, verbatimSymlinks: true }));
}

function isSame(one: OnDisk, other: OnDisk): boolean {
  return one.kind === other.kind && ('oid' in one ? one.oid : '') === ('oid' in other ? other.oid : '');
}
