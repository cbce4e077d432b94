import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillPlaceholders, fillVariables, type PlaceholderValues } from '../../core/agents/placeholders';
import type { AgentProfile } from '../../core/agents/profile';
import type { McpPlaceholders } from '../../ports/agentAccess';
import type { ProcessPort, RunResult } from '../../ports/processes';
import { promptArgument } from './promptArgument';

export interface CoderRequest {
  readonly profile: AgentProfile;
  /** `branch` is a short name. */
  readonly story: { readonly number: number; readonly title: string; readonly branch: string };
  readonly prompt: string;
  /** Absolute, outside every worktree, so that the prompt is never committed. Made when missing. */
  readonly promptFolder: string;
  readonly worktree: string;
  readonly processes: ProcessPort;
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Further variables; those of the profile come before them. */
  readonly env: Readonly<Record<string, string>>;
  /** How it reaches Switchyard; not at all where this is left out. */
  readonly mcp?: McpPlaceholders;
  readonly onOutput: (text: string) => void;
  /** A UUID for agents that take a session id from outside. */
  readonly newSessionId?: () => string;
}

/** `tail` is the end of the output, at most 16 000 characters. What the run achieved is git's to say. */
export interface CoderRun extends RunResult {
  readonly tail: string;
}

const NO_MCP: McpPlaceholders = { mcpConfig: '', opencodeConfig: '', codexMcp: '' };
const TAIL_LIMIT = 16_000;
const MINUTE = 60_000;

/**
 * Runs an agent on a story in its worktree, and resolves once every process of it has ended. Rejects, with a sentence for a
 * person, when its command cannot be filled in or started.
 */
export async function runCoder(request: CoderRequest): Promise<CoderRun> {
  const { profile, prompt, promptFolder, processes, runId } = request;
  await mkdir(promptFolder, { recursive: true });
  const promptFile = join(promptFolder, `${runId}.md`);
  await writeFile(promptFile, prompt, { mode: 0o600 });
  let tail = '';
  try {
    const argument = promptArgument(prompt, promptFile, process.platform);
    const result = await processes.run({
      id: runId,
      command: await commandOf(request, promptFile, argument),
      ...(argument !== prompt && takesPrompt(profile) && { input: prompt }),
      cwd: request.worktree,
      env: environmentOf(request, promptFile),
      timeoutMs: profile.limits.minutes === undefined ? null : profile.limits.minutes * MINUTE,
      silenceMs: profile.limits.silenceMinutes * MINUTE,
      onOutput: (text) => {
        tail = (tail + text).slice(-TAIL_LIMIT);
        request.onOutput(text);
      },
      signal: request.signal,
      label: `agent ${profile.name} of #${request.story.number}`,
    });
    return { ...result, tail };
  } finally {
    // A disk that does not let go of it must not take the run's end with it.
    await rm(promptFile, { force: true }).catch(() => undefined);
  }
}

/** Whether its command line has the prompt in it, so that a pointer may stand there. */
function takesPrompt({ command }: AgentProfile): boolean {
  return (typeof command === 'string' ? [command] : command).some((part) => part.includes('{prompt}'));
}

/** Split first, filled in afterwards: no title or prompt can become another argument. */
async function commandOf(request: CoderRequest, promptFile: string, argument: string): Promise<string[]> {
  const { profile, story, newSessionId = randomUUID } = request;
  // Loaded when needed, because the package is for `import` alone and tests load this file with `require`.
  const { parseArgsStringToArgv } = await import('string-argv');
  const { command } = profile;
  const values: PlaceholderValues = {
    prompt: argument,
    promptFile,
    number: String(story.number),
    title: story.title,
    branch: story.branch,
    model: profile.model ?? '',
    sessionId: newSessionId(),
    ...(request.mcp ?? NO_MCP),
  };
  const filled = fillPlaceholders(typeof command === 'string' ? parseArgsStringToArgv(command) : command, values);
  if (filled.kind === 'problem')
    throw new Error(`The command of agent ${profile.name} cannot be used. ${filled.message}`);
  return filled.command;
}

function environmentOf(
  { profile, story, env, mcp = NO_MCP }: CoderRequest,
  promptFile: string,
): Record<string, string> {
  return {
    ...env,
    ...fillVariables(profile.env, mcp),
    SWITCHYARD_STORY: String(story.number),
    SWITCHYARD_BRANCH: story.branch,
    SWITCHYARD_PROMPT_FILE: promptFile,
  };
}
