import type * as z from 'zod/mini';
import type { DeepReadonly } from '../protocol/deepReadonly';
import type { Answers } from '../protocol/messageHandler';
import type { leaderSide } from '../protocol/windowMessages';
import type { Pipeline } from './pipeline';

type Requests = typeof leaderSide.requests;

/** What a person has done or asks of the pipeline; each is a message to the window that leads. */
export type CallName = Exclude<keyof Requests, 'ping'>;
export type PipelineCalls = Pick<Pipeline, CallName>;

type Given<N extends CallName> = Parameters<PipelineCalls[N]>;
type Answer<N extends CallName> = Awaited<ReturnType<PipelineCalls[N]>>;
type Asks<N extends CallName> = z.output<Requests[N]['asks']>;
type Gives<N extends CallName> = z.output<Requests[N]['gives']>;

/**
 * How a call is made where the role that it needs may be about to change. `command`: it does something, and is refused
 * where nobody leads. `look`: it can be asked again of the next role. `once`: neither; it fails where nobody leads.
 */
type Way = 'command' | 'look' | 'once';

/** Whether a message's answer is what the call promises. `boardAt` is put together from its answer. */
type IsAnswered<N extends CallName> = N extends 'boardAt'
  ? true
  : ReturnType<PipelineCalls[N]> extends Promise<void>
    ? Gives<N> extends null
      ? true
      : false
    : [Gives<N>, Answer<N>] extends [Answer<N>, DeepReadonly<z.input<Requests[N]['gives']>>]
      ? true
      : false;

/** Fields of a message, one for each thing that the call is given. */
type Fields<N extends CallName, All extends readonly unknown[]> = {
  readonly [I in keyof All]: { [F in keyof Asks<N>]: Asks<N>[F] extends All[I] ? F : never }[keyof Asks<N>];
};

/** What the message of a call is: nothing, the one thing that it is given, or an object with these fields. */
type Message<N extends CallName, All extends readonly unknown[]> = All extends readonly []
  ? 'nothing'
  : All extends readonly [infer One]
    ? Asks<N> extends One
      ? 'it'
      : never
    : Fields<N, All>;

interface Call<N extends CallName> {
  readonly way: IsAnswered<N> extends true ? Way : never;
  readonly message: Message<N, Required<Given<N>>>;
}

