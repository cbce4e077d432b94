import { randomBytes } from 'node:crypto';
import { runAcp } from '../../src/agents/acp/runAcp';
import { createDirectRuns } from '../../src/agents/keeper/directRuns';
import { systemClock } from '../../src/base/systemClock';
import type { SessionStart } from '../../src/core/agents/agentTalk';
import { asAcpServer } from '../../src/core/agents/mcpServer';
import { NOTHING_SAID, type RunReport } from '../../src/core/agents/output/runReport';
import { mcpPlaceholders, toolServer, type CheckedRequest, type CheckedRun } from './checkedRun';

/** As `checkedRun`, of an agent that is talked with. It is allowed whatever it asks for. */
export async function checkedTalk(request: CheckedRequest): Promise<CheckedRun> {
  const { profile, worktree, folder, prompt, processes, env, mode, sessionId, limitMs } = request;
  const seen: { start: SessionStart | null; raw: string } = { start: null, raw: '' };
  const minutes = limitMs / 60_000;
  const run = await runAcp({
    profile: { ...profile, limits: { minutes, silenceMinutes: minutes } },
    story: { number: 1, title: 'Try the agent', branch: 'story/1' },
    worktree,
    runs: createDirectRuns(processes, systemClock),
    about: null,
    clock: systemClock,
    runId: `check-${randomBytes(6).toString('hex')}`,
    env,
    session: mode === 'warm' ? sessionId : null,
    coldWhy: 'it is the first',
    prompts: { cold: prompt, warm: prompt },
    mcpServers: [asAcpServer(toolServer(folder))],
    mcp: await mcpPlaceholders(folder),
    messages: { next: () => [], told: () => undefined, duringTurn: () => undefined },
    ask: () => Promise.resolve('allow'),
    askMs: limitMs,
    onSession: (start) => (seen.start = start),
    onText: (text) => (seen.raw += text),
    transcribe: () => undefined,
    onProgress: () => undefined,
    onRaw: (direction, line) => (seen.raw += `${direction === 'in' ? '<' : '>'} ${line}\n`),
    signal: new AbortController().signal,
  });
  const { outcome, usage, limit } = run;
  const { cost, tokens, turns } = usage;
  const failed = outcome.kind === 'failed' ? outcome : null;
  const report: RunReport = {
    ...NOTHING_SAID,
    session: seen.start === null ? null : { id: seen.start.sessionId, version: null },
    turns,
    tokens: tokens === null ? null : { input: tokens, output: 0 },
    costUsd: cost?.amount ?? null,
    limit: limit === null ? null : { kind: limit.kind, until: limit.again === null ? null : 0 },
    needsLogin: failed?.login === 'needed',
    error: failed?.message ?? null,
  };
  return {
    outcome: failed === null ? (outcome as CheckedRun['outcome']) : { kind: 'exited', code: 1 },
    report,
    raw: seen.raw,
  };
}
