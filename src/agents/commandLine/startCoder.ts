import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchTemplate, presetOf, type Launch } from '../../core/agents/agentCommand';
import { fillVariables, NO_MCP, type PlaceholderValues } from '../../core/agents/placeholders';
import type { AgentProfile } from '../../core/agents/profile';
import { runLimitsOf } from '../../core/agents/runClock';
import type { McpPlaceholders } from '../../ports/agentAccess';
import type { KeptOutput, KeptRun, KeptRuns } from '../../ports/keptRuns';
import { filledCommand } from './filledCommand';
import { gitRoots } from './gitRoots';
import { promptArgument } from './promptArgument';
import { splitCommand } from './splitCommand';

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
  /** Anew unless it says otherwise. */
  readonly launch?: Launch;
  /** Of the conversation that it begins or goes on with; a new UUID where it is left out. */
  readonly sessionId?: string;
}

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
    const template = await templateOf(request);
    const { wallMs, silenceMs, firstOutputMs } = runLimitsOf(profile.limits);
    const run = {
      id: runId,
      command: await commandOf(request, template, { promptFile, argument }),
      cwd: request.worktree,
      env: environmentOf(request, promptFile),
      clocks: { wallMs, silenceMs, firstOutputMs },
      label: `agent ${profile.name} of #${story.number}`,
      about: request.about,
    };
    const input = argument !== prompt && readsInput(profile, template) ? { text: prompt } : ('none' as const);
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

/** Whether it reads a prompt on its input that is only pointed to in its command line. */
function readsInput(profile: AgentProfile, template: readonly string[]): boolean {
  return template.some((part) => part.includes('{prompt}')) && presetOf(profile, template)?.longPrompt !== 'file';
}

/** Split first, filled in afterwards: no title or prompt can become another argument. */
async function templateOf({ profile, launch = { mode: 'cold' } }: CoderRequest): Promise<readonly string[]> {
  const command = await splitCommand(profile.command);
  const resume = profile.resume === undefined ? null : await splitCommand(profile.resume);
  return launchTemplate(profile, { command, resume }, launch);
}

async function commandOf(
  { profile, story, worktree, sessionId = randomUUID(), mcp = NO_MCP }: CoderRequest,
  template: readonly string[],
  { promptFile, argument }: { readonly promptFile: string; readonly argument: string },
): Promise<string[]> {
  const values: PlaceholderValues = {
    prompt: argument,
    promptFile,
    number: String(story.number),
    title: story.title,
    branch: story.branch,
    model: profile.model ?? '',
    sessionId,
    ...mcp,
    ...(template.some((part) => part.includes('{gitRoots}')) && {
      gitRoots: JSON.stringify(await gitRoots(worktree)),
    }),
  };
  return filledCommand(profile, template, values);
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
