import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The colours that the board uses, as VS Code 1.139 gives them to a webview in its own themes. */
export const THEMES = {
  dark: { file: 'dark.json', bodyClass: 'vscode-dark' },
  light: { file: 'light.json', bodyClass: 'vscode-light' },
  hcDark: { file: 'hcDark.json', bodyClass: 'vscode-high-contrast' },
  hcLight: { file: 'hcLight.json', bodyClass: 'vscode-high-contrast-light vscode-high-contrast' },
  dark2026: { file: 'dark2026.json', bodyClass: 'vscode-dark' },
  light2026: { file: 'light2026.json', bodyClass: 'vscode-light' },
} as const;
export type ThemeName = keyof typeof THEMES;

/** What VS Code sets beside the colours. */
const FONT = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
};

export function themeVariables(name: ThemeName): Record<string, string> {
  const file = path.join(__dirname, '..', 'themes', THEMES[name].file);
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>), ...FONT };
}
