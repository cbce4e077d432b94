import type { Oid } from '../story/stage';
import { provenTree, readReceipt, type Receipt } from './receipt';

/** A commit of the target, as git has it. */
export interface TargetCommit {
  readonly commit: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly subject: string;
  /** What its message names in its trailers; null for none. */
  readonly story: { readonly key: string | null; readonly number: number | null };
}

/** The gates that the project's file asks for at a commit. */
export type GatesAt =
  | { kind: 'file'; gates: readonly { readonly name: string; readonly definition: string }[] }
  /** There is no such file, or it names no gates: they come from settings. */
  | { kind: 'notInGit' }
  | { kind: 'unreadable' };

/** All of git that a verification looks at. */
export interface LandingFacts {
  /** Full name of the branch, or what was asked for. */
  readonly target: string;
  /** Along first parents, the oldest first. */
  readonly commits: readonly TargetCommit[];
  /** Every note, by the commit that it is on. */
  readonly notes: ReadonlyMap<Oid, { readonly text: string; readonly digest: string }>;
  readonly gatesAt: ReadonlyMap<Oid, GatesAt>;
  /**
   * Commits on which another note stood before, by the history of the notes and by where their ref stood here: written over
   * (`edited`), or made anew.
   */
  readonly before?: ReadonlyMap<Oid, 'edited' | 'remade'>;
}

export type Fault =
  | 'noReceipt'
  | 'outside'
  | 'unreadable'
  | 'commit'
  | 'story'
  | 'gates'
  | 'unproven'
  | 'chain'
  | 'journal';

/** Something that does not hold, about one commit. `text` is a sentence. */
export interface Finding {
  readonly commit: Oid;
  readonly fault: Fault;
  readonly text: string;
}

export interface Verification {
  readonly target: string;
  readonly commits: readonly TargetCommit[];
  /** Receipts of commits of the range, by commit. */
  readonly receipts: ReadonlyMap<Oid, Receipt>;
  /** Commits that came with the receipt of a later one, as the ones that a rebase made. */
  readonly covered: ReadonlyMap<Oid, Oid>;
  readonly findings: readonly Finding[];
}

/** Holds a range of the target against its receipts. Every fault is named, in the order of the commits. */
export function verifyLandings(facts: LandingFacts): Verification {
  const { commits, target } = facts;
  const read = readAll(facts);
  const receipts = new Map(commits.flatMap(({ commit }) => {
    const found = read.get(commit);
    return found?.kind === 'receipt' ? [[commit, found.receipt] as const] : [];
  })); // prettier-ignore
  const byId = new Map(commits.map((one) => [one.commit, one]));
  const covered = coveredBy(byId, receipts);
  const followers = followersOf(read);
  const findings = commits.flatMap((one): Finding[] => {
    const { commit } = one;
    const note = read.get(commit);
    if (note === undefined) return covered.has(commit) ? [] : [withoutReceipt(one, target)];
    if (note.kind === 'unreadable') return [{ commit, fault: 'unreadable', text: capital(`${note.why}.`) }];
    const { receipt } = note;
    return [
      ...commitFaults(one, receipt, byId),
      ...storyFaults(one, receipt),
      ...throughFaults(receipt, byId, read),
      ...gateFaults(receipt, facts.gatesAt.get(receipt.base) ?? { kind: 'notInGit' }),
      ...changeFaults(receipt, facts),
      ...chainFaults(receipt, facts, read, followers),
    ].map(([fault, text]): Finding => ({ commit, fault, text }));
  });
  return { target, commits, receipts, covered, findings };
}

type Read = ReadonlyMap<Oid, ReturnType<typeof readReceipt>>;
type ById = ReadonlyMap<Oid, TargetCommit>;
type Said = readonly [Fault, string];

function readAll({ notes }: LandingFacts): Read {
  return new Map([...notes].map(([commit, { text }]) => [commit, readReceipt(text)]));
}

function withoutReceipt({ commit, story }: TargetCommit, target: string): Finding {
  if (story.key === null) {
    const text = `It came to ${short(target)} without Switchyard: it names no story and has no receipt.`;
    return { commit, fault: 'outside', text };
  }
  const name = story.number === null ? 'a story' : `#${story.number}`;
  return { commit, fault: 'noReceipt', text: `It names ${name} and has no receipt.` };
}

/** A rebase lands several commits; the last of them has the receipt. */
function coveredBy(byId: ById, receipts: ReadonlyMap<Oid, Receipt>): Map<Oid, Oid> {
  const covered = new Map<Oid, Oid>();
  for (const { commit, base, strategy } of receipts.values()) {
    if (strategy !== 'rebase') continue;
    const passed: Oid[] = [];
    let at = byId.get(commit)?.parents[0];
    while (at !== undefined && at !== base && !receipts.has(at)) {
      passed.push(at);
      at = byId.get(at)?.parents[0];
    }
    if (at === base) for (const one of passed) covered.set(one, commit);
  }
  return covered;
}

function commitFaults(one: TargetCommit, receipt: Receipt, byId: ById): Said[] {
  const said: Said[] = [];
  if (receipt.commit !== one.commit)
    said.push(['commit', `Its receipt is for ${brief(receipt.commit)}, another commit.`]);
  if (receipt.tree !== one.tree)
    said.push(['commit', `Its tree is ${brief(one.tree)}; the tree that was proven is ${brief(receipt.tree)}.`]);
  if (receipt.parents.join(' ') !== one.parents.join(' '))
    said.push(['commit', `Its parents are ${list(one.parents)}; those that were proven are ${list(receipt.parents)}.`]);
  if (!standsOn(one, receipt, byId))
    said.push(['commit', `It does not stand on ${brief(receipt.base)}, which its receipt says it was built on.`]);
  return said;
}

