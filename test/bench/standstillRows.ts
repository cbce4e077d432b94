import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Build } from './place';
import { runEngine } from './runEngine';
import { ballast } from './standstill';
import { times, type Row } from './table';

/** Size (MB) of the process that holds the engine. */
const HOST = 500;
const STARTS = 20;

/** How long a host of this size stands still for the starts of one landing, beside as many starts of its own. */
export async function standstillRows(build: Build): Promise<Row[]> {
  const parts = await runEngine(build, { kind: 'landing', turns: 1, ballast: HOST });
  const one = await oneStart();
  return ['start', 'ready for QA → queued', 'queued → cleaned'].map((part): Row => {
    const measured = parts.get(part)?.[0];
    const [count, stood] = [measured?.calls.length ?? 0, measured?.standstill ?? 0];
    return {
      what: `${build.name}: host of ${HOST} MB stands still for starts, ${part}`,
      counts: `${count} git`,
      ratio: `${stood.toFixed(1)} ms, ${times(stood, count * one)} of as many starts from it (${(count * one).toFixed(0)} ms)`,
      reach: '≤ 30 ms a landing',
    };
  });
}

/** How long (ms) this process stands still to start one program, as large as the host. */
async function oneStart(): Promise<number> {
  const held = ballast(HOST);
  const all: number[] = [];
  for (let at = 0; at < STARTS; at += 1) {
    const started = performance.now();
    const child = spawn('git', ['--version'], { stdio: 'ignore' });
    all.push(performance.now() - started);
    await once(child, 'exit');
  }
  held.length = 0;
  return all.sort((a, b) => a - b)[STARTS / 2] ?? 0;
}
