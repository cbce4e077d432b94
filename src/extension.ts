import type * as vscode from 'vscode';

/** Entry point that VS Code calls once; everything it starts is disposed through `context.subscriptions`. */
export function activate(_context: vscode.ExtensionContext): void {}
