import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Frame } from 'playwright-core';
import type { Workbench } from '../../support/workbench/workbench';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

const KINDS = { dark: 'dark', hc: 'high-contrast', hcLight: 'high-contrast-light', light: 'light' } as const;

/** What axe finds serious in a page of ours in these themes. `seen`: what stands in it, which axe has to have seen. */
export async function seriousInThemes(
  workbench: Workbench,
  page: { readonly name: string; readonly frame: Frame; readonly root: string; readonly seen: string },
  themes: readonly (keyof typeof KINDS)[],
): Promise<string[]> {
  const found: string[] = [];
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await page.frame.locator(`body[data-vscode-theme-kind="vscode-${KINDS[theme]}"]`).waitFor();
    await workbench.screenshot(`${page.name}-${theme}`);
    // In the page's own frame: what goes through all frames leaves one out that takes a second to load axe.
    await page.frame.evaluate(axe.source);
    const { violations, passes } = await page.frame.evaluate((root) => window.axe.run(root), page.root);
    assert.ok(JSON.stringify(passes).includes(page.seen), 'axe saw the page');
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    found.push(...serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${theme}: ${id}: ${html}`)));
  }
  return found;
}
