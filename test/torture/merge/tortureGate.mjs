// A gate that writes down which tree it saw, and whether HEAD, index and files were that tree: a line of JSON in the file
// named first. It fails where a file of the tree says `RED`, and takes as many milliseconds as are named second.
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const [record, ms = '0'] = process.argv.slice(2);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

const isRed = (() => {
  try {
    return git('grep', '-l', '-w', 'RED', 'HEAD') !== '';
  } catch {
    return false;
  }
})();
const seen = { tree: git('rev-parse', 'HEAD^{tree}'), changes: git('status', '--porcelain'), passed: !isRed };
await pause(Number(ms));
appendFileSync(record, `${JSON.stringify(seen)}\n`);
console.log('# tests 1');
process.exitCode = isRed ? 1 : 0;
