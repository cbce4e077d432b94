/** What the page is made of. All addresses are as the webview sees them. */
export interface BoardPage {
  /** VS Code's own source expression for the webview's resources. */
  readonly cspSource: string;
  /** Fresh for every page; only a script that carries it runs. */
  readonly nonce: string;
  readonly script: string;
  readonly styles: readonly string[];
  readonly title: string;
  /** BCP 47, for the screen reader's voice. */
  readonly language: string;
}

/** The board's page. Its policy allows our script, style sheets and icon font, and nothing else at all. */
export function boardHtml({ cspSource, nonce, script, styles, title, language }: BoardPage): string {
  const policy = [
    "default-src 'none'",
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const links = styles.map((href) => `<link rel="stylesheet" href="${escapeAttribute(href)}">`).join('\n    ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeAttribute(title)}</title>
    ${links}
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(script)}"></script>
  </body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
