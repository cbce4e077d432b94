import { configSchema, CONFIG_FILE } from '../../core/gates/gateConfig';
import { gateDefinition } from '../../core/receipts/gateDefinition';
import { readReceipt, RECEIPTS_REF } from '../../core/receipts/receipt';
import type { GatesAt, LandingFacts, TargetCommit } from '../../core/receipts/verify';
import type { Oid } from '../../core/story/stage';
import { trailersOf } from '../candidate/message';
import { sha256 } from '../../base/sha256';
import { type Refusal } from '../../core/words/said';

/**
 * Runs one git command on the repository and gives what it printed; null for exit code 1, which says "no such thing".
 * What is looked up here is all that a verification knows, in the editor and in the script alike.
 */
export type AskGit = (
  verb: 'rev-parse' | 'rev-list' | 'ls-tree' | 'cat-file' | 'diff-tree',
  args: readonly string[],
  input?: string,
) => Promise<Buffer | null>;

export type FactsOutcome = { kind: 'facts'; facts: LandingFacts } | Refusal;

/** `range`: `<from>..<to>`, a branch or commit, or empty for `target`, from where its first story landed. */
export async function readLandingFacts(ask: AskGit, target: string, range: string): Promise<FactsOutcome> {
  const [from, to] = endsOf(range.trim(), target);
  const [first, last] = [from === null ? null : await resolve(ask, from), await resolve(ask, to)];
  if (last === null) return { kind: 'refused', message: `git knows no commit by the name ${to}.` };
  if (from !== null && first === null) return { kind: 'refused', message: `git knows no commit by the name ${from}.` };
  const notes = await readNotes(ask);
  const all = await readCommits(ask, first, last);
  const commits = first === null ? fromFirstLanding(all, notes) : all;
  const gatesAt = await readGatesAt(ask, commits, notes);
  const before = notes.size === 0 ? new Map<Oid, 'edited'>() : await readBefore(ask);
  return { kind: 'facts', facts: { target: range.trim() === '' ? target : to, commits, notes, gatesAt, before } };
}

function endsOf(range: string, target: string): [string | null, string] {
  const at = range.indexOf('..');
  if (at === -1) return [null, range === '' ? target : range];
  const [from, to] = [
    range.slice(0, at).trim(),
    range
      .slice(at + 2)
      .replace(/^\./, '')
      .trim(),
  ];
  return [from === '' ? null : from, to === '' ? target : to];
}

