import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { waitFor } from '../support/waitFor';

/** The members of the built-in Git extension's API that this file reads. */
interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly { readonly rootUri: vscode.Uri }[] };
}

describe('Activation', () => {
  it('[U12] activates in a real VS Code and runs as a workspace extension', async () => {
    const extension = vscode.extensions.getExtension('switchyard.switchyard');
    assert.ok(extension, 'VS Code knows the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
    assert.equal(extension.extensionKind, vscode.ExtensionKind.Workspace);

    const expected = process.env['SWITCHYARD_TEST_VSCODE_VERSION'];
    if (expected !== undefined) assert.equal(vscode.version, expected);
  });

  it('[G1] the built-in Git extension shows the repository that the window has open', async () => {
    const git = vscode.extensions.getExtension<GitExtension>('vscode.git');
    assert.ok(git, 'VS Code brings its Git extension');
    const api = (await git.activate()).getAPI(1);
    const roots = (): string[] => api.repositories.map((repository) => path.normalize(repository.rootUri.fsPath));
    const root = path.normalize(process.env['SWITCHYARD_TEST_REPOSITORY']!);
    await waitFor(`Git to open ${root}`, () => roots().includes(root), { seen: roots });
  });
});
