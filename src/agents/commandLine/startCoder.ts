import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillPlaceholders, fillVariables, type PlaceholderValues } from '../../core/agents/placeholders';
import type { AgentProfile } from '../../core/agents/profile';
import type { McpPlaceholders } from '../../ports/agentAccess';
import type { KeptOutput, KeptRun, KeptRuns } from '../../ports/keptRuns';
import { promptArgument } from './promptArgument';

export interface CoderRequest {
  readonly profile: AgentProfile;
  /** `branch` is a short name. */
  readonly story: { readonly number: number; readonly title: string; readonly branch: string };
  readonly prompt: string;
  /** Absolute, outside every worktree, so that the prompt is never committed. Made when missing. */
  readonly promptFolder: string;
  readonly worktree: string;
  readonly runs: KeptRuns;
  readonly runId: string;
  /** Further variables; those of the profile come before them. */
  readonly env: Readonly<Record<string, string>>;
  /** How it reaches Switchyard; not at all where this is left out. */
  readonly mcp?: McpPlaceholders;
  /** What its caller has to know to go on with it in another process. */
  readonly about: unknown;
  readonly onOutput: (output: KeptOutput) => void;
  /** A UUID for agents that take a session id from outside. */
  readonly newSessionId?: () => string;
}

const NO_MCP: McpPlaceholders = { mcpConfig: '', opencodeConfig: '', codexMcp: '' };
const MINUTE = 60_000;

/**
 * Starts an agent on a story in its worktree. Rejects, with a sentence for a person, when its command cannot be filled in or
 * started. Whoever sees its end tidies up after it.
 */
export async function startCoder(request: CoderRequest): Promise<KeptRun> {
  const { profile, prompt, promptFolder, runs, runId, story } = request;
  await mkdir(promptFolder, { recursive: true });
  const promptFile = promptFileOf(promptFolder, runId);
  await writeFile(promptFile, prompt, { mode: 0o600 });
  try {
    const argument = promptArgument(prompt, promptFile, process.platform);
    const run = {
      id: runId,
      command: await commandOf(request, promptFile, argument),
      cwd: request.worktree,
      env: environmentOf(request, promptFile),
      clocks: {
        wallMs: profile.limits.minutes === undefined ? null : profile.limits.minutes * MINUTE,
        silenceMs: profile.limits.silenceMinutes * MINUTE,
        firstOutputMs: null,
      },
      label: `agent ${profile.name} of #${story.number}`,
      about: request.about,
    };
    const input = argument !== prompt && takesPrompt(profile) ? { text: prompt } : ('none' as const);
    return await runs.start({ ...run, input }, request.onOutput);
  } catch (error) {
    await tidyUpAfter(promptFolder, runId);
    throw error;
  }
}

/** Of a run that has ended. A disk that does not let go of it must not take the run's end with it. */
export async function tidyUpAfter(promptFolder: string, runId: string): Promise<void> {
  await rm(promptFileOf(promptFolder, runId), { force: true }).catch(() => undefined);
}

function promptFileOf(promptFolder: string, runId: string): string {
  return join(promptFolder, `${runId}.md`);
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
