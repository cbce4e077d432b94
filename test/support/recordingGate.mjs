// A gate that proves what it was run on: it appends what git says of its own folder to the file named first.
// Further words: `wait FILE` keeps it running until FILE exists; `exit N` ends it with that code.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, watch } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const [record, ...words] = process.argv.slice(2);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

const files = git('ls-files', '-s');
const seen = {
  pid: process.pid,
  cwd: process.cwd(),
  head: git('rev-parse', 'HEAD'),
  headTree: git('rev-parse', 'HEAD^{tree}'),
  indexTree: git('write-tree'),
  changes: git('status', '--porcelain', '--ignored'),
  fileCount: files === '' ? 0 : files.split('\n').length,
};
appendFileSync(record, `${JSON.stringify(seen)}\n`);

const wordAfter = (word) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);

const file = wordAfter('wait');
if (file !== undefined && !existsSync(file)) {
  await new Promise((resolve) => {
    const watcher = watch(path.dirname(file), () => {
      if (existsSync(file)) resolve(watcher.close());
    });
    if (existsSync(file)) resolve(watcher.close());
  });
}
console.log('# tests 1');
process.exitCode = Number(wordAfter('exit') ?? 0);
