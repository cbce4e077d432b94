#!/usr/bin/env node
/**
 * A coding agent without a model, for the sample project and for tests: `node sampleAgent.mjs <prompt file>`.
 * It works in the current folder and commits there. In the prompt it understands
 *
 *   ```file path/to/file.js      a fenced block: write what is inside to that path
 *   pace: 3s                     a line of its own: take that long between two steps, so that one can watch
 *   until: /path/to/file         a line of its own: go on after the first step only once that file exists
 *
 * Told to merge a branch (`git merge main` in brackets) it does that alone and keeps both sides of what conflicts. Told to
 * resolve a merge it concludes that as a line `merge: <how> <how> …` of the prompt says, a word for each attempt:
 *
 *   both (else)    keeps both sides               markers  commits the conflict as it is
 *   ours, theirs   drops the other side           plain    commits without a second parent
 *   strategy       merges with -s ours            none     does nothing
 *   fix            keeps both, and adds fix.txt   wait     commits as `markers`, and waits until it is ended
 *
 * `SAMPLE_MERGE` in its environment stands for that line.
 *
 * Told what a review said about lines of the code, it writes what was said behind each line, and nothing else; what was said of
 * the whole alone stands behind the first line of its module.
 *
 * In a try it writes and commits the one file that it is told. `SAMPLE_TRY` in its environment is how else that goes:
 *
 *   uncommitted  writes the file, and commits nothing      hang    answers, and never ends
 *   other        commits as somebody else                  mute    says nothing and never ends
 *   meddle       changes refs, stash, settings and a hook  login   says that it is not logged in
 * Without a block it invents a small module from the prompt's title, with a test that node's runner finds.
 * Exit status: 0 committed, 1 could not do the work, 2 called wrongly.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a person did wrong, as against a fault in this program: told in one line. */
class Refusal extends Error {}

/**
 * @typedef {{ path: string, text: string }} FileToWrite
 * @typedef {{ title: string, files: FileToWrite[], paceMs: number }} Task
 */

/** @param {string} prompt @returns {Task} */
function readTask(prompt) {
  return { title: findTitle(prompt), files: findFiles(prompt), paceMs: findPace(prompt) };
}

