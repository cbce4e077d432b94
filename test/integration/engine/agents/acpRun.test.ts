import assert from 'node:assert/strict';
import path from 'node:path';
import { createDirectRuns } from '../../../../src/agents/keeper/directRuns';
import { systemClock } from '../../../../src/base/systemClock';
import { agentProfileSchema } from '../../../../src/core/agents/profile';
import { beginOverAcp } from '../../../../src/engine/agents/run/acpRun';
import { createProcesses } from '../../../../src/processes/processes';
import { ownRunId } from '../../../support/ownRunId';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { Machine } from '../../processes/machine';

describe('a run over ACP whose messages stay where they are', () => {
  it('[A13] is told each once all the same, as where a full disk takes none of them away', async () => {
    const machine = new Machine();
    const repository = await TemporaryRepository.create();
    try {
      await repository.commit({ 'README.md': 'here\n' }, 'first');
      const said: string[] = [];
      const nothing = (): void => undefined;
      const sink = { write: nothing, close: () => Promise.resolve() };
      const command = [process.execPath, path.join(projectRoot, 'test', 'support', 'acpAgent.mjs')];
      const profile = agentProfileSchema.parse({ name: 'scripted', transport: 'acp', command, env: machine.environment }); // prettier-ignore
      const ports = {
        clock: systemClock,
        onOutput: (_: unknown, text: string) => void said.push(text),
        settings: () => ({}),
        content: { openOutput: () => sink },
        kept: createDirectRuns(createProcesses(machine), systemClock),
      };
      const talks = {
        messages: () => [{ at: '1', text: 'use the helper' }],
        takeMessages: () => Promise.resolve(),
        duringTurn: nothing,
      };
      const { signal } = new AbortController();
      const work = { story: { key: 'k1', number: 1, title: 'Take' }, profile, branch: 'refs/heads/main', worktree: repository.path, output: sink, transcript: { note: nothing }, signal }; // prettier-ignore
      const talking = { talks, account: { hear: nothing }, onSession: nothing, token: null, signal, leaving: signal };
      const script = 'Do it.\n```acp\nsay one\n```\n';
      const beginning = { runId: ownRunId('acp-run-1'), prompts: { cold: script, warm: script }, session: null, coldWhy: '', about: null, mcpServers: [], env: {} }; // prettier-ignore
      const run = await beginOverAcp(ports as never, work as never, talking as never, beginning);
      assert.deepEqual([run.outcome, run.usage.turns], [{ kind: 'exited', code: 0 }, 1]);
      assert.match(said.join(''), /one/);
    } finally {
      machine.close();
      await repository.dispose();
    }
  });
});
