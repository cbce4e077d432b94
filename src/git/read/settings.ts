import path from 'node:path';
import { KnownByFiles } from '../../base/knownByFiles';
import { gitEnvironment } from '../door/environment';
import { runBare, type Repository } from '../door/repository';

/** What git's settings say of a repository: system, person, repository, with all that they include. */
export interface GitSettings {
  /** By lower-case name; the last one counts. Null for a name without a value, which git takes for true. */
  readonly values: ReadonlyMap<string, string | null>;
}

/** Variables that change which settings git reads, or who commits. */
const DEPENDS_ON = /^(?:HOME|USERPROFILE|XDG_CONFIG_HOME|EMAIL|GIT_.*)$/;

const known = new WeakMap<Repository, KnownByFiles<GitSettings>>();

/**
 * Settings by what they depend on: git reads them again when a file that it read, could have read or includes has changed,
 * or a variable.
 */
export function settingsOf(repository: Repository): KnownByFiles<GitSettings> {
  const found =
    known.get(repository) ??
    new KnownByFiles<GitSettings>({
      now: () => repository.clock.now(),
      read: async () => {
        const { values, files } = await readSettings(repository);
        return { value: { values }, files: [...new Set([...usualFiles(repository.commonDir), ...files])] };
      },
      circumstances: environmentOf,
    });
  known.set(repository, found);
  return found;
}

/** A setting as git reads a truth value. */
export function isTrue(settings: GitSettings, name: string): boolean {
  const value = settings.values.get(name.toLowerCase());
  if (value === undefined) return false;
  return value === null || /^(?:true|yes|on|[1-9]\d*)$/i.test(value);
}

function environmentOf(): string {
  const entries = Object.entries(gitEnvironment(process.env)).filter(([name]) => DEPENDS_ON.test(name.toUpperCase()));
  return JSON.stringify(entries.sort());
}

/** Where git looks by itself, whether something is there or not. */
function usualFiles(commonDir: string): string[] {
  const { env } = process;
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  const personal = [path.join(home, '.gitconfig'), path.join(env['XDG_CONFIG_HOME'] ?? path.join(home, '.config'), 'git', 'config')]; // prettier-ignore
  const global = env['GIT_CONFIG_GLOBAL'] === undefined ? personal : [env['GIT_CONFIG_GLOBAL']];
  const system = ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig'];
  const systems = env['GIT_CONFIG_SYSTEM'] === undefined ? system : [env['GIT_CONFIG_SYSTEM']];
  return [...systems, ...global, path.join(commonDir, 'config'), path.join(commonDir, 'config.worktree')];
}

/** `<origin> NUL <name> [LF <value>] NUL …`; `files` are those that were read or would be included. */
async function readSettings(repository: Repository): Promise<{ values: Map<string, string | null>; files: string[] }> {
  const { commonDir } = repository;
  const { text } = await runBare(repository, 'config', ['--list', '--show-origin', '-z', '--includes']);
  const fields = text.split('\0');
  const values = new Map<string, string | null>();
  const files: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [origin = '', entry = ''] = [fields[at], fields[at + 1]];
    const end = entry.indexOf('\n');
    const [name, value] = end === -1 ? [entry, null] : [entry.slice(0, end), entry.slice(end + 1)];
    // What Switchyard itself says with every call is nobody's setting.
    if (origin !== 'command line:') values.set(name, value);
    const file = origin.startsWith('file:') ? path.resolve(commonDir, origin.slice('file:'.length)) : null;
    if (file !== null) files.push(file);
    if (value !== null && /^include(?:if\..*)?\.path$/s.test(name)) files.push(included(file ?? commonDir, value));
    // Whether it is included depends on the branch that is checked out.
    if (name.startsWith('includeif.onbranch:')) files.push(path.join(commonDir, 'HEAD'));
  }
  return { values, files };
}

function included(from: string, value: string): string {
  const home = process.env['HOME'] ?? process.env['USERPROFILE'] ?? '';
  return value.startsWith('~/') ? path.join(home, value.slice(2)) : path.resolve(path.dirname(from), value);
}