/** Every call, in one place for whoever makes one and both ends of the way between windows. */
const CALLS: { readonly [N in CallName]: Call<N> } = {
  createStory: { way: 'command', message: 'it' },
  adopt: { way: 'command', message: 'it' },
  revertStory: { way: 'command', message: ['key', 'why'] },
  resolveConflicts: { way: 'command', message: ['key', 'uncommitted'] },
  takeBackMerge: { way: 'command', message: 'it' },
  perform: { way: 'command', message: ['key', 'request'] },
  takeOver: { way: 'command', message: 'it' },
  race: { way: 'command', message: ['key', 'agents'] },
  keepRacer: { way: 'command', message: 'it' },
  moveTo: { way: 'command', message: ['key', 'to'] },
  describe: { way: 'command', message: ['key', 'wanted'] },
  editStory: { way: 'command', message: ['key', 'edit'] },
  restoreText: { way: 'command', message: ['key', 'id'] },

  removeLock: { way: 'once', message: 'it' },
  decideRedTarget: { way: 'once', message: 'it' },
  answerAgent: { way: 'once', message: ['key', 'question', 'answer'] },
  writeToAgent: { way: 'once', message: ['key', 'text', 'when'] },
  askToReassign: { way: 'once', message: 'it' },
  startFresh: { way: 'once', message: 'it' },
  planTrial: { way: 'once', message: 'it' },
  tryAgent: { way: 'once', message: 'it' },
  cancelTrial: { way: 'once', message: 'nothing' },
  acknowledgeLosses: { way: 'once', message: 'nothing' },
  share: { way: 'once', message: 'it' },
  cancelStart: { way: 'once', message: 'it' },
  stopWaiting: { way: 'once', message: 'it' },
  setMergeOrder: { way: 'once', message: 'it' },
  setTarget: { way: 'once', message: 'it' },
  decideFinding: { way: 'once', message: ['id', 'decision'] },
  quarantine: { way: 'once', message: ['gate', 'test'] },
  endQuarantine: { way: 'once', message: ['gate', 'test'] },
  recoverHalfWritten: { way: 'once', message: 'it' },
  push: { way: 'once', message: 'it' },
  pull: { way: 'once', message: 'nothing' },
  cancelUnderWay: { way: 'once', message: 'it' },
  repair: { way: 'once', message: 'it' },
  remove: { way: 'once', message: 'it' },
  restore: { way: 'once', message: 'it' },
  forget: { way: 'once', message: ['ref', 'commit'] },
  changeReview: { way: 'once', message: ['key', 'change'] },
  settle: { way: 'once', message: 'nothing' },

  locks: { way: 'look', message: 'nothing' },
  foundWork: { way: 'look', message: 'nothing' },
  redTarget: { way: 'look', message: 'nothing' },
  raceOf: { way: 'look', message: 'it' },
  storyText: { way: 'look', message: ['number', 'known'] },
  earlierTexts: { way: 'look', message: 'it' },
  sharing: { way: 'look', message: 'nothing' },
  conflicts: { way: 'look', message: 'nothing' },
  changedFiles: { way: 'look', message: 'nothing' },
  findings: { way: 'look', message: 'nothing' },
  gateHealth: { way: 'look', message: 'nothing' },
  verifyLandings: { way: 'look', message: 'it' },
  halfWrittenText: { way: 'look', message: 'it' },
  examine: { way: 'look', message: 'nothing' },
  previewRemoval: { way: 'look', message: 'it' },
  landedWorktrees: { way: 'look', message: 'nothing' },
  worktreeSize: { way: 'look', message: 'it' },
  kept: { way: 'look', message: 'nothing' },
  keptFiles: { way: 'look', message: 'it' },
  agentServer: { way: 'look', message: 'it' },
  worktreeOf: { way: 'look', message: 'it' },
  changesOf: { way: 'look', message: 'it' },
  reviewOf: { way: 'look', message: 'it' },
  bodyOf: { way: 'look', message: 'it' },
  outputsOf: { way: 'look', message: 'it' },
  agentTextOf: { way: 'look', message: ['key', 'which', 'run'] },
  runsOf: { way: 'look', message: 'it' },
  whyNotLanded: { way: 'look', message: 'it' },
  whatIf: { way: 'look', message: 'it' },
  mergeStatusOf: { way: 'look', message: 'it' },
  historyOf: { way: 'look', message: ['key', 'limit'] },
  archived: { way: 'look', message: 'it' },
  search: { way: 'look', message: ['text', 'limit'] },
  statistics: { way: 'look', message: 'it' },
  timeline: { way: 'look', message: 'it' },
  boardAt: { way: 'look', message: 'it' },
  privateWords: { way: 'look', message: 'nothing' },
};

const NAMES = Object.keys(CALLS) as CallName[];

/** The same, for what is true of any call. */
const ANY: Readonly<Record<CallName, { readonly way: Way; readonly message: 'nothing' | 'it' | readonly string[] }>> =
  CALLS;

/** The calls of a pipeline that makes each of them by one function. */
export function callsBy(make: (name: CallName, given: readonly unknown[]) => Promise<unknown>): PipelineCalls {
  const calls = NAMES.map((name) => [name, (...given: readonly unknown[]) => make(name, given)]);
  // The types of the table hold what each is given and answers.
  return Object.fromEntries(calls) as PipelineCalls;
}

/** Makes a call where it is answered. */
export function makeCall(pipeline: PipelineCalls, name: CallName, given: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(pipeline[name], pipeline, given) as Promise<unknown>;
}

export function wayOf(name: CallName): Way {
  return ANY[name].way;
}

/** What a call is given, as its message to the window that leads. */
export function messageOf<N extends CallName>(name: N, given: readonly unknown[]): z.input<Requests[N]['asks']> {
  const { message } = ANY[name];
  const asked =
    message === 'nothing'
      ? null
      : message === 'it'
        ? given[0]
        : Object.fromEntries(message.map((field, index) => [field, given[index] ?? null]));
  return asked as z.input<Requests[N]['asks']>;
}

/** How who leads answers the messages of those who follow. */
export function answersOf(pipeline: PipelineCalls): Omit<Answers<typeof leaderSide>['requests'], 'ping'> {
  const answers = NAMES.map((name) => [
    name,
    async (asked: unknown) => (await makeCall(pipeline, name, givenIn(name, asked))) ?? null,
  ]);
  return Object.fromEntries(answers) as ReturnType<typeof answersOf>;
}

function givenIn(name: CallName, asked: unknown): readonly unknown[] {
  const { message } = ANY[name];
  if (message === 'nothing') return [];
  if (message === 'it') return [asked];
  return message.map((field) => (asked as Readonly<Record<string, unknown>>)[field]);
}