/** The line that says what to work on, else the first heading, else a `title:` line, else the first line that says something. @param {string} prompt */
function findTitle(prompt) {
  const outside = prompt.replaceAll(/^(`{3,}).*\n[^]*?^\1`*[ \t]*$/gm, '');
  const found =
    /^(work on[ \t]+\S+[ \t]+#\d+:.+)$/im.exec(outside)?.[1] ??
    /^#+[ \t]+(.+)$/m.exec(outside)?.[1] ??
    /^title:[ \t]*(.+)$/im.exec(outside)?.[1] ??
    /^[ \t]*(\S.*)$/m.exec(outside)?.[1];
  const title = (found ?? '')
    .trim()
    .replace(/^(work on[ \t]+)?((story|bug|spike|refactor)[ \t]+)?#\d+[ \t]*[:.–—-]?[ \t]*/i, '')
    .replace(/^["'](.*)["']$/, '$1');
  return title === '' ? 'Change the project' : title;
}

/** @param {string} prompt @returns {FileToWrite[]} */
function findFiles(prompt) {
  // The closing fence is at least as long as the opening one, so a written Markdown file may hold fences itself.
  const blocks = prompt.matchAll(/^(`{3,})file[ \t]+(\S.*?)[ \t]*\r?\n([^]*?)^\1`*[ \t]*$/gm);
  return [...blocks].map(([, , file, text]) => ({ path: file, text }));
}

/** @param {string} prompt @returns {number} milliseconds */
function findPace(prompt) {
  const [, amount, unit] = /^[ \t]*pace:[ \t]*(\d+(?:\.\d+)?)[ \t]*(ms|s)?[ \t]*$/im.exec(prompt) ?? [];
  return amount === undefined ? 0 : Number(amount) * (unit?.toLowerCase() === 'ms' ? 1 : 1000);
}

/** Waits for the file that the prompt names, if it names one. @param {string} prompt */
async function waitUntilTold(prompt) {
  const [, file] = /^[ \t]*until:[ \t]*(\S.*?)[ \t]*$/im.exec(prompt) ?? [];
  while (file !== undefined && !existsSync(file)) await pause(50);
}

/** The module, its test and a line in the README. @param {string} title @returns {Promise<FileToWrite[]>} */
async function inventFiles(title) {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.slice(0, 6) ?? ['change'];
  const slug = words.join('-');
  const name = words
    .map((word, index) => (index === 0 ? word : word[0].toUpperCase() + word.slice(1)))
    .join('')
    .replace(/^(?=\d)/, 'do');
  const modules = (await readProjectFile('package.json'))?.includes('"module"') === true ? esModule : commonJs;
  const readme = (await readProjectFile('README.md')) ?? '# Project\n';
  return [
    { path: `src/${slug}.js`, text: modules.source(name, title) },
    { path: `test/${slug}.test.js`, text: modules.test(name, slug, title) },
    { path: 'README.md', text: `${readme.trimEnd()}\n\n- ${title}: see \`src/${slug}.js\`.\n` },
  ];
}

/** @param {string} name @param {string} title */
const functionText = (name, title) => `function ${name}(input = '') {
  const text = String(input).trim();
  return text === '' ? ${JSON.stringify(title)} : \`\${text}: \${${JSON.stringify(title)}}\`;
}
`;

/** @param {string} name @param {string} title */
const testBody = (name, title) => `
test(${JSON.stringify(title)}, () => {
  assert.equal(${name}(), ${JSON.stringify(title)});
  assert.equal(${name}('  done '), ${JSON.stringify(`done: ${title}`)});
});
`;

const esModule = {
  /** @param {string} name @param {string} title */
  source: (name, title) => `export ${functionText(name, title)}`,
  /** @param {string} name @param {string} slug @param {string} title */
  test: (name, slug, title) => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ${name} } from '../src/${slug}.js';
${testBody(name, title)}`,
};

const commonJs = {
  /** @param {string} name @param {string} title */
  source: (name, title) => `${functionText(name, title)}\nmodule.exports = { ${name} };\n`,
  /** @param {string} name @param {string} slug @param {string} title */
  test: (name, slug, title) => `const assert = require('node:assert/strict');
const { test } = require('node:test');
const { ${name} } = require('../src/${slug}.js');
${testBody(name, title)}`,
};

/**
 * What a review said, from the latest place of each line: all that a program can do that understands no words.
 * @param {string} prompt
 */
function findComments(prompt) {
  const place =
    /^(\S.*?), lines? (\d+)(?: to \d+)?, at [0-9a-f]{8}(?: \(now (.+), line (\d+)\))?:.*\n(?: {4}\| .*\n)+((?: {4}.*\n)+)/gm;
  return [...prompt.matchAll(place)].map(([, file, line, fileNow, lineNow, said]) => ({
    path: fileNow ?? file,
    line: Number(lineNow ?? line),
    said: said.trim().replaceAll(/\s+/g, ' '),
  }));
}

/** What a review said of the whole alone, as about the first line of the module. @param {string} prompt @param {string} title */
async function findRemark(prompt, title) {
  const [, said] = /: what was said of it ---\nReview: (.+)\n--- end /.exec(prompt) ?? [];
  const [{ path: file }] = await inventFiles(title);
  return said === undefined || !existsSync(file) ? [] : [{ path: file, line: 1, said }];
}

/** The files with each comment behind its line. @param {ReturnType<typeof findComments>} comments @returns {Promise<FileToWrite[]>} */
async function answer(comments) {
  const files = new Map();
  for (const { path: file, line, said } of comments) {
    const lines = files.get(file) ?? (await readFile(await placeInside(file), 'utf8')).split('\n');
    lines[line - 1] += /\.[cm]?[jt]s$/.test(file) ? ` // ${said}` : ` (${said})`;
    files.set(file, lines);
  }
  return [...files].map(([file, lines]) => ({ path: file, text: lines.join('\n') }));
}

/** @param {string} name @returns {Promise<string | undefined>} */
async function readProjectFile(name) {
  try {
    return await readFile(name, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Where a file below the current folder goes. Any other is refused: also one that a symbolic link leads to,
 * and git's own folder. @param {string} name @returns {Promise<string>}
 */
async function placeInside(name) {
  const root = await realpath('.');
  const target = path.resolve(root, name);
  refuseOutside(root, target, name);
  for (let folder = target; folder !== root; folder = path.dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined);
    if (real !== undefined) refuseOutside(root, real, name);
  }
  return target;
}

/** @param {string} root @param {string} target @param {string} name */
function refuseOutside(root, target, name) {
  const inside = path.relative(root, target);
  const parts = inside.split(path.sep);
  if (inside === '' || path.isAbsolute(inside) || parts[0] === '..')
    throw new Refusal(`The prompt asks for "${name}", which is outside ${root}. Nothing was written.`);
  if (parts.some((part) => part.toLowerCase() === '.git'))
    throw new Refusal(`The prompt asks for "${name}", which belongs to git. Nothing was written.`);
}

/** @param {string} title @param {FileToWrite[]} files @returns {Promise<string | undefined>} the commit's id */
async function commit(title, files) {
  await execute('git', ['add', '--', ...files.map((file) => file.path)]);
  const { stdout: staged } = await execute('git', ['diff', '--cached', '--name-only', '-z']);
  if (staged === '') return undefined;
  await execute('git', ['commit', '--quiet', '--message', title]);
  const { stdout: id } = await execute('git', ['rev-parse', '--short', 'HEAD']);
  return id.trim();
}

/**
 * Merges the branch that the prompt asks for and keeps both sides of what conflicts: right for lists such as the sample's
 * README, and all that a program without a model can do. @param {string} branch @param {string} prompt
 */
async function mergeKeepingBoth(branch, prompt) {
  const step = stepsOf(findPace(prompt));
  await step(`Looking at what ${branch} has`);
  await waitUntilTold(prompt);
  await step(`Merging ${branch}`);
  const merged = await execute('git', ['merge', '--no-edit', branch]).then(
    () => true,
    () => false,
  );
  if (!merged) await keepBoth(branch, step);
  await step(`Merged ${branch}`);
}

async function unmergedFiles() {
  const { stdout } = await execute('git', ['diff', '--name-only', '--diff-filter=U', '-z']);
  return stdout.split('\0').filter((file) => file !== '');
}

/** How this attempt at a merge goes: each attempt before it stands in the prompt. @param {string} prompt */
function wayToMerge(prompt) {
  const said = process.env.SAMPLE_MERGE ?? /^[ \t]*merge:[ \t]*([a-z][a-z ]*)$/m.exec(prompt)?.[1] ?? 'both';
  const ways = said.trim().split(/ +/);
  const attempt = prompt.match(/^- Its? .+\.$/gm)?.length ?? 0;
  return ways[Math.min(attempt, ways.length - 1)];
}

/** Concludes the merge that the worktree is in the middle of. @param {string} prompt */
async function concludeMerge(prompt) {
  const how = wayToMerge(prompt);
  const step = stepsOf(findPace(prompt));
  await step(`Merging: ${how}`);
  if (how === 'none') return;
  const files = await unmergedFiles();
  if (how === 'strategy') {
    const { stdout: other } = await execute('git', ['rev-parse', 'MERGE_HEAD']);
    await execute('git', ['merge', '--abort']);
    await execute('git', ['merge', '--quiet', '-s', 'ours', '--no-edit', other.trim()]);
    return;
  }
  if (how === 'ours' || how === 'theirs') await execute('git', ['checkout', `--${how}`, '--', ...files]);
  if (how === 'both' || how === 'fix') await keepSides(files, step);
  if (how === 'fix') await writeFile('fix.txt', 'Both work together.\n');
  await execute('git', ['add', '--all']);
  if (how === 'plain') await execute('git', ['merge', '--quit']);
  const merging = await execute('git', ['rev-parse', '--quiet', '--verify', 'MERGE_HEAD']).catch(() => undefined);
  await execute('git', [
    'commit',
    '--quiet',
    ...(merging === undefined ? ['--message', 'Make both work'] : ['--no-edit']),
  ]);
  await step('Committed');
  while (how === 'wait') await pause(3_600_000);
}

/** @param {string} branch @param {(line: string) => Promise<void>} step */
async function keepBoth(branch, step) {
  const files = await unmergedFiles();
  if (files.length === 0) throw new Refusal(`${branch} could not be merged.`);
  await keepSides(files, step);
  await execute('git', ['add', '--', ...files]);
  await execute('git', ['commit', '--quiet', '--no-edit']);
}

/** @param {string[]} files @param {(line: string) => Promise<void>} step */
async function keepSides(files, step) {
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/^(<{7} .*|={7}|>{7} .*)\r?\n/gm, ''));
    await step(`Kept both sides of ${file}`);
  }
}

/** Says each step as it begins, and takes its time over it. @param {number} paceMs */
function stepsOf(paceMs) {
  /** @param {string} line */
  return async (line) => {
    console.log(line);
    if (paceMs > 0) await pause(paceMs);
  };
}

/** What is to be written in a try of this agent; undefined where the prompt is another. @param {string} prompt */
function trialOf(prompt) {
  const [, file, line] = /^1\. Write the file (\S+) .*It has one line: (.+)$/m.exec(prompt) ?? [];
  return file === undefined ? undefined : { path: file, text: `${line}\n` };
}

/** @param {FileToWrite} file */
async function tryIt(file) {
  const how = process.env.SAMPLE_TRY ?? '';
  const never = async () => {
    for (;;) await pause(3_600_000);
  };
  if (how === 'mute') return never();
  if (how === 'login') throw new Refusal('Not logged in.');
  console.log(`Trying: ${file.path}`);
  if (how === 'hang') return never();
  await writeFile(await placeInside(file.path), file.text);
  if (how === 'uncommitted') return undefined;
  if (how === 'other') for (const who of ['AUTHOR', 'COMMITTER']) process.env[`GIT_${who}_EMAIL`] = 'robot@example.com';
  await commit('Try the agent', [file]);
  if (how === 'meddle') await meddle();
  console.log('It is done.');
}

/** Everything that a try must not leave behind. */
async function meddle() {
  const git = (/** @type {string[]} */ ...args) => execute('git', args);
  const { stdout: common } = await git('rev-parse', '--path-format=absolute', '--git-common-dir');
  await git('config', 'user.name', 'Robot');
  await git('tag', 'robot-was-here');
  await git('branch', 'robot/work');
  await git('branch', '--force', 'side', 'HEAD');
  await writeFile('stashed.txt', 'stashed\n');
  await git('stash', 'push', '--include-untracked', '--message', 'robot stash');
  await mkdir(path.join(common.trim(), 'hooks'), { recursive: true });
  await writeFile(path.join(common.trim(), 'hooks', 'post-checkout'), '#!/bin/sh\n', { mode: 0o755 });
  await git('checkout', '--quiet', '-b', 'robot/other');
}

/** @param {string} promptFile */
async function work(promptFile) {
  const prompt = await readFile(promptFile, 'utf8');
  const trial = trialOf(prompt);
  if (trial !== undefined) return tryIt(trial);
  if (/^Resolve the merge of #\d+/.test(prompt)) return concludeMerge(prompt);
  const [, branch] = /\(git merge (\S+)\)/.exec(prompt) ?? [];
  if (branch !== undefined) return mergeKeepingBoth(branch, prompt);
  const task = readTask(prompt);
  const step = stepsOf(task.paceMs);
  await step(`Working on: ${task.title}`);
  await waitUntilTold(prompt);
  const said = findComments(prompt);
  const comments = said.length > 0 ? said : await findRemark(prompt, task.title);
  const files =
    comments.length > 0 ? await answer(comments) : task.files.length > 0 ? task.files : await inventFiles(task.title);
  await step(`Plan: ${files.length} ${files.length === 1 ? 'file' : 'files'} to write`);
  // All are looked at before one is written: what is refused leaves nothing half done.
  const places = await Promise.all(files.map((file) => placeInside(file.path)));
  for (const [index, file] of files.entries()) {
    await mkdir(path.dirname(places[index]), { recursive: true });
    await writeFile(places[index], file.text);
    await step(`[${index + 1}/${files.length}] Wrote ${file.path} (${file.text.split('\n').length - 1} lines)`);
  }
  const id = await commit(task.title, files);
  console.log(
    id === undefined ? 'Nothing to commit: every file already reads that way.' : `Committed ${id}: ${task.title}`,
  );
}

const promptFile = process.argv[2];
if (promptFile === undefined) {
  console.error('Usage: node sampleAgent.mjs <prompt file>');
  process.exitCode = 2;
} else {
  try {
    await work(promptFile);
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
}
