import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { boardHtml } from './boardHtml';

/** Gives a panel its page: the script and the style of this name. `commands`: what VS Code itself runs for a link there. */
export function fillPage(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  { name, title, commands = [] }: { readonly name: string; readonly title: string; readonly commands?: string[] },
): void {
  const { webview } = panel;
  const file = (...names: string[]): vscode.Uri => vscode.Uri.joinPath(extensionUri, ...names);
  const icon = (theme: string): vscode.Uri => file('media', 'icons', `switchyard-${theme}.svg`);
  const address = (of: string): string => webview.asWebviewUri(file('dist', of)).toString();
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  webview.options = {
    enableScripts: true,
    localResourceRoots: [file('dist'), file('media')],
    enableCommandUris: commands,
  };
  webview.html = boardHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    script: address(`${name}.js`),
    styles: [address('codicon.css'), address(`${name}.css`)],
    title,
    language: vscode.env.language,
  });
}
