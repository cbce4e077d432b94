import * as z from 'zod/mini';
import { AGENT_ROLES } from '../pipeline/roles';
import { describeIssue } from '../words/describeIssue';
import { IN_WORDS } from '../words/inWords';
import { commandSchema } from './command';
import { DIALECT_NAMES } from './output/dialects';
import { placeholderProblem } from './placeholders';
import { PRESET_NAMES } from './presets';

/** How an agent is talked with: once, by its command line, or over the Agent Client Protocol on its standard input and output. */
const TRANSPORTS = ['commandLine', 'acp'] as const;
/** What a command line says of a run, and ACP says by itself. */
const SPOKEN = ['{prompt}', '{promptFile}', '{sessionId}'];

const minutes = z.number().check(z.positive(), z.maximum(7 * 24 * 60));
const amount = z.number().check(z.positive());
const budgetSchema = z.strictObject({
  turns: z.optional(z.int().check(z.minimum(1))),
  minutes: z.optional(amount),
  tokens: z.optional(z.int().check(z.minimum(1))),
  usd: z.optional(amount),
});
/** What agents may take in all; what is left out has no limit. */
export type AgentBudget = z.infer<typeof budgetSchema>;

/** People write a role as they like, as in `QA`. */
function asRole(role: unknown): unknown {
  return typeof role === 'string' ? role.trim().toLowerCase() : role;
}

const limitsSchema = z.strictObject({
  silenceMinutes: z._default(minutes, 15),
  firstOutputMinutes: z.optional(minutes),
  turnMinutes: z.optional(minutes),
  minutes: z.optional(minutes),
  turns: z.optional(z.int().check(z.minimum(1))),
  tokens: z.optional(z.int().check(z.minimum(1))),
  usd: z.optional(amount),
  atOnce: z.optional(z.int().check(z.minimum(1))),
  retries: z.optional(z.int().check(z.minimum(0), z.maximum(20))),
  perStory: z.optional(budgetSchema),
  perDay: z.optional(budgetSchema),
});
export type AgentLimits = z.infer<typeof limitsSchema>;

const templateSchema = commandSchema.check(
  z.superRefine((command, context) => {
    const message = placeholderProblem(typeof command === 'string' ? [command] : command);
    if (message !== null) context.addIssue({ code: 'custom', message });
  }),
);

/**
 * A coding agent: a program that runs as a command line, or speaks the Agent Client Protocol.
 *
 * - `transport` `acp`: it is talked with. `mode` and `options` are set in each of its sessions, and `model` where the command
 *   does not name it.
 * - `command` may name `{prompt}`, `{promptFile}`, `{number}`, `{title}`, `{branch}`, `{model}` and `{sessionId}`; they are
 *   filled in after it was split into arguments. `SWITCHYARD_PROMPT_FILE` in its environment holds the prompt's path too.
 * - `{mcpConfig}`, `{opencodeConfig}` and `{codexMcp}` tell the agent how to reach Switchyard, in the command or in `env`; an
 *   argument or variable that names one is left out where there is no way. `SWITCHYARD_MCP_CONFIG` holds the first too.
 * - `preset`: the well-known agent that it is: how it goes on with a conversation, and whose output it prints. Where it is
 *   left out, a command that has all arguments of a preset is one. `dialect` alone says whose output it prints.
 * - `resume`: the command that goes on with a conversation, as `{sessionId}`; else the preset says how.
 * - `limits.silenceMinutes`: ended after this long without output, and `firstOutputMinutes` without any at all. `turnMinutes`:
 *   after this long in one turn. `minutes`, `turns`, `tokens`, `usd`: of one run; no limit where they are left out.
 *   `perStory` and `perDay`: of all its runs on a story, and on a day by the person's clock. `retries`: runs on one story that may break off.
 *   `atOnce`: runs at the same time.
 */
export const agentProfileSchema = z
  .strictObject({
    name: z
      .string()
      .check(
        z.regex(
          /^[A-Za-z0-9][\w .-]{0,39}$/,
          'A name has 1 to 40 letters, digits, spaces, dots, hyphens and underscores.',
        ),
      ),
    role: z._default(z.pipe(z.transform(asRole), z.enum(AGENT_ROLES)), 'coder'),
    command: templateSchema,
    preset: z.optional(z.enum(PRESET_NAMES)),
    dialect: z.optional(z.enum(DIALECT_NAMES)),
    resume: z.optional(templateSchema),
    transport: z.optional(z.enum(TRANSPORTS)),
    mode: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    options: z.optional(z.record(z.string().check(z.minLength(1)), z.union([z.string(), z.boolean()]))),
    model: z.optional(z.string().check(z.maxLength(200))),
    env: z._default(z.record(z.string().check(z.regex(/^[A-Za-z_]\w*$/)), z.string()), {}),
    limits: z._default(limitsSchema, { silenceMinutes: 15 }),
  })
  .check(
    z.superRefine(({ command, model, transport, mode, options }, context) => {
      const parts = typeof command === 'string' ? [command] : command;
      const spoken = SPOKEN.find((name) => parts.some((part) => part.includes(name)));
      if (transport === 'acp' && spoken !== undefined) {
        const message = `The command names ${spoken}, but over ACP prompt and session go another way. Take it out.`;
        context.addIssue({ code: 'custom', path: ['command'], message });
      }
      if (transport !== 'acp' && (mode ?? options) !== undefined) {
        const message = 'Modes and options are for agents with "transport": "acp".';
        context.addIssue({ code: 'custom', path: [mode === undefined ? 'options' : 'mode'], message });
      }
      // Over ACP a model can also be chosen by the protocol.
      if (model !== undefined || !parts.some((part) => part.includes('{model}'))) return;
      const message = 'The command names {model}, but no model is given.';
      context.addIssue({ code: 'custom', path: ['model'], message });
    }),
  );
export type AgentProfile = z.infer<typeof agentProfileSchema>;

export type ProfilesOutcome = { kind: 'ok'; profiles: AgentProfile[] } | { kind: 'invalid'; problems: string[] };

const profilesSchema = z.array(agentProfileSchema).check(
  z.superRefine((profiles, context) => {
    profiles.forEach((profile, index) => {
      if (profiles.findIndex((one) => one.name === profile.name) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `Two agents are named ${profile.name}.` });
    });
  }),
);

/** Whether one of them is to review, also where that cannot be read: what may be one counts as one. */
export function meansReviewer(value: unknown): boolean {
  if (value == null) return false;
  return !Array.isArray(value) || value.some(mayReview);
}

function mayReview(agent: unknown): boolean {
  if (typeof agent !== 'object' || agent === null) return true;
  const role = 'role' in agent ? asRole(agent.role) : 'coder';
  return role === 'qa' || !AGENT_ROLES.some((known) => known === role);
}

/** Reads the configured agents, whatever stands there; nothing configured means no agents. */
export function readAgentProfiles(value: unknown): ProfilesOutcome {
  if (value != null && !Array.isArray(value))
    return { kind: 'invalid', problems: ['It is no list. Write the agents between [ and ], one or more.'] };
  const parsed = profilesSchema.safeParse(value ?? [], IN_WORDS);
  if (parsed.success) return { kind: 'ok', profiles: parsed.data };
  return { kind: 'invalid', problems: parsed.error.issues.map(describeIssue) };
}
