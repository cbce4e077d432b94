import { projectRoot } from '../projectRoot';
import { RunScope } from '../runScope';
import { makeSampleRepository } from '../sampleProject';
import { openBrowser } from './chromium';
import { openWithDevelopmentExtension } from './developmentExtension';
import { ExtensionHost } from './extensionHost';
import { installExtension } from './installExtension';
import { addressOf, startServer, type Settings } from './server';
import { Workbench } from './workbench';

export interface WorkbenchOptions {
  /** `installed` takes the .vsix; `development` the checkout as it was last built, as F5 does. Default: installed. */
  readonly extension?: 'installed' | 'development';
  /** `ask` opens the folder in Restricted Mode, where the built-in Git extension is off. Default: granted. */
  readonly trust?: 'granted' | 'ask';
  /** The person's settings, beside those that keep the workbench quiet. */
  readonly settings?: Settings;
  /** Settings that VS Code takes only from the machine, such as `git.path`. */
  readonly machineSettings?: Settings;
  /** Which of VS Code's own extensions it has. Default: those that tests need. */
  readonly builtIns?: 'needed' | 'all';
  /** The display language, such as `de`. Default: English. */
  readonly language?: string;
  /** Files for the sample repository beside its own, by path with forward slashes. */
  readonly files?: Readonly<Record<string, string>>;
  /** A folder to open in place of a fresh sample repository. */
  readonly folder?: string;
  /** Reaches the extension host and what it starts. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a workbench of its own for a test file: fresh repository, profile and home. Takes 6 to 20 s, so once per file.
 * `close()` it in `after`.
 */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const scope = new RunScope();
  try {
    return await open(scope, options);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function open(scope: RunScope, options: WorkbenchOptions): Promise<Workbench> {
  const {
    extension = 'installed',
    trust = 'granted',
    settings = {},
    machineSettings = {},
    env = {},
    builtIns = 'needed',
    language,
  } = options;
  const repository = await makeSampleRepository(scope.path('greeter'), options.files);
  const folder = options.folder ?? repository.folder;
  const opening = openBrowser(scope);
  opening.catch(() => undefined); // told where it is awaited
  if (extension === 'installed') await installExtension(scope);
  const server = await startServer(scope, {
    trust,
    settings,
    machineSettings,
    env,
    builtIns,
    ...(language !== undefined && { language }),
  });
  const host = new ExtensionHost(server);
  const browser = await opening;
  const page = browser.pages()[0] ?? (await browser.newPage());
  if (extension === 'development') {
    await openWithDevelopmentExtension(page, { server, folder, extension: projectRoot });
  } else {
    await page.goto(addressOf(server, folder));
  }
  await host.waitUntilReady();
  return new Workbench({ scope, page, server, host, repository });
}
