import type { Command } from '../core/agents/command';
import type { WorktreeConfig } from '../core/setUp/worktreeConfig';
import { argvOf, shownCommand } from './argvOf';

/** A command that can run. `command` is what a person wrote, for showing. */
export interface SetUpCommand {
  readonly argv: readonly string[];
  readonly command: string;
}

/** How fresh worktrees are made ready. `config` is what of it is approved. */
export interface WorktreeRules {
  readonly setUp: readonly SetUpCommand[];
  readonly tearDown: SetUpCommand | null;
  /** Patterns as in a `.gitignore`. */
  readonly copy: readonly string[];
  readonly gateTrees: boolean;
  readonly config: Pick<WorktreeConfig, 'setUp' | 'tearDown' | 'gateTrees'>;
}

/** What the file leaves out comes from the settings. */
export async function chooseWorktree(file: WorktreeConfig, settings: WorktreeConfig): Promise<WorktreeRules> {
  const config = { ...settings, ...file };
  const { setUp = [], tearDown, copy = [], gateTrees = false } = config;
  return {
    setUp: await Promise.all(setUp.map(toCommand)),
    tearDown: tearDown === undefined ? null : await toCommand(tearDown),
    copy,
    gateTrees,
    config: { setUp, gateTrees, ...(tearDown !== undefined && { tearDown }) },
  };
}

async function toCommand(command: Command): Promise<SetUpCommand> {
  return { argv: await argvOf(command), command: shownCommand(command) };
}
