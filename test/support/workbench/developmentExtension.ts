import type { Page } from 'playwright-core';
import { addressOf, type WorkbenchServer } from './server';

export interface DevelopmentWindow {
  readonly server: WorkbenchServer;
  readonly folder: string;
  /** The folder of the extension under development. */
  readonly extension: string;
  /** A module whose `run()` the extension host calls. */
  readonly tests?: string;
}

/**
 * Opens a folder with an extension started from its own folder, as F5 does on the desktop.
 * The workbench has no flag for that: it reads its configuration from an attribute of the page, so the page is
 * given a script that adds the development options whenever that attribute is read.
 */
export async function openWithDevelopmentExtension(page: Page, window: DevelopmentWindow): Promise<void> {
  const { host } = new URL(window.server.url);
  const uri = (path: string): object => ({ scheme: 'vscode-remote', authority: host, path });
  const developmentOptions = {
    extensions: [uri(window.extension)],
    ...(window.tests === undefined ? {} : { extensionTestsPath: uri(window.tests) }),
  };
  await page.addInitScript((options) => {
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const original = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name: string): string | null {
      const value = original.call(this, name);
      if (value === null || name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration') return value;
      return JSON.stringify({ ...(JSON.parse(value) as object), developmentOptions: options });
    };
  }, developmentOptions);
  await page.goto(addressOf(window.server, window.folder));
}
