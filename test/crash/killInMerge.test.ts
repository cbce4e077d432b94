import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../src/core/story/story';
import { bundleScript, runScript, type ScriptEnd } from '../support/childProcess';
import { projectRoot } from '../support/projectRoot';
import { TemporaryFolder } from '../support/temporaryFolder';
import { TemporaryRepository } from '../support/temporaryRepository';
import type { MergemasterTask } from './mergemasterProcess';

describe('killed while an agent solves a merge', () => {
  const scripts = new TemporaryFolder();
  let script: string;
  let repository: TemporaryRepository;

  before(() => (script = bundleScript('crash/mergemasterProcess', scripts.path)));
  after(() => scripts.remove());
  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
  });
  afterEach(() => repository.dispose());

  it('[MQ4, MQ8, A13] SIGKILL on the way of a message, and after strikes: one strike for each attempt, and the message is read once', async () => {
    const [killed, prompts] = ['killed', 'prompts'].map((name) => path.join(repository.folder, name)) as [string, string]; // prettier-ignore
    const reads = `require('node:fs').appendFileSync(${JSON.stringify(prompts)}, JSON.stringify(require('node:fs').readFileSync(process.argv[1], 'utf8')) + '\\n'); process.exit(1)`;
    const task: MergemasterTask = {
      repository: repository.path,
      bundle: path.join(projectRoot, 'dist', 'engine.js'),
      wasmPath: path.join(projectRoot, 'dist', 'sql-wasm.wasm'),
      gates: [{ name: 'test', command: ['true'] }],
      agents: [{ name: 'merger', role: 'mergemaster', command: [process.execPath, '-e', reads, '{promptFile}'] }],
      message: 'Keep both lines.',
      killed,
    };
    let end: ScriptEnd;
    do end = await runScript(script, task);
    while (end.signal === 'SIGKILL');
    assert.equal(end.code, 0, end.stderr);
    assert.deepEqual(linesOf(killed), ['its prompt', 'its words', 'strike 1', 'strike 3']);
    const { strikes } = JSON.parse(end.stdout) as StoryRecord;
    assert.deepEqual(strikes.map(({ cause }) => cause), Array(3).fill('exited with code 1')); // prettier-ignore
    assert.deepEqual(
      linesOf(prompts).map((prompt) => prompt.includes(task.message)),
      [true, false, false],
    );
  });
});

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');
