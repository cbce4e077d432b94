import type { SessionConfigOption, SessionModeState } from '@agentclientprotocol/sdk';

/** How a session is to be set before anything is asked of it. */
export interface SessionWishes {
  /** Id of the mode; null for what the agent chooses. */
  readonly mode: string | null;
  /** Values of options by their ids. */
  readonly options: Readonly<Record<string, string | boolean>>;
  /** Set through the option that the agent calls its model; null for the agent's own. */
  readonly model: string | null;
}

/** What an agent says of a session's settings. */
export interface SessionState {
  readonly modes?: SessionModeState | null | undefined;
  readonly configOptions?: readonly SessionConfigOption[] | null | undefined;
}

export type Setting =
  | { readonly kind: 'mode'; readonly id: string }
  | { readonly kind: 'option'; readonly id: string; readonly value: string | boolean };

export type SettingsPlan =
  | { readonly kind: 'plan'; readonly settings: readonly Setting[] }
  | { readonly kind: 'problem'; readonly message: string };

/**
 * What has to be set, in this order, or why it cannot be. All of it is set each time: an agent that loads a session may say
 * what was set before and act otherwise.
 */
export function planSettings(wishes: SessionWishes, state: SessionState): SettingsPlan {
  const settings: Setting[] = [];
  const known = state.configOptions ?? [];
  const wanted: [string, string | boolean][] = Object.entries(wishes.options);
  if (wishes.model !== null) {
    const option = known.find((one) => one.category === 'model');
    if (option === undefined) {
      const message = `It takes no model over this protocol. Name ${wishes.model} in its command or its own settings, and take "model" out of its profile.`;
      return { kind: 'problem', message };
    }
    wanted.unshift([option.id, wishes.model]);
  }
  for (const [id, value] of wanted) {
    const option = known.find((one) => one.id === id);
    const problem = option === undefined ? `It has no option ${id}; there are ${namesOr(known.map((one) => one.id))}.` : valueProblem(option, value); // prettier-ignore
    if (problem !== null) return { kind: 'problem', message: problem };
    settings.push({
      kind: 'option',
      id,
      value: option?.type === 'boolean' ? value === true || value === 'true' : value,
    });
  }
  if (wishes.mode === null) return { kind: 'plan', settings };
  const modes = state.modes?.availableModes ?? [];
  if (modes.some(({ id }) => id === wishes.mode))
    return { kind: 'plan', settings: [{ kind: 'mode', id: wishes.mode }, ...settings] };
  // Some agents give their modes as an option.
  const asOption = known.find((one) => one.category === 'mode');
  if (asOption !== undefined && valueProblem(asOption, wishes.mode) === null)
    return { kind: 'plan', settings: [{ kind: 'option', id: asOption.id, value: wishes.mode }, ...settings] };
  const message = `It has no mode ${wishes.mode}; there are ${namesOr(modes.map(({ id }) => id))}.`;
  return { kind: 'problem', message };
}

function valueProblem(option: SessionConfigOption, value: string | boolean): string | null {
  if (option.type === 'boolean') {
    return typeof value === 'boolean' || value === 'true' || value === 'false' ? null : `Its option ${option.id} is true or false.`; // prettier-ignore
  }
  const values = option.options.flatMap((one) => ('group' in one ? one.options : [one])).map((one) => one.value);
  return values.includes(String(value)) ? null : `Its option ${option.id} has no value ${String(value)}; there are ${namesOr(values)}.`; // prettier-ignore
}

/** What was set and is not so by what the agent says now; null where everything is as wished. */
export function unmetSetting(settings: readonly Setting[], state: SessionState): string | null {
  for (const { kind, id, ...rest } of settings) {
    if (kind === 'mode') {
      const current = state.modes?.currentModeId ?? id;
      if (current !== id) return `It was set to mode ${id} and is in mode ${current}.`;
      continue;
    }
    const option = state.configOptions?.find((one) => one.id === id);
    const value = 'value' in rest ? rest.value : '';
    if (option !== undefined && String(option.currentValue) !== String(value))
      return `Its option ${id} was set to ${String(value)} and is ${String(option.currentValue)}.`;
  }
  return null;
}

function namesOr(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
