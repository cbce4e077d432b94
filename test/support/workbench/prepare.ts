import { findChromium } from './chromium';
import { installWorkbench } from './installation';

/** Installs what the tests need from outside the project, so that no test's deadline has to allow for it. */
async function prepare(): Promise<void> {
  console.log(`Browser: ${await findChromium()}`);
  const { vscodeVersion, entry } = await installWorkbench();
  console.log(`Workbench: VS Code ${vscodeVersion} (${entry})`);
}

prepare().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
