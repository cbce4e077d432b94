import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { projectRoot } from '../projectRoot';
import { findOnPath } from '../workbench/chromium';
import type { Lane } from './lane';

export type Desktop =
  | { readonly kind: 'found'; readonly executable: string; readonly origin: string }
  | { readonly kind: 'none'; readonly reasons: readonly string[] };

const releases = 'https://update.code.visualstudio.com/api/releases/stable';

/** A desktop VS Code: the one that is named, else one that is installed, else one that can be downloaded. */
export async function findDesktop(): Promise<Desktop> {
  const named = process.env['SWITCHYARD_VSCODE'];
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`SWITCHYARD_VSCODE names ${named}, which does not exist.`);
    return { kind: 'found', executable: named, origin: 'SWITCHYARD_VSCODE' };
  }
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return { kind: 'none', reasons: ['there is no display for a desktop program'] };
  const installed = installedDesktop();
  if (installed.kind === 'found') return installed;
  const unreachable = await probeDownload();
  if (unreachable !== undefined) return { kind: 'none', reasons: [...installed.reasons, unreachable] };
  const executable = await downloadAndUnzipVSCode({ version: 'stable' });
  return { kind: 'found', executable, origin: 'downloaded' };
}

/** PATH holds a script that talks to the program; tests need the program itself. */
function installedDesktop(): Desktop {
  const script = findOnPath(process.platform === 'win32' ? ['code.cmd'] : ['code']);
  if (script === undefined) return { kind: 'none', reasons: ['"code" is not on PATH'] };
  const bin = path.dirname(realpathSync(script));
  const candidates = {
    darwin: [path.join(bin, '..', '..', '..', 'MacOS', 'Electron'), path.join(bin, '..', '..', '..', 'MacOS', 'Code')],
    win32: [path.join(bin, '..', 'Code.exe')],
    linux: [path.join(bin, '..', 'code')],
  }[process.platform as 'darwin' | 'win32' | 'linux'] as readonly string[] | undefined;
  const executable = candidates?.find((file) => existsSync(file));
  if (executable === undefined) return { kind: 'none', reasons: [`${script} belongs to no desktop VS Code`] };
  return { kind: 'found', executable, origin: script };
}

/** Why a download would fail, found out quickly: without a network it would otherwise hang for minutes. */
async function probeDownload(): Promise<string | undefined> {
  try {
    const response = await fetch(releases, { signal: AbortSignal.timeout(4_000) });
    return response.ok ? undefined : `the download server answered ${response.status}`;
  } catch (error) {
    return `the download server cannot be reached (${error instanceof Error ? error.message : String(error)})`;
  }
}

export function desktopLane(desktop: Extract<Desktop, { kind: 'found' }>): Lane {
  return {
    name: `desktop VS Code (${desktop.origin}: ${desktop.executable})`,
    vscodeVersion: undefined,
    async runTests({ scope, repository, testModule, env }) {
      await runTests({
        vscodeExecutablePath: desktop.executable,
        extensionDevelopmentPath: projectRoot,
        extensionTestsPath: testModule,
        extensionTestsEnv: { ...scope.marks(), ...env },
        launchArgs: [
          repository,
          `--user-data-dir=${scope.path('user-data')}`,
          `--extensions-dir=${scope.path('extensions')}`,
        ],
      });
    },
  };
}
