import * as vscode from 'vscode';
import type { Repositories } from '../repositories';
import { SERVER_PROVIDER } from './chatList';

/**
 * In a window on a story's worktree VS Code's own agent gets that story's server, as an agent of ours would. Elsewhere the
 * language model tools are all it has.
 */
export function registerStoryServers(repositories: Repositories, version: string): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let known = '';
  return vscode.Disposable.from(
    changed,
    repositories.onDidChange(() => {
      const now = JSON.stringify([repositories.state, inCoding(repositories)]);
      if (now === known) return;
      known = now;
      changed.fire();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(SERVER_PROVIDER, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => definitions(repositories, version),
    }),
  );
}

/** What decides whether there is a server: stories in Coding, and who works on them. */
function inCoding(repositories: Repositories): unknown {
  const cards = repositories.all().flatMap((host) => host.model()?.cards ?? []);
  return cards.filter(({ stage }) => stage === 'Coding').map(({ key, agent }) => [key, agent]);
}

async function definitions(repositories: Repositories, version: string): Promise<vscode.McpStdioServerDefinition[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  // Where the leader cannot be asked there is no server to name.
  const sessions = repositories.all().flatMap((host) => host.session() ?? []);
  const asked = sessions.flatMap((session) => folders.map((folder) => session.agentServer(folder).catch(() => null)));
  const servers = await Promise.all(asked);
  return servers
    .filter((server) => server !== null)
    .map(({ command, args, env }) => new vscode.McpStdioServerDefinition('Switchyard', command, [...args], { ...env }, version)); // prettier-ignore
}
