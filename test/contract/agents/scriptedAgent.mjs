#!/usr/bin/env node
/**
 * An agent that does as its arguments say, one after another:
 *
 *   say:TEXT  err:TEXT      print a line
 *   lines:N                 print N numbered lines, odd ones as errors
 *   flood:N                 print N million bytes
 *   wait:FILE               go on once FILE exists
 *   write:FILE  commit:TEXT write FILE; commit everything
 *   echo                    print what it reads, line by line, until its input ends
 *   environment             print its environment
 *   hang                    do nothing for ever; also when asked to end, with `deaf` before it
 *   exit:CODE  crash        end
 *   daemon:FILE             leave a process behind and write its id; it keeps the environment
 *   bareDaemon:FILE         likewise, with an empty environment, in a session of its own, holding no output
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import readline from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const say = (text) => new Promise((resolve) => process.stdout.write(text, resolve));
const FOREVER = 'setInterval(() => {}, 1e9)';

/** @type {Record<string, (what: string) => unknown>} */
const deeds = {
  say: (text) => say(`${text}\n`),
  err: (text) => new Promise((resolve) => process.stderr.write(`${text}\n`, resolve)),
  lines: async (count) => {
    for (let i = 0; i < Number(count); i += 1) (i % 2 === 1 ? process.stderr : process.stdout).write(`line ${i} ä🚋\n`);
    await Promise.all([say(''), new Promise((resolve) => process.stderr.write('', resolve))]);
  },
  flood: async (millions) => {
    for (let i = 0; i < Number(millions); i += 1) await say(`${'x'.repeat(999_999)}\n`);
  },
  wait: async (file) => {
    while (!existsSync(file)) await pause(10);
  },
  write: (file) => writeFileSync(file, 'written\n'),
  commit: (text) => {
    execFileSync('git', ['add', '-A']);
    execFileSync('git', ['commit', '-qm', text]);
  },
  echo: async () => {
    for await (const line of readline.createInterface({ input: process.stdin })) await say(`read ${line}\n`);
    await say('input ended\n');
  },
  environment: () => say(`${JSON.stringify(process.env)}\n`),
  hang: () => pause(1e9),
  deaf: () => process.on('SIGTERM', () => undefined),
  exit: (code) => process.exit(Number(code)),
  crash: () => process.kill(process.pid, 'SIGKILL'),
  daemon: (file) => leave(file, process.env),
  bareDaemon: (file) => leave(file, {}),
};

function leave(file, env) {
  const child = spawn(process.execPath, ['-e', FOREVER], { detached: true, stdio: 'ignore', env });
  child.unref();
  writeFileSync(file, String(child.pid));
}

for (const step of process.argv.slice(2)) {
  const [name, ...rest] = step.split(':');
  await deeds[name](rest.join(':'));
}
