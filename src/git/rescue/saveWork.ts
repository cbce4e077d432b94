import type { Oid } from '../../core/story/stage';
import { rescueMessage, type RescueNote } from '../../core/rescue/rescueNote';
import { readObjects } from '../read/commits';
import { EVERY_REF, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { DURABLE } from './conversions';
import { idsIn } from './gitState';
import type { Work } from './lookAtWork';
import type { WorkTree } from './workTree';
import { withTreeMaker, writeBlobs, writeCommit, writeRawFiles, type TreeChange } from './writeObjects';

export interface WorkToSave {
  readonly tree: WorkTree;
  readonly work: Work;
  /** Names (bytes) of files that are not to be kept. */
  readonly leftOut: ReadonlySet<string>;
  /** Tip of the branch, which is to be kept beside HEAD. */
  readonly tip: Oid | null;
  readonly note: Omit<RescueNote, 'chain'>;
}

/**
 * Saves the work in a worktree as a chain of commits. Each step that differs is a commit of its own: HEAD, what is staged,
 * the tracked files as they are on disk, and at the end those with the untracked ones. The last has a second parent that
 * holds git's own state: the index, byte for byte, the sides of a conflict, and what is under way. Returns the last commit.
 */
export async function saveWork(repository: Repository, save: WorkToSave): Promise<Oid> {
  const { tree, work, note, tip } = save;
  const at = Date.parse(note.at);
  const ids = await rawIds(save);
  const kept = work.raw.filter(({ name }) => ids.has(name));
  const changesOf = (kind: 'tracked' | 'untracked'): TreeChange[] =>
    kept.filter((one) => one.kind === kind).map(({ name, mode }) => ({ name, mode, oid: ids.get(name) ?? null }));
  const removed = work.removed.map((name) => ({ name, mode: '0', oid: null }));
  const unmerged = [...new Set(work.index.filter(({ stage }) => stage > 0).map(({ name }) => name))];
  const trees = await withTreeMaker(tree, work.index.length === 0 ? 'nothing' : 'index', async (make) => ({
    staged: await make(unmerged.map((name) => ({ name, mode: '0', oid: null }))),
    tracked: await make([...removed, ...changesOf('tracked')]),
    all: await make(changesOf('untracked')),
  }));
  const base = await stagedCommit(repository, work, trees.staged, at);
  const tracked =
    trees.tracked === trees.staged
      ? base
      : await writeCommit(repository, { tree: trees.tracked, parents: [base], message: 'Tracked files\n', at });
  const state = await saveState(repository, save, base);
  const parents = [tracked, state, ...(tip === null || tip === work.head ? [] : [tip])];
  const message = rescueMessage({ ...note, chain: { head: work.head, tip, staged: base, state } });
  return writeCommit(repository, { tree: trees.all, parents: [...new Set(parents)], message, at });
}

/** Saves a branch alone, where there is no worktree any more. */
export async function saveTip(
  repository: Repository,
  { tip, tree, note }: { readonly tip: Oid; readonly tree: Oid; readonly note: Omit<RescueNote, 'chain'> },
): Promise<Oid> {
  const message = rescueMessage({ ...note, chain: { head: null, tip, staged: null, state: null } });
  return writeCommit(repository, { tree, parents: [tip], message, at: Date.parse(note.at) });
}

/** Gives a rescue its ref; a name that is taken gets a number. */
export async function nameRescue(repository: Repository, wanted: string, commit: Oid): Promise<string> {
  for (let number = 1; ; number += 1) {
    const ref = fullRef(number === 1 ? wanted : `${wanted}-${number}`);
    const input = `create ${ref}\0${commit}\0`;
    const args = ['-m', 'switchyard: rescue', '--stdin', '-z'];
    const { code } = await runBare(repository, 'update-ref', args, { input, expect: [0, 128], config: DURABLE });
    if (code === 0) return ref;
    const there = await runBare(repository, 'rev-parse', ['--verify', '--quiet', '--end-of-options', ref], {
      expect: [0, 1, 128],
    });
    // Not because of its name, so no other name helps.
    if (there.code !== 0) throw new Error(`The rescue ref ${ref} could not be made. Look at the disk, then try again.`);
  }
}

async function rawIds({ tree, work, leftOut }: WorkToSave): Promise<Map<string, string>> {
  const { folder } = tree;
  if (folder === null) return new Map();
  return writeRawFiles(
    { ...tree, folder },
    work.raw.filter(({ name }) => !leftOut.has(name)),
  );
}

/** HEAD where nothing is staged; a branch without a commit gets one that holds its index. */
async function stagedCommit(repository: Repository, { head }: Work, tree: Oid, at: number): Promise<Oid> {
  const [object] = head === null ? [] : await readObjects(repository, [`${head}^{tree}`]);
  if (head !== null && object?.oid === tree) return head;
  return writeCommit(repository, { tree, parents: head === null ? [] : [head], message: 'Staged files\n', at });
}

/** What `saveState` keeps beside the files of the git dir. */
export const RAW_LIST = 'raw';
export const ABSENT_LIST = 'absent';
export const GIT_FILES = 'git/';

async function saveState(repository: Repository, { tree, work, leftOut, note }: WorkToSave, base: Oid): Promise<Oid> {
  const raw = work.raw.filter(({ name }) => !leftOut.has(name)).map(({ name }) => name);
  const files = [
    { name: RAW_LIST, data: listOf(raw) },
    { name: ABSENT_LIST, data: listOf(work.absent) },
    ...work.state.map(({ name, data }) => ({ name: `${GIT_FILES}${name}`, data })),
  ];
  const ids = await writeBlobs(
    tree,
    files.map(({ data }) => data),
  );
  const changes: TreeChange[] = files.map(({ name }, at) => {
    return { name: Buffer.from(name).toString('latin1'), mode: '100644', oid: ids[at] ?? null };
  });
  for (const { stage, mode, oid, name } of work.index) {
    if (stage > 0) changes.push({ name: `stages/${stage}/${name}`, mode, oid });
  }
  const made = await withTreeMaker(tree, 'nothing', (make) => make(changes));
  const parents = await namedCommits(repository, work, base);
  const message = "Git's own state of the worktree\n";
  return writeCommit(repository, { tree: made, parents, message, at: Date.parse(note.at) });
}

function listOf(names: readonly string[]): Buffer {
  return Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
}

/** Most commits that a state keeps: a reflog of years names thousands. */
const MOST_COMMITS = 200;

/** Commits that only the state names (the other side of a merge, what a reset left behind) and that no ref leads to. */
async function namedCommits(repository: Repository, { state }: Work, base: Oid): Promise<Oid[]> {
  const ids = [...idsIn(state, repository.objectFormat)];
  if (ids.length === 0) return [];
  const objects = await readObjects(repository, ids);
  const commits = objects.flatMap((object) => (object?.type === 'commit' ? [object.oid] : []));
  const wanted = new Set(commits);
  if (wanted.size === 0) return [];
  const input = [...wanted].map((oid) => `${oid}\n`).join('');
  const args = ['--parents', '--ignore-missing', '--stdin', '--not', base, EVERY_REF];
  const { text } = await runBare(repository, 'rev-list', args, { input });
  const lonely = text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]));
  const inner = new Set(lonely.flatMap(([, ...parents]) => parents));
  return lonely.flatMap(([oid = '']) => (inner.has(oid) ? [] : [oid])).slice(0, MOST_COMMITS);
}
