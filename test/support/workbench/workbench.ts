import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { projectRoot } from '../projectRoot';
import type { RunScope } from '../runScope';
import type { SampleRepository } from '../sampleProject';
import { waitFor } from '../waitFor';
import { Dialog } from './dialog';
import type { ExtensionHost } from './extensionHost';
import { Notifications } from './notifications';
import { OutputPanel } from './outputPanel';
import { QuickInput } from './quickInput';
import { addressOf, type Settings, type WorkbenchServer } from './server';
import { StatusBar } from './statusBar';
import { Tree } from './tree';
import { findWebviewFrame } from './webview';

const themes = {
  light: { setting: 'Light Modern', style: 'vs' },
  dark: { setting: 'Dark Modern', style: 'vs-dark' },
  hc: { setting: 'Default High Contrast', style: 'hc-black' },
  hcLight: { setting: 'Default High Contrast Light', style: 'hc-light' },
} as const;

interface WorkbenchParts {
  readonly scope: RunScope;
  readonly page: Page;
  readonly server: WorkbenchServer;
  readonly host: ExtensionHost;
  readonly repository: SampleRepository;
}

/** One window of a real VS Code, handled the way a person handles it. Every wait has a deadline and says what it saw. */
export class Workbench {
  readonly page: Page;
  readonly server: WorkbenchServer;
  readonly extensionHost: ExtensionHost;
  /** The sample repository that the window has open. */
  readonly repository: SampleRepository;
  /** The palette, every quick pick and every input box: VS Code shows one at a time. */
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  /** The modal that `showInformationMessage(…, { modal: true })` opens. */
  readonly dialog: Dialog;
  readonly statusBar: StatusBar;
  readonly output: OutputPanel;
  readonly #scope: RunScope;

  constructor({ scope, page, server, host, repository }: WorkbenchParts) {
    this.#scope = scope;
    this.page = page;
    this.server = server;
    this.extensionHost = host;
    this.repository = repository;
    this.quickInput = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.dialog = new Dialog(page);
    this.statusBar = new StatusBar(page);
    this.output = new OutputPanel(page);
  }

  /** A folder outside the repository that goes away with the workbench. */
  get scratchFolder(): string {
    return this.#scope.path('scratch');
  }

  /** Runs a command from the palette by the title that it shows, such as `Switchyard: New Story…`. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /** The commands that the palette offers for a text, such as every one that starts with `Switchyard:`. */
  async findCommands(text: string): Promise<string[]> {
    await this.quickInput.openPalette(text);
    const labels = await this.quickInput.allLabels();
    await this.quickInput.close();
    return labels.filter((label) => label.toLowerCase().includes(text.toLowerCase()));
  }

  /** Shows a view container by the name of its icon, and leaves it shown when it already is. */
  async openActivity(name: string): Promise<void> {
    const icon = this.page.locator(`.activitybar .action-item:has([aria-label^="${name}"])`).first();
    await icon.waitFor();
    if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
    await waitFor(
      `the activity "${name}" to be shown`,
      async () => (await icon.getAttribute('aria-selected')) === 'true',
      {
        seen: () => icon.evaluate((element) => element.outerHTML),
      },
    );
  }

  /** The number that an activity's icon carries, or an empty text. */
  async activityBadge(name: string): Promise<string> {
    const icon = this.page.locator(`.activitybar .action-item:has([aria-label^="${name}"])`).first();
    return (await icon.locator('.badge-content').textContent()) ?? '';
  }

  /** The tree of a view in the side bar, by the view's title; without one, the only tree there. */
  tree(view?: string): Tree {
    return new Tree(this.page, view);
  }

  /** The document inside the webview with this title, once it is loaded. */
  async webviewFrame(title: string): Promise<Frame> {
    return findWebviewFrame(this.page, title);
  }

  /** The titles of the open editors, the active one first. */
  async editorTitles(): Promise<string[]> {
    const tabs = this.page.locator('.editor-group-container .tab');
    return tabs.evaluateAll((elements) =>
      elements
        .map((tab) => ({ active: tab.classList.contains('active'), label: tab.querySelector('.label-name') }))
        .sort((a, b) => Number(b.active) - Number(a.active))
        .map(({ label }) => label?.textContent ?? ''),
    );
  }

  async waitForEditor(title: string | RegExp): Promise<void> {
    const matches = (found: string): boolean => (typeof title === 'string' ? found === title : title.test(found));
    await waitFor(`the editor ${title}`, async () => (await this.editorTitles()).some(matches), {
      seen: () => this.editorTitles(),
    });
  }

  /** Saves what the window shows to test-results/screenshots/<name>.png. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(projectRoot, 'test-results', 'screenshots', `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  async setTheme(theme: keyof typeof themes): Promise<void> {
    const { setting, style } = themes[theme];
    await this.changeSettings({ 'workbench.colorTheme': setting });
    await this.page.locator(`.monaco-workbench.${style}`).waitFor();
  }

  /**
   * Changes settings while the window is open. They go to the machine's file, because the page reads the
   * person's own only once; VS Code takes them up in about a second.
   */
  async changeSettings(settings: Settings): Promise<void> {
    const file = path.join(this.server.userDataFolder, 'Machine', 'settings.json');
    await mkdir(path.dirname(file), { recursive: true });
    const before = await readFile(file, 'utf8').catch(() => '{}');
    await writeFile(file, JSON.stringify({ ...(JSON.parse(before) as Settings), ...settings }, undefined, 2));
  }

  /** Trusts the open folder, as a person does from the status bar. For a window opened with `trust: 'ask'`. */
  async grantTrust(): Promise<void> {
    await this.statusBar.click('Restricted Mode');
    await this.page.locator('.workspace-trust-editor .monaco-button:has-text("Trust")').first().click();
    await this.page.locator('.statusbar-item:has-text("Restricted Mode")').waitFor({ state: 'detached' });
    // It lies over the whole window and takes the keyboard.
    await this.page.locator('.workspace-trust-editor').focus();
    await this.page.keyboard.press('Escape');
    await this.page.locator('.workspace-trust-editor').waitFor({ state: 'detached' });
  }

  /** Ends the extension host as a crash would; see {@link ExtensionHost.kill} for how often. */
  async killExtensionHost(): Promise<void> {
    await this.extensionHost.kill();
  }

  /** Another window of the same VS Code, on a folder of its own. It goes with this one. */
  async openWindow(folder: string): Promise<Workbench> {
    const page = await this.page.context().newPage();
    await page.goto(addressOf(this.server, folder));
    await this.extensionHost.waitUntilReady();
    const { server, extensionHost: host, repository } = this;
    return new Workbench({ scope: this.#scope, page, server, host, repository });
  }

  /** Opens another folder in the same window; null: none at all. */
  async openFolder(folder: string | null): Promise<void> {
    await this.page.goto(addressOf(this.server, folder));
    await this.extensionHost.waitUntilReady();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.extensionHost.waitUntilReady();
  }

  /** Fails when the extension logged an error that matches none of `expected`. */
  async close(expected: readonly RegExp[] = []): Promise<void> {
    const errors = this.extensionHost.errorsOf('Switchyard');
    await this.page.context().close();
    await this.#scope.close();
    const unexpected = errors.filter((line) => !expected.some((pattern) => pattern.test(line)));
    if (unexpected.length > 0) throw new Error(`The extension logged errors:\n${unexpected.join('\n')}`);
  }
}