async function resolve(ask: AskGit, name: string): Promise<Oid | null> {
  const found = await ask('rev-parse', ['--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  return found === null ? null : found.toString('utf8').trim();
}

/** Along first parents: what the target was, one state after the other. */
async function readCommits(ask: AskGit, from: Oid | null, to: Oid): Promise<TargetCommit[]> {
  const format = ['--no-commit-header', '--format=%H%x00%T%x00%P%x00%B%x00'];
  const range = from === null ? [to] : [to, `^${from}`];
  const listed = await ask('rev-list', ['--first-parent', '--reverse', ...format, ...range, '--']);
  const fields = (listed ?? Buffer.alloc(0)).toString('utf8').split('\0');
  const commits: TargetCommit[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [commit = '', tree = '', parents = '', message = ''] = fields.slice(at, at + 4);
    const trailers = trailersOf(message);
    const value = (pattern: RegExp) => trailers.map((line) => pattern.exec(line)?.[1]).find((one) => one !== undefined);
    commits.push({
      commit: commit.trim(),
      tree,
      parents: parents.split(' ').filter((one) => one !== ''),
      subject: message.split('\n', 1)[0] ?? '',
      story: {
        key: value(/^Story-Key: (\S+)$/) ?? null,
        number: Number(value(/^Story: #(\d+)$/) ?? NaN) || null,
      },
    });
  }
  return commits;
}

/** What was there before Switchyard has no receipts, and nobody expects any. */
function fromFirstLanding(commits: readonly TargetCommit[], notes: LandingFacts['notes']): readonly TargetCommit[] {
  const first = commits.findIndex(({ commit, story }) => story.key !== null || notes.has(commit));
  return first === -1 ? [] : commits.slice(first);
}

/** Every note of ours by the commit that it is on. git spreads notes over folders as they grow in number. */
async function readNotes(ask: AskGit): Promise<LandingFacts['notes']> {
  if ((await resolve(ask, RECEIPTS_REF)) === null) return new Map();
  const listed = (await ask('ls-tree', ['-r', '-z', RECEIPTS_REF]))?.toString('utf8') ?? '';
  const found = listed.split('\0').flatMap((line) => {
    const [, oid, name] = /^\d+ blob ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
    const commit = name?.replaceAll('/', '') ?? '';
    return oid !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? [{ commit, oid }] : [];
  });
  const texts = await readObjects(ask, found.map(({ oid }) => oid)); // prettier-ignore
  return new Map(
    found.flatMap(({ commit }, at) => {
      const data = texts[at] ?? null;
      return data === null ? [] : [[commit, { text: data.toString('utf8'), digest: sha256(data) }] as const];
    }),
  );
}

/** Where the ref of the notes stood here is looked at as well: a history can be exchanged for another one. */
async function readBefore(ask: AskGit): Promise<NonNullable<LandingFacts['before']>> {
  const stood = await ask('rev-list', ['--walk-reflogs', RECEIPTS_REF, '--']).catch(() => null);
  const tips = [RECEIPTS_REF, ...new Set(linesOf(stood))];
  const history = await ask('rev-list', [...tips, '--']).catch(() => ask('rev-list', [RECEIPTS_REF, '--']));
  const input = linesOf(history).join('\n');
  const changes = await ask('diff-tree', ['--stdin', '-m', '-r', '--root', '--no-renames', '-z', '--raw', '--no-commit-id'], `${input}\n`);
  const texts = new Map<Oid, Set<string>>();
  const edited = new Set<Oid>();
  const fields = (changes ?? Buffer.alloc(0)).toString('utf8').split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, , , text = '', how] = (fields[at] ?? '').split(' ');
    const commit = (fields[at + 1] ?? '').replaceAll('/', '');
    if (how === 'D') continue;
    if (how === 'M') edited.add(commit);
    texts.set(commit, (texts.get(commit) ?? new Set()).add(text));
  }
  return new Map([...texts].flatMap(([commit, { size }]) => size > 1 ? [[commit, edited.has(commit) ? 'edited' : 'remade'] as const] : []));
} // prettier-ignore

function linesOf(data: Buffer | null): string[] {
  return (data ?? Buffer.alloc(0)).toString('utf8').split('\n').filter((line) => line !== ''); // prettier-ignore
}

async function readGatesAt(
  ask: AskGit,
  commits: readonly TargetCommit[],
  notes: LandingFacts['notes'],
): Promise<ReadonlyMap<Oid, GatesAt>> {
  const bases = commits.flatMap(({ commit }) => {
    const read = readReceipt(notes.get(commit)?.text ?? '');
    return read.kind === 'receipt' ? [read.receipt.base] : [];
  });
  const files = await readObjects(ask, bases.map((base) => `${base}:${CONFIG_FILE}`)); // prettier-ignore
  const gatesAt = new Map<Oid, GatesAt>();
  for (const [at, base] of bases.entries()) gatesAt.set(base, await gatesIn(files[at] ?? null));
  return gatesAt;
}

async function gatesIn(file: Buffer | null): Promise<GatesAt> {
  if (file === null) return { kind: 'notInGit' };
  const { readConfigFile } = await import('../../core/gates/configFile');
  const read = readConfigFile(file.toString('utf8'), configSchema);
  if (read.kind === 'invalid') return { kind: 'unreadable' };
  const { gates } = read.config;
  if (gates === undefined) return { kind: 'notInGit' };
  return {
    kind: 'file',
    // What runs on landed commits was never asked of this one.
    gates: gates
      .filter(({ after }) => after === undefined)
      .map((gate) => ({ name: gate.name, definition: sha256(gateDefinition(gate)) })),
  };
}

/** Contents of objects by name, in order; null for one that is not there. */
async function readObjects(ask: AskGit, names: readonly string[]): Promise<(Buffer | null)[]> {
  if (names.length === 0) return [];
  const answer = (await ask('cat-file', ['--batch'], names.map((name) => `${name}\n`).join(''))) ?? Buffer.alloc(0);
  const contents: (Buffer | null)[] = [];
  for (let at = 0; contents.length < names.length;) {
    const end = answer.indexOf('\n', at);
    if (end === -1) throw new Error('git cat-file broke off in the middle of its answer.');
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(answer.toString('latin1', at, end))?.[1];
    const from = end + 1;
    contents.push(size === undefined ? null : answer.subarray(from, from + Number(size)));
    at = size === undefined ? from : from + Number(size) + 1;
  }
  return contents;
}
