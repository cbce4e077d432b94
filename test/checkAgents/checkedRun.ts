import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDirectRuns } from '../../src/agents/keeper/directRuns';
import { startCoder } from '../../src/agents/commandLine/startCoder';
import { systemClock } from '../../src/base/systemClock';
import { dialectOf } from '../../src/core/agents/agentCommand';
import {
  asCodexOption,
  asMcpServersFile,
  asOpencodeFile,
  type McpServerCommand,
} from '../../src/core/agents/mcpServer';
import { OutputReader } from '../../src/core/agents/output/outputReader';
import type { RunReport } from '../../src/core/agents/output/runReport';
import type { AgentProfile } from '../../src/core/agents/profile';
import type { RunOutcome } from '../../src/core/pipeline/runOutcome';
import type { ProcessPort } from '../../src/ports/processes';
import { projectRoot } from '../support/projectRoot';

/** One start of an agent in a worktree. */
export interface CheckedRequest {
  readonly profile: AgentProfile;
  /** The profile's command, split. */
  readonly template: readonly string[];
  readonly worktree: string;
  readonly folder: string;
  readonly prompt: string;
  readonly processes: ProcessPort;
  readonly env: Readonly<Record<string, string>>;
  readonly mode: 'cold' | 'warm';
  readonly sessionId: string;
  readonly limitMs: number;
  /** Ends the run early, once it has seen what it wanted to see. */
  readonly until?: (report: RunReport) => boolean;
}

export interface CheckedRun {
  readonly outcome: RunOutcome;
  readonly report: RunReport;
  /** As it was printed. */
  readonly raw: string;
}

export async function checkedRun(request: CheckedRequest): Promise<CheckedRun> {
  const { profile, template, worktree, folder, prompt, processes, env, mode, sessionId, limitMs, until } = request;
  const reader = new OutputReader(dialectOf(profile, template), profile.name);
  let raw = '';
  let stop = (): void => undefined;
  const minutes = limitMs / 60_000;
  const run = await startCoder({
    profile: { ...profile, limits: { minutes, silenceMinutes: minutes } },
    story: { number: 1, title: 'Try the agent', branch: 'story/1' },
    prompt,
    promptFolder: path.join(folder, 'prompts'),
    worktree,
    runs: createDirectRuns(processes, systemClock),
    runId: `check-${randomBytes(6).toString('hex')}`,
    env,
    mcp: await mcpPlaceholders(folder),
    about: null,
    launch: { mode },
    sessionId,
    onOutput: ({ stream, text, at }) => {
      raw += text;
      if (stream === 'stdout') reader.take(text, at);
      if (until?.(reader.report) === true) stop();
    },
  });
  stop = () => run.stop();
  const end = await run.ended;
  reader.end(systemClock.now());
  return { outcome: end.kind === 'left' ? { kind: 'stopped' } : end.outcome, report: reader.report, raw };
}

/** A server that stands in the place of Switchyard's. */
export function toolServer(folder: string): McpServerCommand {
  return {
    name: 'switchyard',
    command: process.execPath,
    args: [path.join(projectRoot, 'test', 'checkAgents', 'toolServer.mjs')],
    env: { SWITCHYARD_TOKEN: 'token', SWITCHYARD_LEADER: folder },
  };
}

/** As Switchyard writes them. */
export async function mcpPlaceholders(
  folder: string,
): Promise<Record<'mcpConfig' | 'opencodeConfig' | 'codexMcp', string>> {
  const server = toolServer(folder);
  const [mcpConfig, opencodeConfig] = [path.join(folder, 'mcp.json'), path.join(folder, 'opencode.json')];
  await mkdir(folder, { recursive: true });
  await writeFile(mcpConfig, asMcpServersFile(server));
  await writeFile(opencodeConfig, asOpencodeFile(server));
  return { mcpConfig, opencodeConfig, codexMcp: asCodexOption(server, mcpConfig) };
}
