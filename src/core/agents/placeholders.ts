/** What a command template may name in braces. */
export const PLACEHOLDERS = [
  'prompt',
  'promptFile',
  'number',
  'title',
  'branch',
  'model',
  'sessionId',
  'mcpConfig',
  'opencodeConfig',
  'codexMcp',
  'gitRoots',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
/** `gitRoots`: folders of git's that a commit in the worktree writes, as a list in brackets; where it is left out none. */
export type PlaceholderValues = Readonly<Record<Exclude<Placeholder, 'gitRoots'>, string>> & {
  readonly gitRoots?: string;
};

export type FillOutcome = { kind: 'filled'; command: [string, ...string[]] } | { kind: 'problem'; message: string };

const IN_BRACES = /\{([A-Za-z]+)\}/g;

/** Why the placeholders of a template cannot be filled, in a sentence; null when they can. */
export function placeholderProblem(template: readonly string[]): string | null {
  for (const part of template) {
    for (const [shown, name = ''] of part.matchAll(IN_BRACES)) {
      if (!isPlaceholder(name))
        return `${shown} is no placeholder. There are ${PLACEHOLDERS.map((one) => `{${one}}`).join(', ')}.`;
    }
  }
  return null;
}

/**
 * Fills a template that was split into arguments before: a value, whatever it holds, stays inside its argument. A value is
 * put in once and not searched for placeholders again.
 */
export function fillPlaceholders(template: readonly string[], values: PlaceholderValues): FillOutcome {
  const message = placeholderProblem(template);
  if (message !== null) return { kind: 'problem', message };
  const [program = '', ...args] = template;
  if (program.trim() === '') return { kind: 'problem', message: 'The command is empty. Name the program to run.' };
  if (program.search(IN_BRACES) >= 0)
    return { kind: 'problem', message: `The program itself cannot be a placeholder: ${program}` };
  const told = args.filter((part) => !namesNothing(part, values));
  return { kind: 'filled', command: [program, ...told.map((part) => fill(part, values))] };
}

/** Variables of an environment, in which only ways to Switchyard are filled in; one whose way is not there is left out. */
export function fillVariables(
  variables: Readonly<Record<string, string>>,
  values: Pick<PlaceholderValues, (typeof OF_MCP)[number]>,
): Record<string, string> {
  const told = Object.entries(variables).filter(([, value]) => !namesNothing(value, values));
  return Object.fromEntries(
    told.map(([name, value]) => [
      name,
      OF_MCP.reduce((text, one) => text.replaceAll(`{${one}}`, () => values[one]), value),
    ]),
  );
}

const OF_MCP = ['mcpConfig', 'opencodeConfig', 'codexMcp'] as const;

/** Of what is told of no way to Switchyard. */
export const NO_MCP = { mcpConfig: '', opencodeConfig: '', codexMcp: '' } as const;

/** An argument that tells of a way to Switchyard is left out where there is none. */
function namesNothing(part: string, values: Pick<PlaceholderValues, (typeof OF_MCP)[number]>): boolean {
  return OF_MCP.some((name) => values[name] === '' && part.includes(`{${name}}`));
}

function fill(part: string, values: PlaceholderValues): string {
  const filled = part.replace(IN_BRACES, (_, name: string) =>
    isPlaceholder(name) ? withoutNul(values[name] ?? '[]') : '',
  );
  // A title such as `--yolo` must not become an option of the agent.
  return part.startsWith('{') ? filled.replace(/^[-\s]+/, '') : filled;
}

/** No program can be given an argument with NUL in it. */
function withoutNul(value: string): string {
  return value.replaceAll('\0', '');
}

function isPlaceholder(name: string): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name);
}
