// The tests of a sample project, held as long as pictures are taken: `node heldGate.mjs <folder>`. A candidate waits while the
// folder has a file `landings`, a story's own commit while it has one with the name of a file that the commit changes.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const [folder = ''] = process.argv.slice(2);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' });
const isCandidate = /^Story: /m.test(git('log', '-1', '--format=%B'));
const changed = git('show', '--format=', '--name-only', 'HEAD').trim().split('\n');
const held = isCandidate ? ['landings'] : changed.map((name) => path.basename(name));
while (held.some((name) => existsSync(path.join(folder, name)))) await pause(100);
try {
  execFileSync(process.execPath, ['--test'], { stdio: 'inherit' });
} catch {
  process.exitCode = 1;
}
