import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunScope } from '../runScope';
import { waitFor } from '../waitFor';
import { setLanguage } from './displayLanguage';
import { linkBuiltIns } from './builtIns';
import { installWorkbench } from './installation';

export type Settings = Readonly<Record<string, unknown>>;

export interface ServerOptions {
  /** `granted` opens every folder trusted; `ask` opens it in Restricted Mode until a person trusts it. */
  readonly trust: 'granted' | 'ask';
  readonly settings?: Settings;
  /** Settings that VS Code takes only from the machine, such as `git.path`. */
  readonly machineSettings?: Settings;
  /** Which of VS Code's own extensions it has. Default: those that tests need. */
  readonly builtIns?: 'needed' | 'all';
  /** The display language, such as `de`; what VS Code itself says stays English. */
  readonly language?: string;
  /** Added to a bare environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the bare one. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface WorkbenchServer {
  readonly url: string;
  readonly pid: number;
  readonly vscodeVersion: string;
  readonly userDataFolder: string;
  readonly extensionsFolder: string;
  /** Resolves when the server is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Everything the server printed so far. */
  log(): Promise<string>;
}

/** What makes a workbench quiet and alike on every run. */
const quietSettings: Settings = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'window.commandCenter': false,
  // A box that is fading away is in the page, and takes no key.
  'workbench.reduceMotion': 'on',
  // What is drawn without being looked at, or all the time.
  'editor.minimap.enabled': false,
  'editor.cursorBlinking': 'solid',
};

/** Starts the npm-provided workbench on a free port of 127.0.0.1; it ends with the scope. */
export async function startServer(scope: RunScope, options: ServerOptions): Promise<WorkbenchServer> {
  const program = await installWorkbench();
  const userDataFolder = scope.path('user-data');
  const extensionsFolder = scope.path('extensions');
  await mkdir(path.join(userDataFolder, 'User'), { recursive: true });
  await mkdir(extensionsFolder, { recursive: true });
  await writeFile(scope.path('server.yaml'), '');
  await writeFile(
    path.join(userDataFolder, 'User', 'settings.json'),
    JSON.stringify({ ...quietSettings, ...options.settings }, undefined, 2),
  );
  await mkdir(path.join(userDataFolder, 'Machine'), { recursive: true });
  await writeFile(
    path.join(userDataFolder, 'Machine', 'settings.json'),
    JSON.stringify(options.machineSettings ?? {}, undefined, 2),
  );
  if (options.language !== undefined) await setLanguage(userDataFolder, options.language);

  const flags = [
    ['--auth', 'none'],
    ['--bind-addr', '127.0.0.1:0'],
    ['--config', scope.path('server.yaml')],
    ['--user-data-dir', userDataFolder],
    ['--extensions-dir', extensionsFolder],
    ['--disable-telemetry', '--disable-update-check'],
    options.builtIns === 'all' ? [] : ['--builtin-extensions-dir', await linkBuiltIns(scope.path('built-in'), program)],
    options.trust === 'granted' ? ['--disable-workspace-trust'] : [],
  ].flat();
  const child = scope.start(program.node, [program.entry, ...flags], {
    cwd: scope.path('scratch'),
    env: options.environment ?? scope.environment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const logFile = scope.path('server.log');
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });

  const readLog = (): Promise<string> => readFile(logFile, 'utf8');
  const url = await waitFor(
    'the workbench to listen',
    async () => /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(await readLog())?.[1],
    { deadlineMs: 60_000, seen: readLog },
  );
  const { vscodeVersion } = program;
  return { url, pid: child.pid!, vscodeVersion, userDataFolder, extensionsFolder, ended, log: readLog };
}

/** Where a window on a folder, or on a workspace by its file, is; null: a window without one. */
export function addressOf(server: WorkbenchServer, folder: string | null): string {
  if (folder === null) return `${server.url}/?ew=true`;
  const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
  return `${server.url}/?${kind}=${encodeURIComponent(folder)}`;
}
