import path from 'node:path';
import { findDesktop } from './hostTests/desktopLane';
import { projectRoot } from './projectRoot';
import { RunScope } from './runScope';
import { makeSampleRepository } from './sampleProject';
import { installExtension } from './workbench/installExtension';
import { startServer } from './workbench/server';

/** Opens the sample project in a real VS Code with the extension in it, and stays until that is closed or interrupted. */
export async function startSample(): Promise<void> {
  const desktop = await findDesktop();
  const scope = new RunScope();
  try {
    const { folder } = await makeSampleRepository(scope.path('greeter'), { '.vscode/settings.json': sampleSettings() });
    if (desktop.kind === 'found') {
      console.log(`Opening ${desktop.executable} (${desktop.origin}); close its window to end.`);
      await openDesktop(scope, desktop.executable, folder);
    } else {
      console.log(`Not in desktop VS Code: ${desktop.reasons.join('; ')}.`);
      await serve(scope, folder);
    }
  } finally {
    await scope.close();
  }
}

/** A gate that runs the project's own tests, an agent that needs no account, and files that a person looks at. */
function sampleSettings(): string {
  const agent = path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs').split(path.sep).join('/');
  const settings = {
    'switchyard.gates': [{ name: 'test', command: 'node --test' }],
    'switchyard.agents': [{ name: 'sample', role: 'coder', command: `node "${agent}" {promptFile}` }],
    'switchyard.review.paths': ['src/say-*'],
  };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}

async function openDesktop(scope: RunScope, executable: string, folder: string): Promise<void> {
  const flags = [
    `--extensionDevelopmentPath=${projectRoot}`,
    `--user-data-dir=${scope.path('user-data')}`,
    `--extensions-dir=${scope.path('extensions')}`,
    '--disable-workspace-trust',
    '--new-window',
    ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const child = scope.start(executable, [folder, ...flags], { env: scope.personsEnvironment(), stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

async function serve(scope: RunScope, folder: string): Promise<void> {
  await installExtension(scope);
  const server = await startServer(scope, {
    trust: 'granted',
    builtIns: 'all',
    environment: scope.personsEnvironment(),
  });
  console.log(`VS Code ${server.vscodeVersion} with Switchyard: ${server.url}/?folder=${encodeURIComponent(folder)}`);
  console.log('Open that address in a browser. Press Ctrl-C here to end everything.');
  const signals: string[] = [];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => signals.push(signal));
  await server.ended;
  // Ctrl-C goes to the server too, which may be gone before this process has heard of it.
  await new Promise(setImmediate);
  if (signals.length > 0) return;
  throw new Error(`The workbench ended by itself.\n${await server.log()}`);
}
