import * as vscode from 'vscode';
import type { RepositoryHost } from '../repositoryHost';
import { SERVER_PROVIDER } from './chatList';

/**
 * In a window on a story's worktree VS Code's own agent gets that story's server, as an agent of ours would. Elsewhere the
 * language model tools are all it has.
 */
export function registerStoryServers(host: RepositoryHost, version: string): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let known = '';
  return vscode.Disposable.from(
    changed,
    host.onDidChange(() => {
      const now = JSON.stringify([host.state, inCoding(host)]);
      if (now === known) return;
      known = now;
      changed.fire();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(SERVER_PROVIDER, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => definitions(host, version),
    }),
  );
}

/** What decides whether there is a server: stories in Coding, and who works on them. */
function inCoding(host: RepositoryHost): unknown {
  const cards = host.model()?.cards.filter(({ stage }) => stage === 'Coding') ?? [];
  return cards.map(({ key, agent }) => [key, agent]);
}

async function definitions(host: RepositoryHost, version: string): Promise<vscode.McpStdioServerDefinition[]> {
  const session = host.session();
  if (session === null) return [];
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  // Where the leader cannot be asked there is no server to name.
  const servers = await Promise.all(folders.map((folder) => session.agentServer(folder).catch(() => null)));
  return servers
    .filter((server) => server !== null)
    .map(({ command, args, env }) => new vscode.McpStdioServerDefinition('Switchyard', command, [...args], { ...env }, version)); // prettier-ignore
}
