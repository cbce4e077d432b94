import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../projectRoot';

const limits = [
  { file: 'dist/extension.js', kilobytes: 450, what: 'loaded when VS Code starts it' },
  { file: 'dist/engine.js', kilobytes: 480, what: 'loaded when a repository is opened' },
  { file: 'dist/spawner.js', kilobytes: 40, what: 'the process that starts programs' },
  { file: 'dist/board.js', kilobytes: 150, what: 'loaded when the board opens' },
  { file: 'dist/sqljs.js', kilobytes: 60, what: 'loaded for the search index' },
  { file: 'dist/yaml.js', kilobytes: 130, what: 'loaded where YAML is read or written' },
  { file: 'dist/configFile.js', kilobytes: 20, what: 'loaded where the target has a configuration' },
  { file: 'dist/storyFile.js', kilobytes: 50, what: 'loaded when a story is shown as a file' },
  { file: 'dist/storyEdit.js', kilobytes: 60, what: 'loaded when a story is changed as a file' },
  { file: 'dist/storyFolder.js', kilobytes: 60, what: 'loaded when stories are imported or exported' },
  { file: 'switchyard.vsix', kilobytes: 1_500, what: 'downloaded to install' },
] as const;

/** The limit (kB) of all code together. */
const ALL_CODE = 900;

/** Compares what `npm run package` made with its limits, and fails when one is passed. */
function checkSizes(): void {
  for (const { file, kilobytes, what } of limits) compare(file, sizeOf(file), { kilobytes, what });
  const scripts = readdirSync(path.join(projectRoot, 'dist')).filter((name) => name.endsWith('.js'));
  const sum = scripts.reduce((bytes, name) => bytes + (sizeOf(path.join('dist', name)) ?? 0), 0);
  compare('dist/*.js', sum, { kilobytes: ALL_CODE, what: 'all code together' });
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
