/** git's own name for the null device; Git for Windows translates it. */
export const NULL_DEVICE = '/dev/null';

/** What a person may say to git through the environment and is still true for Switchyard's calls. */
const KEPT = new Set([
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_EXEC_PATH',
]);

/** Programs that git would start to talk to a person; nobody sits in front of these calls. */
const INTERACTIVE = new Set(['EDITOR', 'VISUAL', 'PAGER', 'SSH_ASKPASS', 'LANGUAGE']);

const FIXED: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // A look at a person's tree must not take their index lock.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_PAGER: 'cat',
  GIT_MERGE_AUTOEDIT: 'no',
  // A candidate depends on commits alone, and refs/replace is known to this clone only.
  GIT_NO_REPLACE_OBJECTS: '1',
};

/**
 * The environment of every git call: the parent's without what points at another repository or waits for a person.
 * Names count without case, as Windows has it.
 */
export function gitEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    const upper = name.toUpperCase();
    const dropped = (upper.startsWith('GIT_') && !KEPT.has(upper)) || INTERACTIVE.has(upper);
    if (value !== undefined && !dropped) env[name] = value;
  }
  return { ...env, ...FIXED, ...extra };
}

/**
 * Settings of every git call. They close what would run a person's programs (hooks, fsmonitor, background
 * maintenance) or change what a command means.
 */
export const FIXED_CONFIG: readonly string[] = [
  `core.hooksPath=${NULL_DEVICE}`,
  'core.fsmonitor=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'i18n.commitEncoding=UTF-8',
];
