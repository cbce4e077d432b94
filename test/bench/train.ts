// A train of real pull requests, as they were before they were squashed or merged: what of them conflicts, and how many
// land in order of arrival and in the order of the radar, each merged as it was onto what landed before it.
//
//   node --import tsx test/bench/train.ts --git <git dir> --first <commit of the first one that landed> [--write <file>]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/base/systemClock';
import { fewestConflicts } from '../../src/core/landing/landingOrder';
import { meetingPairs, type InFlight, type PathChange } from '../../src/core/landing/radar';
import { repositoryAt } from '../../src/git/door/repository';
import { createGit } from '../../src/git/door/run';
import { comparePairs } from '../../src/git/radar/comparePairs';
import { quietLog } from './quietLog';

const { values } = parseArgs({
  options: { git: { type: 'string' }, first: { type: 'string' }, count: { type: 'string', default: '20' }, write: { type: 'string' } }, // prettier-ignore
});

interface Story extends InFlight {
  readonly number: number;
  readonly base: string;
}

async function main(source: string, first: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'train-'));
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', ['--git-dir', folder, ...args], { encoding: 'utf8', env: { ...process.env, ...NOBODY }, stdio: ['ignore', 'pipe', 'ignore'] }).trim(); // prettier-ignore
    execFileSync('git', ['init', '--quiet', '--bare', folder]);
    writeFileSync(
      path.join(folder, 'objects', 'info', 'alternates'),
      `${path.join(path.resolve(source), 'objects')}\n`,
    );
    const found = storiesOf(source, first, git);
    const start = git('merge-base', '--octopus', ...found.map(({ base }) => base));
    const stories = found.map((story) => ({ ...story, changes: changesOf(start, story.state, git) }));
    const around = { git: createGit({ binary: 'git', log: quietLog }), log: quietLog, clock: systemClock };
    const repository = repositoryAt({ topLevel: folder, mainTopLevel: null, commonDir: folder, objectFormat: 'sha1' }, around); // prettier-ignore
    const pairs = stories.flatMap((one, at) => stories.slice(at + 1).map((other): [Story, Story] => [one, other]));
    const answers = await comparePairs(repository, {
      target: start,
      pairs: pairs.map(([one, other]) => ({ one: one.state, other: other.state })),
      objects: path.join(folder, 'objects'),
    });
    repository.objects.dispose();
    const conflicts = pairs.flatMap(([one, other], at) => {
      const answer = answers[at];
      return answer?.kind === 'clean' ? [] : [{ one: one.number, other: other.number, files: answer?.kind === 'conflict' ? answer.files : [] }]; // prettier-ignore
    });
    const asked = meetingPairs(stories).length;
    const proposal = fewestConflicts(
      stories.map(({ number }) => ({ key: String(number), rank: 2, dependsOn: [] })),
      conflicts.map(({ one, other }) => [String(one), String(other)] as const),
    );
    const inOrder = proposal.order.flatMap((key) => stories.filter(({ number }) => String(number) === key));
    const landed = { arrival: land(stories, start, git), radar: land(inOrder, start, git) };
    console.log(`${pairs.length} pairs, ${asked} of them meet, ${conflicts.length} conflict`);
    console.log(`predicted: ${proposal.landsAsGiven.length} of ${stories.length} land in order of arrival, ${proposal.lands.length} in the radar's order (${proposal.proof})`); // prettier-ignore
    console.log(`merged: ${landed.arrival} in order of arrival, ${landed.radar} in the radar's order`);
    const kept = stories.map(({ number, changes }) => ({
      number,
      changes: changes.map(({ path: name, how }) => `${how.charAt(0)} ${name}`),
    }));
    if (values.write !== undefined)
      writeFileSync(values.write, `${JSON.stringify({ first, stories: kept, conflicts, landed })}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const NOBODY = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((who) => [[`GIT_${who}_NAME`, 'a'], [`GIT_${who}_EMAIL`, 'a@b']])); // prettier-ignore

/** Pull requests in the order in which they landed: their number stands in the subject, their head is a ref. */
function storiesOf(source: string, first: string, git: (...args: string[]) => string): Story[] {
  const ask = (...args: string[]): string => execFileSync('git', ['--git-dir', source, ...args], { encoding: 'utf8', maxBuffer: 1e8 }).trim(); // prettier-ignore
  const heads = new Map(ask('for-each-ref', '--format=%(refname) %(objectname)', 'refs/pull').split('\n').map((line) => line.split(' ') as [string, string])); // prettier-ignore
  const stories: Story[] = [];
  for (const line of ask('log', '--first-parent', '--reverse', '--format=%H %P%x00%s', `${first}^..HEAD`).split('\n')) {
    const [ids = '', subject = ''] = line.split('\0');
    const number = /\(#(\d+)\)$/.exec(subject)?.[1] ?? /^Merge pull request #(\d+)/.exec(subject)?.[1];
    const [head, before] = [heads.get(`refs/pull/${number ?? ''}/head`), ids.split(' ')[1]];
    if (number === undefined || head === undefined || before === undefined) continue;
    const base = git('merge-base', before, head);
    stories.push({ key: number, number: Number(number), state: head, base, changes: [] });
    if (stories.length === Number(values.count)) break;
  }
  return stories;
}

/** What a branch brings to a target, as the radar looks at it. */
function changesOf(start: string, head: string, git: (...args: string[]) => string): PathChange[] {
  const base = git('merge-base', start, head);
  const lines = git('diff-tree', '-r', '--no-renames', '--name-status', base, head).split('\n');
  return lines.flatMap((one): PathChange[] => {
    const [letter = '', name = ''] = one.split('\t');
    return name === '' ? [] : [{ path: name, how: letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'changed' }];
  });
}

/** How many can be merged one after another, each as it is. */
function land(stories: readonly Story[], start: string, git: (...args: string[]) => string): number {
  let [target, landed] = [start, 0];
  for (const { state } of stories) {
    try {
      const tree = git('merge-tree', '--write-tree', target, state).split('\n')[0] ?? '';
      target = git('commit-tree', tree, '-p', target, '-p', state, '-m', 'Land');
      landed += 1;
    } catch {
      // It conflicts.
    }
  }
  return landed;
}

const { git, first } = values;
if (git === undefined || first === undefined) throw new Error('Say --git <git dir> and --first <commit>.');
main(git, first).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
