import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { projectRoot } from '../projectRoot';

/** A file that is loaded, with all that it needs at once; `beyond` is loaded by then, and does not count again. */
interface Load {
  readonly file: string;
  readonly beyond?: string;
  readonly kilobytes: number;
  readonly when: string;
}

const loads: readonly Load[] = [
  { file: 'extension.js', kilobytes: 450, when: 'when VS Code starts it' },
  { file: 'engine.js', beyond: 'extension.js', kilobytes: 940, when: 'when a repository is opened' },
  { file: 'doctor.js', beyond: 'engine.js', kilobytes: 90, when: 'when Doctor looks' },
  {
    file: 'configFile.js',
    beyond: 'engine.js',
    kilobytes: 120,
    when: 'where the target has a configuration, YAML with it',
  },
  {
    file: 'storyEdit.js',
    beyond: 'engine.js',
    kilobytes: 130,
    when: 'when a story is changed as a file, YAML with it',
  },
  { file: 'storyFolder.js', beyond: 'storyEdit.js', kilobytes: 10, when: 'when stories are imported or exported' },
  { file: 'simpleGit.js', beyond: 'engine.js', kilobytes: 90, when: 'for the first status' },
  { file: 'sql-wasm.js', beyond: 'engine.js', kilobytes: 60, when: 'for the search index' },
  { file: 'spawner.js', kilobytes: 40, when: 'by the process that starts programs' },
];

/** The limit (kB) of all code together. */
const ALL_CODE = 2_100;

/** Who needs which file, as the build noted it. */
const { outputs } = JSON.parse(readFileSync(path.join(projectRoot, 'out', 'bundles.json'), 'utf8')) as Metafile;

/** Compares what `npm run package` made with its limits, and fails when one is passed. */
function checkSizes(): void {
  for (const { file, beyond, kilobytes, when } of loads) {
    const before = new Set(beyond === undefined ? [] : loadedWith(beyond));
    const files = loadedWith(file).filter((one) => !before.has(one));
    compare(file, files.length === 0 ? undefined : sum(files), { kilobytes, what: `loaded ${when}` });
  }
  compare('keeper.js', sizeOf('dist/keeper.js'), { kilobytes: 40, what: 'loaded by the keeper of each agent’s run' });
  compare('board.js', sizeOf('dist/board.js'), { kilobytes: 150, what: 'loaded when the board opens' });
  const all = sum([...Object.keys(outputs), 'dist/board.js']);
  compare('dist/*.js', all, { kilobytes: ALL_CODE, what: 'all code together' });
  compare('switchyard.vsix', sizeOf('switchyard.vsix'), {
    kilobytes: 2_000,
    what: 'downloaded to install, with its pictures',
  });
}

/** The file of this name and what it needs at once. A file that is loaded late has a hash in its name. */
function loadedWith(name: string): string[] {
  const stem = path.basename(name, '.js');
  const files = new Set(
    Object.keys(outputs).filter((file) => new RegExp(`^dist/${stem}(-[A-Z0-9]{8})?\\.js$`).test(file)),
  );
  for (const file of files) {
    for (const asked of outputs[file]?.imports ?? [])
      if (asked.kind !== 'dynamic-import' && asked.external !== true) files.add(asked.path);
  }
  return [...files];
}

function sum(files: readonly string[]): number {
  return files.reduce((bytes, file) => bytes + (sizeOf(file) ?? Number.POSITIVE_INFINITY), 0);
}

function compare(name: string, size: number | undefined, limit: { kilobytes: number; what: string }): void {
  const shown = size === undefined ? 'missing' : `${(size / 1000).toFixed(1)} kB`;
  console.log(`${name.padEnd(20)} ${shown.padStart(10)} of ${limit.kilobytes} kB (${limit.what})`);
  if (size === undefined || size > limit.kilobytes * 1000) process.exitCode = 1;
}

function sizeOf(file: string): number | undefined {
  return statSync(path.join(projectRoot, file), { throwIfNoEntry: false })?.size;
}

checkSizes();
