import { splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** `key` is `section.subsection.name`, as git lists it. */
interface Setting {
  readonly key: string;
  readonly value: string;
}

/**
 * What people's tools and git itself write all the time and nothing runs: where a branch comes from and goes to. It may
 * be a person's at any moment, so it is neither told nor undone.
 */
const PASSING = /^branch\..*\.(?:remote|pushremote|merge|rebase|description|vscode-[^.]*|github-[^.]*|gh-[^.]*)$/is;

/** What `git submodule` notes down when a run fetches one. Undone with the rest, but nobody needs to hear of it. */
const OF_SUBMODULES = /^submodule\..*\.(?:url|active)$/is;

/** Settings that differ between two texts of a configuration file, each key once. */
export interface SettingsChange {
  readonly told: readonly string[];
  readonly quiet: readonly string[];
  /** Settings of `PASSING` that the later text has, where any of them differs; null where none does. */
  readonly passing: readonly Setting[] | null;
}

/** Compares two configuration files by what git reads in them. What git cannot read counts as changed as a whole. */
export async function compareSettings(repository: Repository, before: Buffer, after: Buffer): Promise<SettingsChange> {
  const [old, now] = [await listSettings(repository, before), await listSettings(repository, after)];
  if (old === null || now === null) return { told: ['the file cannot be read'], quiet: [], passing: null };
  const [was, is] = [byKey(old), byKey(now)];
  const differing = [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key)).sort();
  const passing = differing.filter((key) => PASSING.test(key));
  const quiet = differing.filter((key) => OF_SUBMODULES.test(key));
  return {
    told: differing.filter((key) => !passing.includes(key) && !quiet.includes(key)),
    quiet,
    passing: passing.length === 0 ? null : now.filter(({ key }) => PASSING.test(key)),
  };
}

async function listSettings(repository: Repository, text: Buffer): Promise<Setting[] | null> {
  const args = ['--file', '-', '--no-includes', '--list', '-z'];
  const { code, text: listed } = await runBare(repository, 'config', args, { input: text, expect: [0, 1, 3, 128] });
  if (code !== 0) return null;
  return splitFields(listed).map((field) => {
    const end = field.indexOf('\n');
    return end === -1 ? { key: field, value: '' } : { key: field.slice(0, end), value: field.slice(end + 1) };
  });
}

/** A key can have several values; their order counts. */
function byKey(settings: readonly Setting[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { key, value } of settings) found.set(key, `${found.get(key) ?? ''}${value}\0`);
  return found;
}
