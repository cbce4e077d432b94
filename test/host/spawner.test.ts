import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { waitFor } from '../support/waitFor';

/** Command lines by process id of those that this process has as children; Linux only. */
function children(): string[] {
  const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === process.pid);
  return own.map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

describe('Programs', () => {
  it('[G2] are started by the spawner that runs beside the extension host', async () => {
    const extension = vscode.extensions.getExtension('switchyard.switchyard');
    assert.ok(extension);
    await extension.activate();
    const spawner = /[/\\]dist[/\\]spawner\.js/;
    await waitFor('the spawner', () => children().some((line) => spawner.test(line)), { seen: children });
  });
});
