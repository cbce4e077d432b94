import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../src/core/story/story';
import type { Outcome } from './scene';

interface Landed {
  readonly commit: string;
  readonly tree: string;
  readonly key: string;
}

/** Everything that does not hold after a scene, in sentences; empty where all of it does. */
export async function judgeScene(outcome: Outcome): Promise<string[]> {
  const { last, left } = outcome;
  const broken = last?.said === 'rest' ? [] : [`the last window did not come to rest: ${JSON.stringify(last)}`];
  const stories = last?.said === 'rest' ? last.stories : [];
  const landed = await landings(outcome);
  const faults = [
    ...broken,
    ...(broken.length > 0 ? [] : [...lostStories(outcome, stories), ...wrongEnds(stories, landed)]),
    ...twice(landed),
    ...(await ungated(outcome, landed)),
    ...(await touched(outcome)),
    ...(await leftovers(outcome)),
    ...left.map((one) => `process ${one} outlived the last window`),
  ];
  return faults;
}

/** Landings that the target holds, oldest first; those of one story behind each other (a rebase) are one. */
async function landings({ repository }: Outcome): Promise<Landed[]> {
  const text = await repository.git('log', '--first-parent', '--reverse', '--format=%H %T%x00%B%x01', 'main');
  const all = text.split('\x01').flatMap((entry): Landed[] => {
    const [ids = '', message = ''] = entry.trim().split('\0');
    const [commit = '', tree = ''] = ids.split(' ');
    const key = /^Story-Key: (\S+)$/m.exec(message)?.[1];
    return key === undefined ? [] : [{ commit, tree, key }];
  });
  return all.filter(({ key }, at) => all[at + 1]?.key !== key);
}

function lostStories({ created }: Outcome, stories: readonly StoryRecord[]): string[] {
  const lost = [...created].filter(([key]) => !stories.some((story) => story.key === key));
  const titles = stories.map(({ title }) => title);
  const doubled = titles.filter((title, at) => titles.indexOf(title) !== at);
  return [
    ...lost.map(([, title]) => `“${title}” was acknowledged and is gone`),
    // One whose acknowledgement was killed on its way is found by the next window by its title.
    ...doubled.map((title) => `“${title}” is there twice`),
  ];
}

function wrongEnds(stories: readonly StoryRecord[], landed: readonly Landed[]): string[] {
  return stories.flatMap(({ key, title, stage, strikes }) => {
    const commit = landed.find((one) => one.key === key)?.commit;
    const isDone = stage.name === 'Done';
    const said = JSON.stringify(stage);
    return [
      ...(isDone && stage.mergeCommit !== commit ? [`“${title}” is Done as ${said}, the target has ${commit}`] : []),
      // Nobody but the queue lands anything here.
      ...(isDone && stage.by !== 'queue' ? [`“${title}” is told to have landed outside of the queue`] : []),
      ...(!isDone && commit !== undefined ? [`“${title}” is on the target and not Done: ${said}`] : []),
      ...(title.endsWith('clean') && !isDone ? [`“${title}” did not land: ${said}`] : []),
      ...(title.endsWith('clean') && strikes.length > 0 ? [`“${title}” has strikes: ${JSON.stringify(strikes)}`] : []),
      ...(title.endsWith('red') && isDone ? [`“${title}” landed red`] : []),
    ];
  });
}

function twice(landed: readonly Landed[]): string[] {
  const keys = landed.map(({ key }) => key);
  return keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key} landed twice`);
}

/**
 * In every state that the target was in after a landing, what a gate looks at is as it was where that gate passed, in a tree that was
 * just that, or as it was before anything landed.
 */
async function ungated({ plan, repository, gates }: Outcome, landed: readonly Landed[]): Promise<string[]> {
  const states = new Set((await repository.git('log', '--walk-reflogs', '--format=%H', 'main')).split('\n'));
  const begin = await repository.git('rev-list', '--max-parents=0', 'main');
  const faults = gates.flatMap(({ tree, changes }) => (changes === '' ? [] : [`a gate saw ${tree} with changes: ${changes}`]));
  for (const { name, paths } of plan.gates) {
    const seen = async (tree: string): Promise<string> =>
      paths.length === 0 ? tree : repository.git('ls-tree', '--full-tree', tree, '--', ...paths);
    const passed = gates.filter((one) => one.gate === name && one.passed).map(({ tree }) => tree);
    const good = new Set(await Promise.all(passed.map(seen)));
    // A landing changes the tree, so a gate that looks at all of it has looked.
    if (paths.length > 0) good.add(await seen(begin));
    for (const { commit, tree, key } of landed)
      if (states.has(commit) && !good.has(await seen(tree)))
        faults.push(`${commit} of ${key} was on the target and gate ${name} passed on nothing like it`);
  }
  return faults;
} // prettier-ignore

/** What the person committed is on the target, what they changed is as they left it, and nothing else differs. */
async function touched({ repository, person }: Outcome): Promise<string[]> {
  const faults: string[] = [];
  for (const commit of person.commits) {
    const isThere = await repository.git('merge-base', '--is-ancestor', commit, 'main').then(
      () => true,
      () => false,
    );
    if (!isThere) faults.push(`commit ${commit} of the person is not on the target`);
  }
  for (const [name, text] of person.dirty) {
    const file = path.join(repository.path, name);
    const now = existsSync(file) ? readFileSync(file, 'utf8') : null;
    if (now !== text) faults.push(`${name} of the person holds ${JSON.stringify(now)} instead of ${JSON.stringify(text)}`); // prettier-ignore
  }
  const status = (await repository.git('status', '--porcelain')).split('\n').filter((line) => line !== '');
  const strange = status.filter((line) => !person.dirty.has(line.replace(/^\s*\S+\s+/, '')));
  return [...faults, ...strange.map((line) => `the person's checkout differs: ${line}`)];
}

async function leftovers({ repository }: Outcome): Promise<string[]> {
  const pins = await repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/candidates/');
  const damage = await repository.git('fsck', '--connectivity-only', '--no-dangling').catch(String);
  const locks = readdirSync(path.join(repository.path, '.git'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.lock'),
  );
  return [
    ...(pins === '' ? [] : [`pins are left: ${pins}`]),
    ...(damage === '' ? [] : [`git fsck: ${damage}`]),
    ...locks.map((name) => `${name} is left`),
  ];
}