function standsOn(one: TargetCommit, { base, strategy }: Receipt, byId: ById): boolean {
  if (one.parents[0] === base) return true;
  if (strategy !== 'rebase') return false;
  let at = one.parents[0];
  while (at !== undefined && at !== base && byId.has(at)) at = byId.get(at)?.parents[0];
  // The range can begin in the middle of what a rebase landed.
  return at === base || (at !== undefined && !byId.has(at));
}

function storyFaults({ story }: TargetCommit, receipt: Receipt): Said[] {
  const said: Said[] = [];
  if (story.key !== receipt.story.key)
    said.push([
      'story',
      `Its trailer Story-Key says ${story.key ?? 'nothing'}; its receipt is of ${receipt.story.key}.`,
    ]);
  if (story.number !== receipt.story.number)
    said.push([
      'story',
      `Its trailer Story says ${numbered(story.number)}; its receipt is of #${receipt.story.number}.`,
    ]);
  return said;
}

/** One that was proven through a later one stands below it, and that one has a proof of its own. */
function throughFaults({ commit, through }: Receipt, byId: ById, read: Read): Said[] {
  if (through == null) return [];
  const note = read.get(through.commit);
  const proof = note?.kind === 'receipt' ? note.receipt : null;
  if (proof === null || proof.through != null || proof.tree !== through.tree)
    return [['unproven', `It was proven through ${brief(through.commit)}, which has no such proof.`]];
  let at: Oid | undefined = through.commit;
  while (at !== undefined && at !== commit && byId.has(at)) at = byId.get(at)?.parents[0];
  // The range can end before the one that proved it.
  if (at === commit || !byId.has(through.commit)) return [];
  return [['unproven', `It was proven through ${brief(through.commit)}, which does not contain it.`]];
}

/** Verdicts with which a commit may land; the others are faults whatever else the receipt says. */
const GOOD = new Set(['passed', 'skipped']);

function gateFaults(receipt: Receipt, at: GatesAt): Said[] {
  const said: Said[] = [];
  for (const gate of receipt.gates) {
    if (!GOOD.has(gate.verdict) && !gate.quarantined) said.push(['gates', `Gate ${gate.name}: ${gate.verdict}.`]);
    const ranElsewhere = gate.on.tree !== provenTree(receipt);
    if (ranElsewhere && !gate.reused && gate.verdict !== 'skipped')
      said.push(['gates', `Gate ${gate.name} ran on tree ${brief(gate.on.tree)}, not on the tree that landed.`]);
  }
  if (receipt.gates.every(({ verdict }) => verdict === 'skipped') && receipt.approval.by === 'gates')
    said.push(['unproven', 'No gate passed on it and nobody approved it.']);
  if (at.kind === 'unreadable')
    said.push(['gates', `The configuration at ${brief(receipt.base)} cannot be read, so its gates are not known.`]);
  if (at.kind !== 'file') return said;
  for (const { name, definition } of at.gates) {
    const gate = receipt.gates.find((one) => one.name === name);
    if (gate === undefined)
      said.push(['gates', `Gate ${name} is missing: the configuration at ${brief(receipt.base)} asks for it.`]);
    else if (gate.definition !== definition)
      said.push(['gates', `Gate ${name} is not as the configuration at ${brief(receipt.base)} defines it.`]);
  }
  return said;
}

/** By the commit that they follow: the commits whose receipts say so. */
function followersOf(read: Read): Map<Oid, Oid[]> {
  const followers = new Map<Oid, Oid[]>();
  for (const [commit, one] of read) {
    const before = one.kind === 'receipt' ? one.receipt.previous?.commit : undefined;
    if (before !== undefined) followers.set(before, [...(followers.get(before) ?? []), commit]);
  }
  return followers;
}

/** The receipt after it would tell; the newest has none. */
function changeFaults({ commit, madeLater }: Receipt, { before }: LandingFacts): Said[] {
  const how = before?.get(commit);
  if (how === undefined || (how === 'remade' && madeLater !== null)) return [];
  return [['chain', 'Its receipt was changed after it was written: another one stood there before.']];
}

function chainFaults(receipt: Receipt, { notes }: LandingFacts, read: Read, followers: Map<Oid, Oid[]>): Said[] {
  const { previous, sequence } = receipt;
  if (previous === null)
    return sequence === 1 ? [] : [['chain', `Its receipt is number ${sequence} and names none before it.`]];
  const note = notes.get(previous.commit);
  if (note === undefined) return [['chain', `The receipt before it, on ${brief(previous.commit)}, is gone.`]];
  if (note.digest !== previous.digest)
    return [['chain', `The receipt before it, on ${brief(previous.commit)}, was changed afterwards.`]];
  const before = read.get(previous.commit);
  const said: Said[] = [];
  if (before?.kind === 'receipt' && before.receipt.sequence + 1 !== sequence)
    said.push(['chain', `Its receipt is number ${sequence}; the one before it is number ${before.receipt.sequence}.`]);
  const twins = (followers.get(previous.commit) ?? []).filter((one) => one !== receipt.commit);
  if (twins.length > 0)
    said.push(['chain', `${list(twins)} follows the same receipt: two clones wrote receipts apart.`]);
  return said;
}

function brief(oid: string): string {
  return oid.slice(0, 8);
}
function list(oids: readonly string[]): string {
  return oids.length === 0 ? 'none' : oids.map(brief).join(', ');
}
function short(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
function numbered(number: number | null): string {
  return number === null ? 'nothing' : `#${number}`;
}
function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
