import * as z from 'zod/mini';
import { toldShape } from '../words/saidSchema';

const signatureSchema = z.object({ name: z.string(), email: z.string() });
/** Who a commit is by. */
export type CommitSignature = Readonly<z.infer<typeof signatureSchema>>;

/** How the program of a try ended. */
const trialEndSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), code: z.int() }),
  z.object({ kind: z.literal('killed'), signal: z.string() }),
  z.object({ kind: z.literal('notFound'), program: z.string() }),
  /** It was ended for the time that a try may take, in ms. */
  z.object({ kind: z.literal('tooLong'), ms: z.number() }),
  z.object({ kind: z.literal('cancelled') }),
  /** It could not be started or talked with; `message` is a sentence. */
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type TrialEnd = Readonly<z.infer<typeof trialEndSchema>>;

/** What git holds of a try. */
const trialWorkSchema = z.discriminatedUnion('kind', [
  /** `as`: every other signature than the person's that its commits carry; empty where all are by the person. */
  z.object({ kind: z.literal('committed'), as: z.readonly(z.array(signatureSchema)) }),
  /** It committed, on another branch than the one that was checked out (short name), or on none. */
  z.object({ kind: z.literal('elsewhere'), branch: z.nullable(z.string()) }),
  z.object({ kind: z.literal('uncommitted'), files: z.readonly(z.array(z.string())) }),
  z.object({ kind: z.literal('nothing') }),
]);
export type TrialWork = Readonly<z.infer<typeof trialWorkSchema>>;

/**
 * What came of trying an agent, as facts.
 *
 * - `node`: the lowest version of Node that the agent needs, and the one on PATH; null where it needs none.
 * - `answered`: it said or did something of its own. `login`: its own structure said that it needs one.
 * - `asked`: so many things it did only after it was allowed to.
 * - `file`: whether the file that it was told to write is there, and reads as it was told.
 * - `elsewhere`: what it changed outside of its worktree, in words that follow "It"; all is put back but what is in `left`.
 * - `output`: the end of what it said, to be read.
 */
export const agentTrialSchema = z.object({
  agent: z.string(),
  end: trialEndSchema,
  node: z.nullable(z.object({ needed: z.int(), found: z.nullable(z.string()) })),
  version: z.nullable(z.string()),
  answered: z.boolean(),
  login: z.enum(['needed', 'unknown']),
  limited: z.boolean(),
  asked: z.int(),
  file: z.enum(['asTold', 'other', 'missing']),
  work: trialWorkSchema,
  person: signatureSchema,
  elsewhere: z.readonly(z.array(z.string())),
  left: z.readonly(z.array(z.string())),
  output: z.string(),
});
export type AgentTrial = Readonly<z.infer<typeof agentTrialSchema>>;

/** What a person approves before a try: the commands as they are shown, and what the approval is bound to. */
export const trialPlanSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), text: z.string(), subject: z.string() }),
  z.object({ kind: z.literal('refused'), ...toldShape }),
]);
export type TrialPlan = Readonly<z.infer<typeof trialPlanSchema>>;

/** `message`: why nothing was tried, and what helps. */
export const trialOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tried'), trial: agentTrialSchema }),
  /** Its plan is not approved, as far as the window that leads knows; nothing was run. */
  z.object({ kind: z.literal('unapproved') }),
  z.object({ kind: z.literal('refused'), ...toldShape }),
]);
export type TrialOutcome = Readonly<z.infer<typeof trialOutcomeSchema>>;

/** The one file that an agent is told to write in its try, and the line that tells its try from others. */
export interface TrialTask {
  readonly file: string;
  readonly line: string;
}

/**
 * What an agent is told in a try: as little as shows whether it can do a story's work. Several lines, and what counts is in
 * none but the last ones, so that a prompt that is cut at a line break shows.
 */
export function trialPrompt({ file, line }: TrialTask): string {
  return [
    'This is a short trial of a coding agent, in a worktree that is thrown away afterwards.',
    'Do just these steps and nothing else. Ask nothing.',
    '',
    `1. Write the file ${file} at the top of the current folder. It has one line: ${line}`,
    '2. Commit that file alone with git, on the branch that is checked out, with the message: Try the agent',
    '3. Say in one sentence that it is done.',
  ].join('\n');
}

/** Whether an agent that did this can be given stories. `asOther`: it can, and its commits are by somebody else. */
export type TrialVerdict = 'works' | 'asOther' | 'fails';

export function verdictOf({ work, end, file, left }: Pick<AgentTrial, 'work' | 'end' | 'file' | 'left'>): TrialVerdict {
  if (work.kind !== 'committed' || file !== 'asTold' || left.length > 0) return 'fails';
  // What it committed before its time was up shows that it can; that it does not end would hold each story up.
  if (end.kind !== 'exited' || end.code !== 0) return 'fails';
  return work.as.length === 0 ? 'works' : 'asOther';
}

/** The signatures that are not the person's, each once. */
export function otherSignatures(person: CommitSignature, seen: readonly CommitSignature[]): CommitSignature[] {
  const others = seen.filter(({ name, email }) => name !== person.name || email !== person.email);
  return others.filter(
    (one, at) => others.findIndex(({ name, email }) => name === one.name && email === one.email) === at,
  );
}
