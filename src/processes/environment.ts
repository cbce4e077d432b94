import { RUN_VARIABLE } from './processEntry';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables of the editor and of git that must not reach a gate or an agent: they would point git at another repository
 * or index, and turn programs built on Electron into plain Node.
 */
const EDITORS_OWN = /^(?:VSCODE_|ELECTRON_|GIT_)/i;

/** Environment of a run: this process's, less the editor's own, plus what was asked for and the run id. */
export function runEnvironment(
  parent: Environment,
  request: { env: Readonly<Record<string, string>>; id: string },
  platform: NodeJS.Platform,
): Record<string, string> {
  const added = { ...request.env, [RUN_VARIABLE]: request.id };
  const keyOf = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name);
  // Windows takes `Path` and `PATH` for one variable; with both given, which one wins is not defined.
  const replaced = new Set(Object.keys(added).map(keyOf));
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && !EDITORS_OWN.test(name) && !replaced.has(keyOf(name))) environment[name] = value;
  }
  return { ...environment, ...added };
}
