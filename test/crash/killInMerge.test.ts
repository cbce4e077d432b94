import assert from 'node:assert/strict';
import path from 'node:path';
import type { StoryRecord } from '../../src/core/story/story';
import { projectRoot } from '../support/projectRoot';
import { CrashScene, linesOf } from './crashScene';
import type { MergemasterTask } from './mergemasterProcess';

describe('killed while an agent solves a merge', () => {
  const scene = new CrashScene('mergemasterProcess', { 'a.txt': 'a\n' });

  it('[MQ4, MQ8, A13] SIGKILL on the way of a message, and after strikes: one strike for each attempt, and the message is read once', async () => {
    const [killed, prompts] = ['killed', 'prompts'].map((name) => scene.beside(name)) as [string, string]; // prettier-ignore
    const reads = `require('node:fs').appendFileSync(${JSON.stringify(prompts)}, JSON.stringify(require('node:fs').readFileSync(process.argv[1], 'utf8')) + '\\n'); process.exit(1)`;
    const task: MergemasterTask = {
      ...scene.place,
      gates: [{ name: 'test', command: ['true'] }],
      agents: [{ name: 'merger', role: 'mergemaster', command: [process.execPath, '-e', reads, '{promptFile}'] }],
      message: 'Keep both lines.',
      kills: ['its prompt', 'its words', 'strike 1', 'strike 3'],
      killed,
    };
    const end = await scene.runUntilOver(task);
    assert.deepEqual(linesOf(killed), task.kills);
    const { strikes } = JSON.parse(end.stdout) as StoryRecord;
    assert.deepEqual(strikes.map(({ cause }) => cause), Array(3).fill('exited with code 1')); // prettier-ignore
    assert.deepEqual(
      linesOf(prompts).map((prompt) => prompt.includes(task.message)),
      [true, false, false],
    );
  });

  it('[A8, A13] SIGKILL before a message over ACP is taken from its file, and right after: it is told once', async () => {
    const [killed, state] = ['killed', 'agent'].map((name) => scene.beside(name)) as [string, string];
    const agent = [process.execPath, path.join(projectRoot, 'test', 'support', 'acpAgent.mjs')];
    const env = { ACP_AGENT: JSON.stringify({ state, load: true, close: true, nudged: 'say I cannot.' }) };
    const task: MergemasterTask = {
      ...scene.place,
      gates: [{ name: 'test', command: ['true'] }],
      agents: [{ name: 'merger', role: 'mergemaster', transport: 'acp', command: agent, env }],
      message: 'Keep both lines.',
      kills: ['its words', 'its words, taken'],
      killed,
    };
    await scene.runUntilOver(task);
    assert.deepEqual(linesOf(killed), task.kills);
    const prompts = linesOf(path.join(state, 'log')).filter((line) => line.startsWith('prompt '));
    assert.deepEqual(prompts.map((prompt) => prompt.includes(task.message)), [true, false, false]); // prettier-ignore
  });
});
