// An agent that notes its beginning and end in the file named first, prints numbered lines until the file named second is
// there, and commits then. Its prompt may say what it likes.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const [record, release] = process.argv.slice(2);
const story = Number(process.env['SWITCHYARD_STORY']);
const note = (what) => appendFileSync(record, `${JSON.stringify({ what, story, pid: process.pid })}\n`);

note('begins');
let line = 0;
for (; !existsSync(release); line += 1) {
  await new Promise((resolve) => process.stdout.write(`${story}: line ${line} ä🚋\n`, resolve));
  await pause((line * 7) % 30);
}
writeFileSync(`story-${story}.txt`, `${line} lines\n`);
execFileSync('git', ['add', '-A']);
execFileSync('git', ['commit', '-qm', `Work on #${story}`]);
note('ends');
await new Promise((resolve) => process.stdout.write(`${story}: all ${line} lines\n`, resolve));
