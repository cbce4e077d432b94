import * as vscode from 'vscode';

/** A repository as VS Code's Git extension knows it: only the members Switchyard uses, checked when it is obtained. */
export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly onDidChange: vscode.Event<void>;
    readonly mergeChanges: readonly { readonly uri: vscode.Uri; readonly status: number }[];
    readonly HEAD?: { readonly name?: string } | undefined;
    readonly remotes: readonly { readonly name: string; readonly fetchUrl?: string | undefined }[];
  };
  status(): Promise<void>;
  /** Rejects where changes that are not committed are in the way. */
  checkout(branch: string): Promise<void>;
  add(paths: string[]): Promise<void>;
  commit(message: string): Promise<void>;
  getGlobalConfig(key: string): Promise<string>;
  setConfig(key: string, value: string): Promise<string>;
  push(remote: string, refspec: string, setUpstream: boolean): Promise<void>;
  fetch(remote: string): Promise<void>;
  diffBetween(ref1: string, ref2: string): Promise<GitChange[]>;
  getMergeBase(ref1: string, ref2: string): Promise<string | undefined>;
}

/** The statuses of a change between two commits that have one side only, by the numbers of the API's `Status`. */
export const ADDED = 1;
export const DELETED = [2, 6];

/** Those of a conflict that has both sides, which is what the merge editor can show. */
export const BOTH_SIDES = [16, 18];

export interface GitChange {
  readonly status: number;
  readonly uri: vscode.Uri;
  readonly originalUri: vscode.Uri;
}

export interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<'uninitialized' | 'initialized'>;
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly git: { readonly path: string };
  readonly repositories: readonly GitRepository[];
  getRepository(uri: vscode.Uri): GitRepository | null;
  /** Also a worktree outside of the workspace. */
  openRepository(root: vscode.Uri): Promise<GitRepository | null>;
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
  init(root: vscode.Uri, options?: { readonly defaultBranch?: string }): Promise<GitRepository | null>;
}

interface GitExports {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

export type GitApiOutcome =
  | { kind: 'ready'; api: GitApi }
  | { kind: 'missing' }
  | { kind: 'disabled'; onDidChangeEnablement: vscode.Event<boolean> };

/**
 * VS Code's own Git extension, version 1 of its API. It does not exist in an untrusted workspace, so it is looked up at
 * run time and never named as a dependency. Switched off while it runs it only forgets its repositories and still calls
 * itself enabled, so the setting is asked as well.
 */
export async function findGitApi(folder: vscode.Uri): Promise<GitApiOutcome> {
  const extension = vscode.extensions.getExtension<GitExports>('vscode.git');
  if (extension === undefined) return { kind: 'missing' };
  const exports = extension.isActive ? extension.exports : await extension.activate();
  const { onDidChangeEnablement } = exports;
  const isOn = vscode.workspace.getConfiguration('git', folder).get<unknown>('enabled') !== false;
  if (!exports.enabled || !isOn) return { kind: 'disabled', onDidChangeEnablement };
  const api = exports.getAPI(1);
  if (typeof api.git.path !== 'string' || !Array.isArray(api.repositories)) return { kind: 'missing' };
  await initialized(api);
  return { kind: 'ready', api };
}

function initialized(api: GitApi): Promise<void> {
  if (api.state === 'initialized') return Promise.resolve();
  return new Promise((resolve) => {
    const subscription = api.onDidChangeState((state) => {
      if (state !== 'initialized') return;
      subscription.dispose();
      resolve();
    });
  });
}
