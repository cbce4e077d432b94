import { AGENT_PRESETS, presetNamed, type AgentPreset } from './presets';
import type { AgentProfile } from './profile';
import { programName } from './programName';
import { DIALECTS } from './output/dialects';
import type { Dialect } from './output/agentSaid';

/** How an agent is started: anew, or going on with a conversation. */
export type Launch = { readonly mode: 'cold' } | { readonly mode: 'warm' };

/**
 * The well-known agent that a profile is; null for another one. Where it does not say, it is one whose every argument its
 * command has (split into arguments), but for those that are filled in.
 */
export function presetOf({ preset }: Pick<AgentProfile, 'preset'>, template: readonly string[]): AgentPreset | null {
  if (preset !== undefined) return presetNamed(preset);
  const given = new Set(template.slice(1));
  const program = programName(template);
  return (
    AGENT_PRESETS.find(
      (one) =>
        one.program === program &&
        one.command
          .split(' ')
          .slice(1)
          .every((part) => part.includes('{') || given.has(part)),
    ) ?? null
  );
}

/** Whose lines of JSON it prints; null where that is not known. */
export function dialectOf(
  profile: Pick<AgentProfile, 'preset' | 'dialect'>,
  template: readonly string[],
): Dialect | null {
  const name = profile.dialect ?? presetOf(profile, template)?.dialect;
  return name === undefined ? null : DIALECTS[name];
}

/** Whether it can go on with a conversation. */
export function canResume(profile: Pick<AgentProfile, 'preset' | 'resume'>, template: readonly string[]): boolean {
  return profile.resume !== undefined || presetOf(profile, template)?.resume != null;
}

/** Whether we give its conversation an id. */
export function choosesSession(profile: Pick<AgentProfile, 'preset'>, template: readonly string[]): boolean {
  return namesSession(template) || presetOf(profile, template)?.session.kind === 'chosen';
}

/**
 * The command of one start, its placeholders not yet filled: the profile's own with what the preset adds for the
 * conversation, the model and the limits. `templates` are split into arguments.
 */
export function launchTemplate(
  profile: Pick<AgentProfile, 'preset' | 'model' | 'limits'>,
  templates: { readonly command: readonly string[]; readonly resume: readonly string[] | null },
  { mode }: Launch,
): readonly string[] {
  if (mode === 'warm' && templates.resume !== null) return templates.resume;
  const preset = presetOf(profile, templates.command);
  if (preset === null) return templates.command;
  const base = mode === 'warm' ? withoutSession(templates.command) : templates.command;
  const { session, resume } = preset;
  const extra: string[] = [];
  if (mode === 'warm') extra.push(...(resume?.args ?? []));
  else if (session.kind === 'chosen' && !namesSession(base)) extra.push(...session.args);
  if (profile.model !== undefined && !base.some((part) => part.includes('{model}'))) extra.push(...preset.model);
  extra.push(...limitArguments(profile, preset, base));
  const at = preset.after === null ? 1 : base.indexOf(preset.after) + 1 || 1;
  const placed = [...base.slice(0, at), ...extra, ...base.slice(at)];
  return mode === 'warm' ? beforePrompt(placed, resume?.beforePrompt ?? []) : placed;
}

function limitArguments(
  { limits }: Pick<AgentProfile, 'limits'>,
  preset: AgentPreset,
  base: readonly string[],
): string[] {
  return (['turns', 'usd'] as const).flatMap((name) => {
    const [limit, args] = [limits[name], preset.limits[name]];
    if (limit === undefined || args === undefined || base.includes(args[0] ?? '')) return [];
    return args.map((part) => part.replace('{limit}', String(limit)));
  });
}

function namesSession(template: readonly string[]): boolean {
  return template.some((part) => part.includes('{sessionId}'));
}

/** An id that was to be chosen is not chosen again: the argument goes, and the option before it. */
function withoutSession(template: readonly string[]): string[] {
  return template.filter((part, index) => {
    if (part.includes('{sessionId}')) return false;
    return !(template[index + 1] === '{sessionId}' && part.startsWith('--'));
  });
}

function beforePrompt(template: readonly string[], args: readonly string[]): string[] {
  const at = template.findIndex((part) => part.includes('{prompt}'));
  return at < 0 ? [...template, ...args] : [...template.slice(0, at), ...args, ...template.slice(at)];
}
