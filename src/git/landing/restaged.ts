import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import type { Oid } from '../../core/story/stage';
import type { Repository } from '../door/repository';

/** In a checkout's git dir while files of a person's are staged there for a landing, which were already as it makes them. */
const RESTAGED = 'switchyard-restaged';

/** Lines as `update-index -z --index-info` takes them: what the index was made to say of a file, and what it said before. */
export type Restaged = readonly [now: string, before: string];

interface Checkout {
  readonly path: string;
  readonly gitDir: string;
}

/** Before the index says so, while HEAD is `base`. */
export async function noteRestaged(checkout: Checkout, base: Oid, own: readonly Restaged[]): Promise<void> {
  if (own.length === 0) return;
  const known = await readRestaged(checkout);
  const all = known?.base === base ? [...known.own, ...own] : own;
  await writeFile(path.join(checkout.gitDir, RESTAGED), JSON.stringify({ base, own: all }));
}

/** The landing came through, and what was staged for it is committed. */
export async function forgetRestaged({ gitDir }: Checkout): Promise<void> {
  const file = path.join(gitDir, RESTAGED);
  if (await exists(file)) await rm(file);
}

/** Takes files of a person's out of the index again whose landing was taken back. No file is touched, nor what was staged since. */
export async function unstage({ git, log }: Repository, checkout: Checkout): Promise<void> {
  const known = await readRestaged(checkout);
  if (known === null) return;
  const cwd = checkout.path;
  const { text: head } = await git.run('rev-parse', ['--verify', 'HEAD'], { cwd, expect: [0, 128] });
  if (head.trim() === known.base) {
    const { text } = await git.run('ls-files', ['--stage', '-z'], { cwd });
    // `<mode> <id> 0\t<path>`, but for the stage as `--index-info` takes it.
    const index = new Set(text.split('\0').map((entry) => `${entry.replace(/ 0\t/, '\t')}\0`));
    const names = new Set([...index].map((entry) => entry.slice(entry.indexOf('\t'))));
    const isThere = ([now]: Restaged): boolean =>
      now.startsWith('0 ') ? !names.has(now.slice(now.indexOf('\t'))) : index.has(now);
    const lines = known.own.filter(isThere).map(([, before]) => before);
    if (lines.length > 0) await git.run('update-index', ['-z', '--index-info'], { cwd, input: lines.join('') });
    log.info(`${cwd}: ${lines.length} files that were as a landing makes them are not staged any more`);
  }
  await forgetRestaged(checkout);
}

/** Null where there is none, or one that was cut off while it was written: then nothing was staged yet. */
async function readRestaged({ gitDir }: Checkout): Promise<{ base: Oid; own: readonly Restaged[] } | null> {
  const text = await readFile(path.join(gitDir, RESTAGED), 'utf8').catch(() => '');
  try {
    return JSON.parse(text) as { base: Oid; own: readonly Restaged[] };
  } catch {
    return null;
  }
}
