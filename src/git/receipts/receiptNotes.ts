import {
  receiptText,
  readReceipt,
  RECEIPTS_REF,
  type Receipt,
  type UnchainedReceipt,
} from '../../core/receipts/receipt';
import type { Oid } from '../../core/story/stage';
import { trailersOf } from '../candidate/message';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { asOwnMove } from '../guard/ownMoves';
import { parseCommit, readObjects } from '../read/commits';
import { sha256 } from '../../base/sha256';

/** Where new notes are written before the real ref moves to them. */
const DRAFT_REF = 'refs/switchyard/receipts';
/** Names the commit of the note that a commit of the notes' history wrote. */
const TRAILER = 'Receipt-Of: ';
/** A note that somebody else writes at the same time is followed; more often than this in a row is no chance. */
const TRIES = 5;
/** How far the notes' history is followed back for the last receipt, past notes that others wrote by hand. */
const LOOKED_BACK = 100;

/** Which of these commits are there and have no note. */
export async function withoutReceipt(repository: Repository, commits: readonly Oid[]): Promise<Oid[]> {
  const there = await readObjects(repository, commits.map(fullOid));
  const known = commits.filter((_, at) => there[at]?.type === 'commit');
  const notes = await notesOf(repository, known);
  return known.filter((commit) => !notes.has(commit));
}

/** As the port says. One git call makes all notes, and one moves the ref if it is still where it was. */
export async function writeReceipts(repository: Repository, receipts: readonly UnchainedReceipt[]): Promise<number> {
  const commits = receipts.map(({ commit }) => commit);
  let written = 0;
  for (let tries = 0; ;) {
    const missing = new Set(await withoutReceipt(repository, commits));
    const wanted = receipts.filter(({ commit }) => missing.has(commit));
    if (wanted.length === 0) return written;
    tries += 1;
    if (tries > TRIES)
      throw new Error(`${RECEIPTS_REF} is moved by somebody else all the time; no receipt was written.`);
    const tip = await notesTip(repository);
    const git = await gitVersion(repository);
    const told = wanted.map((receipt) => ({ ...receipt, tools: { ...receipt.tools, git } }));
    const links = chained(told, await lastReceipt(repository, tip));
    // Who else writes its draft in this very moment holds the ref of drafts; that is as good as notes that were moved.
    const draft = await writeDraft(repository, tip, links).catch((error: unknown) => {
      if (tries === TRIES) throw error;
      return null;
    });
    // Looked at once more where they moved: the draft may have been another's by then.
    if (draft !== null && (await moveNotes(repository, tip, draft))) written = wanted.length;
  }
}

/** Asked once: git is not exchanged under a running engine. */
const versions = new WeakMap<Repository, string>();

async function gitVersion(repository: Repository): Promise<string> {
  const known = versions.get(repository) ?? (await runBare(repository, 'version', [])).text;
  versions.set(repository, known);
  return known.trim().replace(/^git version /, '');
}

function chained(receipts: readonly UnchainedReceipt[], last: Last | null): Receipt[] {
  let before = last;
  return receipts.map((receipt) => {
    const previous = before === null ? null : { commit: before.commit, digest: before.digest };
    const next: Receipt = { ...receipt, sequence: (before?.sequence ?? 0) + 1, previous };
    before = { commit: next.commit, digest: sha256(receiptText(next)), sequence: next.sequence };
    return next;
  });
}

interface Last {
  readonly commit: Oid;
  readonly digest: string;
  readonly sequence: number;
}

/** The receipt that was written last, as the history of the notes says. */
async function lastReceipt(repository: Repository, tip: Oid | null): Promise<Last | null> {
  let at: Oid | null = tip;
  for (let steps = 0; at !== null && steps < LOOKED_BACK; steps += 1) {
    const [object] = await readObjects(repository, [fullOid(at)]);
    if (object?.type !== 'commit') return null;
    const { message, parents } = parseCommit(object.oid, object.data);
    const named = trailersOf(message)
      .find((line) => line.startsWith(TRAILER))
      ?.slice(TRAILER.length);
    const note = named === undefined ? undefined : (await notesOf(repository, [fullOid(named)])).get(named);
    const read = note === undefined ? null : readReceipt(note.toString('utf8'));
    if (read?.kind === 'receipt' && note !== undefined && named !== undefined)
      return { commit: named, digest: sha256(note), sequence: read.receipt.sequence };
    at = parents[0] ?? null;
  }
  return null;
}

async function notesTip(repository: Repository): Promise<Oid | null> {
  const [object] = await readObjects(repository, [RECEIPTS_REF]);
  return object?.type === 'commit' ? object.oid : null;
}

/** git spreads notes over folders as they grow in number, by so many pairs of digits. */
const DEPTHS = [0, 1, 2];

async function notesOf(repository: Repository, commits: readonly Oid[]): Promise<Map<Oid, Buffer>> {
  const names = commits.flatMap((commit) => DEPTHS.map((depth) => `${RECEIPTS_REF}:${spread(commit, depth)}`));
  const found = await readObjects(repository, names);
  return new Map(
    commits.flatMap((commit, at) => {
      const mine = found.slice(at * DEPTHS.length, (at + 1) * DEPTHS.length);
      const note = mine.find((object) => object?.type === 'blob');
      return note === null || note === undefined ? [] : [[commit, note.data] as const];
    }),
  );
}

function spread(commit: Oid, depth: number): string {
  const pairs = Array.from({ length: depth }, (_, at) => commit.slice(at * 2, at * 2 + 2));
  return [...pairs, commit.slice(depth * 2)].join('/');
}

/** Makes the notes under a ref of Switchyard's own; one commit of the notes' history for each. */
async function writeDraft(repository: Repository, tip: Oid | null, receipts: readonly Receipt[]): Promise<Oid> {
  const seconds = Math.floor(repository.clock.now() / 1000);
  const parts = receipts.map((receipt, at) => {
    const message = `Receipt ${receipt.sequence}: #${receipt.story.number} landed\n\n${TRAILER}${receipt.commit}\n`;
    const from = at === 0 && tip !== null ? `from ${fullOid(tip)}\n` : '';
    return [
      `commit ${DRAFT_REF}\ncommitter Switchyard <switchyard@localhost> ${seconds} +0000\n`,
      `${data(message)}${from}N inline ${fullOid(receipt.commit)}\n${data(receiptText(receipt))}`,
    ].join('');
  });
  const begin = `reset ${DRAFT_REF}\n\n`;
  // `--force`: what a draft was before does not matter.
  const input = `${begin}${parts.join('')}done\n`;
  await runBare(repository, 'fast-import', ['--quiet', '--force', '--done'], { input });
  const [object] = await readObjects(repository, [DRAFT_REF]);
  if (object?.type !== 'commit') throw new Error('git fast-import wrote no receipts.');
  return object.oid;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** False where the notes were moved meanwhile. */
async function moveNotes(repository: Repository, from: Oid | null, to: Oid): Promise<boolean> {
  const zero = '0'.repeat(to.length);
  const input = ['start', `update ${RECEIPTS_REF}`, to, from ?? zero, `delete ${DRAFT_REF}`, to, 'prepare', 'commit', '']
    .join('\0'); // prettier-ignore
  return asOwnMove(
    repository,
    { ref: RECEIPTS_REF, to },
    async () => {
      const args = ['-m', 'switchyard: receipts', '--create-reflog', '--stdin', '-z'];
      const { code } = await runBare(repository, 'update-ref', args, { input, expect: [0, 128] });
      return code === 0;
    },
    (moved) => moved,
  );
}
