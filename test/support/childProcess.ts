import { fork, spawn, type ChildProcess, type ForkOptions } from 'node:child_process';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot } from './projectRoot';

/** Bundles a script, named from test/ without its ending, into `folder`: a process of it starts in milliseconds. Returns its path. */
export function bundleScript(name: string, folder: string): string {
  const outfile = path.join(folder, `${path.basename(name)}.cjs`);
  buildSync({
    entryPoints: [path.join(projectRoot, 'test', `${name}.ts`)],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'warning',
    // The bundle lies elsewhere, and what it looks for in the checkout is found from here.
    define: { __dirname: JSON.stringify(__dirname) },
  });
  return outfile;
}

/** Starts a bundled script as a process that can send messages. */
export function startScript(script: string, args: readonly string[], options: ForkOptions = {}): ChildProcess {
  const env = { ...cleanEnvironment(), ...options.env };
  return fork(script, args, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'], ...options, env });
}

/** How a process ended, and what it wrote. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a bundled script, which finds its task as JSON in its first argument, until it ends or is killed. */
export function runScript(script: string, task: object): Promise<ScriptEnd> {
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    cwd: projectRoot,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Without what the test runner put there for itself, and without anybody's settings of git. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  delete env['NODE_OPTIONS'];
  return env;
}
