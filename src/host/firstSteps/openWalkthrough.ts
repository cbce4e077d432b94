import * as vscode from 'vscode';
import { firstSteps } from '../contextKeys';
import type { RepositoryHost } from '../repositoryHost';

/** The walkthrough, by the extension's id and its own. */
const WALKTHROUGH = 'switchyard.switchyard#switchyard.start';

/**
 * Opens the walkthrough with what is done already ticked. VS Code ticks a step when its context key changes, and looks at
 * walkthroughs for the first time when one is opened: what was true before is said anew then, under a key of its own.
 */
export async function openWalkthrough(host: RepositoryHost): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
  for (const [step, isDone] of Object.entries(firstSteps(host)))
    await vscode.commands.executeCommand('setContext', `switchyard.ticked.${step}`, isDone);
}
