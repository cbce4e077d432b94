import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import { PUSH_SETTINGS } from '../core/landing/push';
import { MERGE_ORDERS } from '../core/landing/mergeOrder';
import { RADAR_GATES } from '../core/landing/semanticRadar';
import type { MergeStrategy } from '../core/landing/strategy';
import { RACE_WINNERS } from '../core/agents/race';
import type { QueueBounds } from '../core/pipeline/policy';
import type { EngineSettings } from '../engine/ports';

const POLICIES: readonly QueueBounds['wanted'][] = ['auto', 'one', 'train', 'batch'];
const STRATEGIES: readonly MergeStrategy[] = ['merge', 'squash', 'rebase'];

/**
 * The settings as they stand. A value of the wrong kind is taken for its default where that is harmless; gates and
 * agents are handed on as they are, for the engine to check and to explain.
 */
export function readSettings(scope: vscode.Uri): EngineSettings & { readonly worktreesFolder: string } {
  const configuration = vscode.workspace.getConfiguration('switchyard', scope);
  const strategy = configuration.get<unknown>('merge.strategy');
  const policy = configuration.get<unknown>('merge.policy');
  const maxCoders = configuration.get<unknown>('maxCoders');
  const askMinutes = configuration.get<unknown>('denyAfterMinutes');
  const parallelGates = configuration.get<unknown>('parallelGates');
  const archiveAfter = configuration.get<unknown>('archiveAfterHours');
  const reviewPaths = configuration.get<unknown>('review.paths');
  const revert = configuration.get<unknown>('merge.revertAfterLanding');
  const maxFileMB = configuration.get<unknown>('review.maxFileMB');
  return {
    target: textOf(configuration.get<unknown>('target')),
    gates: configuration.get<unknown>('gates'),
    agents: configuration.get<unknown>('agents'),
    archiveAfterHours: typeof archiveAfter === 'number' && archiveAfter >= 0 ? archiveAfter : 4,
    maxCoders: configuration.get<unknown>('agentsPaused') === true ? 0 : (countOf(maxCoders) ?? 3),
    askMinutes: typeof askMinutes === 'number' && askMinutes > 0 ? askMinutes : 10,
    raceWinner: RACE_WINNERS.find((one) => one === configuration.get<unknown>('race.winner')) ?? 'person',
    gatesParallel: typeof parallelGates === 'number' && parallelGates >= 1 ? Math.floor(parallelGates) : 1,
    runAhead: configuration.get<unknown>('gatesAhead') === true,
    mergeOrder: MERGE_ORDERS.find((one) => one === configuration.get<unknown>('merge.order')) ?? 'arrival',
    radarGates: RADAR_GATES.find((one) => one === configuration.get<unknown>('radar.gates')) ?? 'off',
    radar: configuration.get<unknown>('radar.enabled') === false ? 'off' : 'on',
    strategy: STRATEGIES.find((one) => one === strategy) ?? 'merge',
    queue: {
      wanted: POLICIES.find((one) => one === policy) ?? 'auto',
      parallel: countOf(configuration.get<unknown>('merge.parallel')) ?? 4,
      batch: countOf(configuration.get<unknown>('merge.batch')) ?? 8,
      cores: availableParallelism(),
    },
    afterLandingRevert: revert === 'queue' ? 'queue' : 'offer',
    reviewPaths: Array.isArray(reviewPaths) ? reviewPaths.filter((one) => typeof one === 'string') : null,
    reviewMaxFileMB: typeof maxFileMB === 'number' && maxFileMB > 0 ? maxFileMB : null,
    push: PUSH_SETTINGS.find((one) => one === configuration.get<unknown>('merge.push')) ?? 'never',
    share: {
      pingMs: countOf(configuration.get<unknown>('share.pingMs')) ?? 10_000,
      timeoutMs: countOf(configuration.get<unknown>('share.timeoutMs')) ?? 30_000,
    },
    worktree: worktreeOf(configuration),
    worktreeIncludeFiles: textsOf(vscode.workspace.getConfiguration('git', scope).get<unknown>('worktreeIncludeFiles')),
    worktreesFolder: textOf(configuration.get<unknown>('worktrees.folder')),
  };
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : null;
}

/** As the engine reads it from the committed file; what is not set is left out. */
function worktreeOf(configuration: vscode.WorkspaceConfiguration): Record<string, unknown> {
  const names = { setUp: 'setUp', tearDown: 'tearDown', copy: 'copy', gateTrees: 'setUpGateTrees' };
  const entries = Object.entries(names).map(([key, name]) => [key, configuration.get<unknown>(`worktrees.${name}`)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined)) as Record<
    string,
    unknown
  >;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** A value as it stands now, and where: what is nearer to the repository counts before the person's own. */
export function standingSetting(
  name: string,
  scope: vscode.Uri | undefined,
): { readonly value: unknown; readonly target: vscode.ConfigurationTarget } {
  const { workspaceFolderValue, workspaceValue, globalValue } =
    vscode.workspace.getConfiguration('switchyard', scope).inspect<unknown>(name) ?? {};
  const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
  if (settingsTarget(scope) === WorkspaceFolder && workspaceFolderValue !== undefined)
    return { value: workspaceFolderValue, target: WorkspaceFolder };
  return workspaceValue === undefined ? { value: globalValue, target: Global } : { value: workspaceValue, target: Workspace }; // prettier-ignore
}

/** Opens settings in VS Code's editor of them; of several folders VS Code asks which. */
export async function openSettingsOf(target: vscode.ConfigurationTarget, query: string): Promise<void> {
  const places = {
    [vscode.ConfigurationTarget.Global]: 'openSettings',
    [vscode.ConfigurationTarget.Workspace]: 'openWorkspaceSettings',
    [vscode.ConfigurationTarget.WorkspaceFolder]: 'openFolderSettings',
  };
  await vscode.commands.executeCommand(`workbench.action.${places[target]}`, { query });
}

/** Where a setting of one repository is written: in a window of several folders each has its own. */
export function settingsTarget(scope: vscode.Uri | undefined): vscode.ConfigurationTarget {
  const isOwn = vscode.workspace.workspaceFile !== undefined && scope !== undefined && vscode.workspace.getWorkspaceFolder(scope) !== undefined; // prettier-ignore
  return isOwn ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
}
