import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { attributeFiles, type AttributeFile } from './attributes';
import { looseObjects, moveLoose } from './looseObjects';
import { NULL_DEVICE } from '../door/environment';
import { runBare, wantedUntil, type Repository } from '../door/repository';
import type { GitResult, RunOptions } from '../door/run';
import type { Verb } from '../door/verbs';

/** What a killed process left behind is removed by the next one after this long, in milliseconds. */
const LEFTOVER_AFTER = 3_600_000;

/**
 * A place where a merge can be tried that depends on commits alone.
 *
 * merge-tree takes attributes from files on disk and from the git dir's `info/attributes`, and writes what it made into
 * the object store, conflicts too. So here it gets a git dir of its own (with the repository's settings), a work tree
 * that holds the target's attribute files and nothing else, and an object store of its own that borrows the real one.
 */
export interface Scratch {
  run(verb: Verb, args: readonly string[], options?: Omit<RunOptions, 'cwd'>): Promise<GitResult>;
  /** Runs git with the repository's own git dir, so that every setting of the person's counts; new objects come here. */
  runWithSettings(verb: Verb, args: readonly string[], options?: Omit<RunOptions, 'cwd'>): Promise<GitResult>;
  /** Folder of the objects that were made here. */
  readonly objects: string;
  /** Whether some attribute of the target names a way of merging. */
  readonly namesMergeDrivers: boolean;
  /** Moves what was made here into the real object store, except `unwanted`; the commits that are named come last. */
  keepObjects(commits: readonly Oid[], unwanted?: ReadonlySet<Oid>): Promise<void>;
}

/** Runs `work` in a scratch whose attributes are those of `base`, and removes it whatever happens. `signal` ends its git calls. */
export async function withScratch<T>(
  repository: Repository,
  base: Oid,
  work: (scratch: Scratch) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const folder = await makeScratchFolder(repository, 'merge-');
  try {
    const attributes = await fill(repository, folder, base);
    return await work(scratchIn(wantedUntil(repository, signal), folder, attributes));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A folder for what is thrown away; whoever makes one removes it. Those that a killed process left go after a while. */
export async function makeScratchFolder(repository: Repository, kind: (typeof KINDS)[number]): Promise<string> {
  const parent = path.join(repository.commonDir, 'switchyard', 'scratch');
  await mkdir(parent, { recursive: true });
  await removeLeftovers(repository, parent);
  return mkdtemp(path.join(parent, kind));
}

/** How the names of such folders begin. */
const KINDS = ['merge-', 'radar-'] as const;

async function removeLeftovers(repository: Repository, parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = path.join(parent, name);
    const changed = (await stat(folder).catch(() => null))?.mtimeMs;
    const isOurs = KINDS.some((kind) => name.startsWith(kind));
    if (isOurs && changed !== undefined && repository.clock.now() - changed > LEFTOVER_AFTER)
      await rm(folder, { recursive: true, force: true });
  }
}

async function fill(repository: Repository, folder: string, base: Oid): Promise<AttributeFile[]> {
  const { commonDir, objectFormat } = repository;
  for (const name of ['git/refs', 'git/objects/info', 'tree'])
    await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, 'git', 'HEAD'), 'ref: refs/heads/nothing\n');
  const format = objectFormat === 'sha256' ? 1 : 0;
  const config = [
    `[core]\n\trepositoryformatversion = ${format}\n\tbare = false\n`,
    format === 1 ? '[extensions]\n\tobjectformat = sha256\n' : '',
    `[include]\n\tpath = ${quoted(path.join(commonDir, 'config'))}\n`,
  ];
  await writeFile(path.join(folder, 'git', 'config'), config.join(''));
  await writeFile(path.join(folder, 'git', 'objects', 'info', 'alternates'), `${path.join(commonDir, 'objects')}\n`);
  const attributes = await attributeFiles(repository, base);
  for (const { path: name, data } of attributes) {
    const file = path.join(folder, 'tree', ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, data);
  }
  return attributes;
}

/** A value of a git settings file; on Windows its backslashes would be escapes. */
function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function scratchIn(repository: Repository, folder: string, attributes: readonly AttributeFile[]): Scratch {
  const objects = path.join(folder, 'git', 'objects');
  const place = {
    GIT_DIR: path.join(folder, 'git'),
    GIT_WORK_TREE: path.join(folder, 'tree'),
    GIT_INDEX_FILE: path.join(folder, 'index'),
    GIT_OBJECT_DIRECTORY: objects,
    GIT_SHALLOW_FILE: path.join(repository.commonDir, 'shallow'),
    GIT_ATTR_NOSYSTEM: '1',
  };
  return {
    objects,
    namesMergeDrivers: attributes.some(({ data }) => /\bmerge=/.test(data.toString('latin1'))),
    run: (verb, args, options = {}) =>
      repository.git.run(verb, args, {
        ...options,
        cwd: path.join(folder, 'tree'),
        env: { ...place, ...options.env },
        config: [...(options.config ?? []), `core.attributesFile=${NULL_DEVICE}`],
      }),
    runWithSettings: (verb, args, options = {}) =>
      runBare(repository, verb, args, { ...options, env: { GIT_OBJECT_DIRECTORY: objects, ...options.env } }),
    async keepObjects(commits, unwanted = new Set()) {
      const wanted = (await looseObjects(objects)).filter((oid) => !unwanted.has(oid));
      await moveLoose(objects, path.join(repository.commonDir, 'objects'), wanted, new Set(commits));
    },
  };
}
