import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type BrowserContext } from 'playwright-core';
import type { RunScope } from '../runScope';

const execute = promisify(execFile);

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const aptPackage = 'chromium';

/** The executable of an installed Chromium; on a Debian machine without one it is installed first. */
export async function findChromium(): Promise<string> {
  const named = process.env['SWITCHYARD_CHROMIUM'];
  if (named !== undefined) {
    if (!isExecutable(named)) throw new Error(`SWITCHYARD_CHROMIUM names ${named}, which is not an executable file.`);
    return named;
  }
  return findOnPath(names) ?? (await installChromium());
}

async function installChromium(): Promise<string> {
  const missing = 'No Chromium was found. Install one (Debian: apt-get install chromium) or set SWITCHYARD_CHROMIUM.';
  if (process.getuid?.() !== 0 || findOnPath(['apt-get']) === undefined) throw new Error(missing);
  console.log('Installing Chromium with apt-get (once) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await execute('apt-get', ['update'], { env, maxBuffer: 64 * 1024 * 1024 });
  await execute('apt-get', ['install', '-y', '--no-install-recommends', aptPackage], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const installed = findOnPath(names);
  if (installed === undefined) throw new Error(missing);
  return installed;
}

/** The first of these programs that PATH has. */
export function findOnPath(programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return programs.flatMap((program) => folders.map((folder) => path.join(folder, program))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A headless browser with a fresh profile, in the run's own environment. Ended with the scope. */
export async function openBrowser(scope: RunScope): Promise<BrowserContext> {
  const browser = await chromium.launchPersistentContext(scope.path('chromium'), {
    executablePath: await findChromium(),
    headless: true,
    // A scroll bar is part of what is looked at.
    ignoreDefaultArgs: ['--hide-scrollbars'],
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    env: scope.environment(),
    // The scope answers signals; two answers would race.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
  // Limits are for what hangs: a page on a busy machine takes as long as it takes.
  browser.setDefaultTimeout(120_000);
  // tsx keeps the names of functions through this helper; a function that a test sends into the page needs it there.
  await browser.addInitScript('globalThis.__name ??= (named) => named;');
  return browser;
}
