import { RUN_VARIABLE } from './processEntry';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables of the editor and of git that must not reach a gate or an agent: they would point git at another repository
 * or index, and turn programs built on Electron into plain Node.
 */
const EDITORS_OWN = /^(?:VSCODE_|ELECTRON_|GIT_)/i;

/** What an editor from a snap puts aside under this ending; the person's own value, empty where they had none. */
const PUT_ASIDE = '_VSCODE_SNAP_ORIG';

/**
 * By these an agent knows that it runs inside another one, and then some refuse to start or take their tools for
 * another's. Keys, endpoints and limits that a person set for an agent begin alike and stay.
 */
const SESSION_MARKS = new RegExp(
  `^(?:${[
    'CLAUDECODE',
    'CLAUDE_CODE_(?!USE_|OAUTH|API|MAX_|SKIP_|DISABLE_|ENABLE_|GIT_BASH_PATH|SHELL|EFFORT|SUBAGENT_MODEL|CLIENT_)\\w+',
    'CLAUDE_(?:AGENT_SDK|PID|SESSION)\\w*',
    'CODEX_(?!HOME$|API_KEY|ACCESS_TOKEN|CA_)\\w+',
    'GEMINI_CLI(?:_\\w+)?',
    'QWEN_CODE(?:_\\w+)?',
    'CURSOR_(?!API_KEY)\\w+',
    'OPENCODE(?:_(?:PID|SESSION|CALLER)\\w*)?',
    'CLINE_ACTIVE',
    'COPILOT_(?:CLI|AGENT)\\w*',
    'AI_AGENT',
  ].join('|')})$`,
  'i',
);

/** Where the editor was started from. Some agents believe these more than the folder that they are started in. */
const PLACES = /^(?:PWD|OLDPWD|INIT_CWD)$/i;

export interface EnvironmentRules {
  readonly platform: NodeJS.Platform;
  /** Absolute paths of work trees that the run has no business in. */
  readonly foreignFolders: readonly string[];
}

export interface RunEnvironment {
  readonly environment: Record<string, string>;
  /** Names of what was taken out, or `PATH entry <folder>`; without what is the editor's and git's. */
  readonly takenOut: readonly string[];
}

/**
 * Environment of a run: the person's own, with what a snap put in put back, without the editor's own, without marks of
 * an agent's session around it, and without what leads into the given folders; plus what was asked for and the run id.
 */
export function runEnvironment(
  parent: Environment,
  request: { env: Readonly<Record<string, string>>; id: string },
  rules: EnvironmentRules,
): RunEnvironment {
  const added = { ...request.env, [RUN_VARIABLE]: request.id };
  const keyOf = (name: string): string => (rules.platform === 'win32' ? name.toUpperCase() : name);
  // Windows takes `Path` and `PATH` for one variable; with both given, which one wins is not defined.
  const replaced = new Set(Object.keys(added).map(keyOf));
  const away = new Away(parent, rules);
  const environment: Record<string, string> = {};
  const takenOut: string[] = [];
  for (const [name, value] of Object.entries(withoutSnap(parent))) {
    if (value === undefined || EDITORS_OWN.test(name) || PLACES.test(name) || replaced.has(keyOf(name))) continue;
    if (SESSION_MARKS.test(name)) {
      takenOut.push(name);
      continue;
    }
    const { kept, entries } = away.from(value);
    if (kept !== null) environment[name] = kept;
    if (entries.length === 0) continue;
    takenOut.push(...(kept === null ? [name] : entries.map((entry) => `${name} entry ${entry}`)));
  }
  return { environment: { ...environment, ...added }, takenOut };
}

/** What the output says of it. */
export function takenOutLine(takenOut: readonly string[]): string {
  const text = takenOut.join(', ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
  return `(Kept from this run, because it belongs to another work tree or agent session: ${text})\n`;
}

/** An editor from a snap puts its own libraries in the place of the system's, and the person's values aside. */
function withoutSnap(parent: Environment): Environment {
  const result: Record<string, string | undefined> = { ...parent };
  for (const [name, value] of Object.entries(parent)) {
    if (!name.endsWith(PUT_ASIDE)) continue;
    result[name.slice(0, -PUT_ASIDE.length)] = value === '' ? undefined : value;
    result[name] = undefined;
  }
  return result;
}

/** Takes what leads into certain folders out of values: entries of lists, and values that name such a place at all. */
class Away {
  readonly #folders: readonly string[];
  readonly #separator: string;

  constructor(
    parent: Environment,
    private readonly rules: EnvironmentRules,
  ) {
    this.#separator = rules.platform === 'win32' ? ';' : ':';
    const homes = [parent['HOME'], parent['USERPROFILE']].flatMap((home) => (home ? [this.#plain(home)] : []));
    // Somebody keeps their home folder itself under git: that is no work tree to be kept out of.
    this.#folders = rules.foreignFolders
      .map((folder) => this.#plain(folder))
      .filter((folder) => folder.length > 1 && !homes.some((home) => this.#isIn(home, folder)));
  }

  /** `kept`: the value without what leads there, null where nothing is left. `entries`: what was taken out. */
  from(value: string): { kept: string | null; entries: string[] } {
    if (!this.#names(value)) return { kept: value, entries: [] };
    const entries = value.split(this.#separator);
    const rest = entries.filter((entry) => !this.#leadsAway(entry));
    const kept = rest.join(this.#separator);
    // An option such as `--require <file>` names the place in its middle; half of it would be worse than none.
    if (rest.every((entry) => entry === '') || this.#names(kept)) return { kept: null, entries: [value] };
    return { kept, entries: entries.filter((entry) => this.#leadsAway(entry)) };
  }

  #leadsAway(entry: string): boolean {
    const plain = this.#plain(entry);
    return this.#folders.some((folder) => this.#isIn(plain, folder));
  }

  #names(value: string): boolean {
    const plain = this.#slashes(value);
    return this.#folders.some((folder) => {
      for (let at = plain.indexOf(folder); at !== -1; at = plain.indexOf(folder, at + 1)) {
        const next = plain.charAt(at + folder.length);
        if (next === '' || /[/\s:;,"'=?#]/.test(next)) return true;
      }
      return false;
    });
  }

  #isIn(place: string, folder: string): boolean {
    return place === folder || place.startsWith(`${folder}/`);
  }

  #plain(place: string): string {
    const plain = this.#slashes(place);
    let end = plain.length;
    while (end > 1 && plain.charAt(end - 1) === '/') end -= 1;
    return plain.slice(0, end);
  }

  #slashes(text: string): string {
    return this.rules.platform === 'win32' ? text.replaceAll('\\', '/').toLowerCase() : text;
  }
}
