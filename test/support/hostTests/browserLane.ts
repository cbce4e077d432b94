import type { Page } from 'playwright-core';
import { projectRoot } from '../projectRoot';
import { openBrowser } from '../workbench/chromium';
import { installWorkbench } from '../workbench/installation';
import { startServer } from '../workbench/server';
import { openWithDevelopmentExtension } from '../workbench/developmentExtension';
import type { Lane } from './lane';

const suiteDeadlineMs = 10 * 60_000;

/** The same workbench and extension host as the desktop's, from npm, shown in headless Chromium. */
export async function browserLane(): Promise<Lane> {
  const { vscodeVersion } = await installWorkbench();
  return {
    name: `npm-provided workbench, VS Code ${vscodeVersion}`,
    vscodeVersion,
    async runTests({ scope, repository, testModule, env }) {
      const server = await startServer(scope, { trust: 'granted', builtIns: 'all', env });
      const browser = await openBrowser(scope);
      const page = browser.pages()[0] ?? (await browser.newPage());
      const ended = hostEnded(page);
      await openWithDevelopmentExtension(page, {
        server,
        folder: repository,
        extension: projectRoot,
        tests: testModule,
      });
      await ended;
      await browser.close();
    },
  };
}

/** The page calls these two functions where they exist: one prints what the host prints, one tells its end. */
async function hostEnded(page: Page): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => (): void => reject(new Error(reason));
    timer = setTimeout(fail(`The suite did not end in ${suiteDeadlineMs / 60_000} minutes.`), suiteDeadlineMs);
    page.on('crash', fail('The workbench page crashed.'));
    page.on('close', fail('The workbench page was closed.'));
    void page.exposeFunction('codeAutomationLog', () => undefined);
    void page.exposeFunction('codeAutomationExit', () => resolve());
  });
  try {
    await ended;
  } finally {
    clearTimeout(timer);
  }
}
