import { startCoder, tidyUpAfter } from '../agents/commandLine/startCoder';
import type { SharedChange } from '../core/gates/sharedChange';
import type { AgentOutcome } from '../core/agents/outcome';
import { asAcpServer } from '../core/agents/mcpServer';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import { shortRef } from '../core/story/names';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { describePlaceProblem } from '../core/story/workPlace';
import type { AgentPass } from '../ports/agentAccess';
import type { KeptOutput, KeptRun } from '../ports/keptRuns';
import type { Refs } from '../ports/refs';
import type { RunGuard } from '../ports/runGuard';
import type { KeptWatch } from '../ports/sharedGitDir';
import type { Worktrees } from '../ports/worktrees';
import type { EnginePorts } from './ports';
import { isWindowClosing } from './storyRuns';
import type { AgentTalks } from './talks/agentTalks';
import { memoryOf, type EarlierWork, type Work } from './work';

/** An agent commits as the person, also where it hides their configuration from git. */
export async function identityVariables(git: Pick<Refs, 'identity'>): Promise<Record<string, string>> {
  const identity = await git.identity();
  if (identity.kind === 'missing') return {};
  const { name, email } = identity;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/**
 * The story's own folder, with its branch checked out: what an agent left on another branch is taken over first. `why` is
 * a sentence for a person.
 */
export async function placeForAgent(
  git: Pick<Worktrees & RunGuard, 'storyPlace' | 'takeOver'>,
  { number }: Pick<StoryRecord, 'number'>,
  branch: string,
): Promise<{ kind: 'there'; path: string } | { kind: 'problem'; why: string }> {
  const place = await git.storyPlace(branch);
  if (place.kind !== 'there') return { kind: 'problem', why: describePlaceProblem({ number, branch }, place) };
  const { path } = place;
  if (place.branch === branch) return { kind: 'there', path };
  const taken = place.head === null ? null : await git.takeOver({ branch, folder: path, head: place.head });
  if (taken?.kind === 'taken') return { kind: 'there', path };
  const problem = describePlaceProblem({ number, branch }, { ...place, kind: 'switched' });
  return { kind: 'problem', why: `${problem}${taken === null ? '' : ` ${taken.why}`}` };
}

/** Another process goes on with the run: nothing is to be made of it here. */
export class RunLeft extends Error {
  constructor() {
    super('The run goes on without this window.');
  }
}

/** One run of an agent. `step` is what it is for, and `prompt` what it is told, where it has not been told already. */
export interface AgentStep {
  readonly step: string;
  readonly prompt: () => Promise<string>;
  /** What it is told where it still knows the story; as one that does not, where this is left out. */
  readonly nudge?: () => Promise<string>;
}

/**
 * One run of an agent in the story's worktree: a new one, or the one that an earlier process began. How it ended says nothing
 * about what it achieved: git does. Throws `RunLeft` where it goes on without this window.
 */
export async function runAgent(ports: EnginePorts, work: Work, asked: AgentStep): Promise<AgentOutcome> {
  const { step, prompt } = asked;
  const { git, newId } = ports;
  const { story, worktree, signal } = work;
  if (isWindowClosing(signal)) throw new RunLeft();
  if (signal.aborted) return { kind: 'stopped' };
  const earlier = takeEarlier(work, step);
  if (work.profile.transport === 'acp' && ports.talks !== undefined)
    return runTalking(ports, work, { ...asked, earlier }, ports.talks);
  const runId = earlier?.at(-1) ?? newId();
  if (earlier === null) noteStart(ports, work, runId);
  // Of a run that is attached to, whoever began it has noted it.
  const over = earlier === null ? await git.noteRun({ runId, folder: worktree }) : () => Promise.resolve();
  const visit = await letIn(ports, work, runId);
  const isOver = () => Promise.all([over(), visit?.pass.end()]);
  try {
    const run = await (earlier === null
      ? start(ports, work, { runId, step, prompt: await prompt(), visit })
      : attach(ports, work, earlier));
    const outcome = await outcomeOf(ports, work, run);
    await isOver();
    return (await isFinished(ports, work, visit?.finished() ?? null)) ? finished(outcome) : outcome;
  } catch (error) {
    if (error instanceof RunLeft) throw error;
    await isOver();
    noteEnd(ports, story, runId, 'notStarted');
    throw error;
  }
}

/** What the run did beside its branch, told once it is over. A run that is left is watched by whoever goes on with it. */
export async function underWatch<T>(
  watch: KeptWatch,
  work: () => Promise<T>,
): Promise<{ end: T; changes: readonly SharedChange[] }> {
  try {
    const end = await work();
    return { end, changes: await watch.end() };
  } catch (error) {
    if (error instanceof RunLeft) watch.leave();
    else await watch.end();
    throw error;
  }
}

/** Work that was attached to: it is, once. */
const attachedTo = new WeakSet<EarlierWork>();

/** The runs to go on with, the oldest first; null where this step is to be begun. */
function takeEarlier({ earlier }: Work, step: string): readonly string[] | null {
  if (earlier?.memory.step !== step || attachedTo.has(earlier)) return null;
  attachedTo.add(earlier);
  return earlier.runs;
}

async function attach({ kept, log, ...ports }: EnginePorts, work: Work, runs: readonly string[]): Promise<KeptRun> {
  const { story, profile } = work;
  const [last = '', ...before] = [...runs].reverse();
  const hear = hearing(ports, work);
  // What the runs before it said comes first, so that the output is whole.
  for (const id of before.reverse()) await (await kept.attach(id, hear)).ended;
  log.info(`[agent:${story.number}:${profile.name}] attached to its run ${last}`);
  return kept.attach(last, hear);
}

interface Starting {
  readonly runId: string;
  readonly step: string;
  readonly prompt: string;
  readonly visit: Visit | null;
}

async function start(ports: EnginePorts, work: Work, { runId, step, prompt, visit }: Starting): Promise<KeptRun> {
  const { kept, folders } = ports;
  const { story, profile, branch, worktree, env } = work;
  return startCoder({
    profile,
    story: { number: story.number, title: story.title, branch: shortRef(branch) },
    prompt,
    promptFolder: folders.prompts,
    worktree,
    runs: kept,
    runId,
    env: { ...env, ...visit?.pass.env },
    ...(visit !== null && { mcp: visit.pass.placeholders }),
    about: memoryOf(work, step),
    onOutput: hearing(ports, work),
  });
}

interface Visit {
  readonly pass: AgentPass;
  /** Where the branch was when the agent said that its work is complete; null as long as it has not. */
  readonly finished: () => Oid | null;
}

async function letIn({ letIn: open, onOutput }: EnginePorts, work: Work, runId: string): Promise<Visit | null> {
  const { story, profile, output } = work;
  let tip: Oid | null = null;
  const pass = await open?.({
    runId,
    story,
    agent: profile.name,
    say: (text) => {
      output.write(text);
      onOutput(story, text);
    },
    finished: (at) => {
      tip = at;
      const text = 'Noted. End your turn now: the gates run once you have ended, and decide whether it lands.';
      return Promise.resolve({ kind: 'done', text });
    },
  });
  return pass === undefined ? null : { pass, finished: () => tip };
}

/** Whether it said so, and has added nothing since. */
async function isFinished({ git }: EnginePorts, { branch }: Work, saidAt: Oid | null): Promise<boolean> {
  return saidAt !== null && (await git.tip(branch)) === saidAt;
}

/** Who has said that the work is complete ended well, however its program did after that. */
function finished(outcome: AgentOutcome): AgentOutcome {
  return outcome.kind === 'stopped' || outcome.kind === 'notFound' ? outcome : { kind: 'exited', code: 0 };
}

function hearing({ onOutput }: Pick<EnginePorts, 'onOutput'>, { output, story }: Work): (said: KeptOutput) => void {
  return ({ stream, text }) => {
    if (stream === 'stdin') return;
    output.write(text);
    onOutput(story, text);
  };
}

async function outcomeOf(ports: EnginePorts, { story, signal }: Work, run: KeptRun): Promise<RunOutcome> {
  const onAbort = (): void => (isWindowClosing(signal) ? run.leave() : run.stop());
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const end = await run.ended.finally(() => signal.removeEventListener('abort', onAbort));
  if (end.kind === 'left') throw new RunLeft();
  await tidyUpAfter(ports.folders.prompts, run.id);
  noteEnd(ports, story, run.id, end.outcome.kind);
  return end.outcome;
}

/** As above, for an agent that is talked with: it goes on with the conversation that it had, where it can. */
async function runTalking(
  ports: EnginePorts,
  work: Work,
  asked: AgentStep & { readonly earlier: readonly string[] | null },
  talks: AgentTalks,
): Promise<AgentOutcome> {
  const { story, worktree, env } = work;
  const [{ runOverAcp }, { endSession, noteSession, sessionFor }] = await Promise.all([
    import('./acpRun'),
    import('./acpSession'),
  ]);
  await endEarlier(ports, asked.earlier ?? []);
  const runId = ports.newId();
  const over = await ports.git.noteRun({ runId, folder: worktree });
  const visit = await letIn(ports, work, runId);
  const begin = await sessionFor(ports, work);
  const cold = await asked.prompt();
  let noted: Promise<void> = Promise.resolve();
  const run = await runOverAcp(
    ports,
    talks,
    { ...work, env: { ...env, ...visit?.pass.env } },
    {
      ...begin,
      runId,
      about: memoryOf(work, asked.step),
      prompts: { cold, warm: (await asked.nudge?.()) ?? cold },
      mcpServers: visit === null ? [] : [asAcpServer(visit.pass.server)],
      onSession: (start) => {
        const why = start.mode === 'cold' ? start.why : null;
        noteStart(ports, work, runId, { mode: start.mode, sessionId: start.sessionId, why });
        noted = noteSession(ports, work, start, runId);
      },
    },
  ).finally(() => Promise.all([over(), visit?.pass.end()]));
  await noted;
  await endSession(ports, work, run.usage);
  noteEnd(ports, story, runId, run.outcome.kind);
  return (await isFinished(ports, work, visit?.finished() ?? null)) ? finished(run.outcome) : run.outcome;
}

/** Runs that are talked with by nobody any more: their sessions are gone on with in new ones. */
async function endEarlier({ kept }: EnginePorts, runs: readonly string[]): Promise<void> {
  for (const id of runs) {
    const run = await kept.attach(id, () => undefined);
    run.stop();
    await run.ended;
    await kept.forget(id);
  }
}

interface HowStarted {
  readonly mode: 'warm' | 'cold';
  readonly sessionId: string | null;
  /** Why it is cold. */
  readonly why: string | null;
}

const FROM_A_COMMAND_LINE: HowStarted = { mode: 'cold', sessionId: null, why: 'a command line starts afresh' };

function noteStart(
  { log, runs, clock }: EnginePorts,
  { story, profile }: Work,
  run: string,
  { mode, sessionId, why }: HowStarted = FROM_A_COMMAND_LINE,
): void {
  const reason = why === null ? '' : ` (${why})`;
  log.info(`[agent:${story.number}:${profile.name}] spawn mode=${mode} session_id=${sessionId ?? 'none'}${reason}`);
  const [at, model] = [new Date(clock.now()).toISOString(), profile.model ?? null];
  const { key, number } = story;
  runs.note({ kind: 'agentStarted', at, key, number, run, agent: profile.name, model, mode, why: why ?? '' });
}

function noteEnd({ runs, clock }: EnginePorts, { key, number }: StoryRecord, run: string, outcome: string): void {
  runs.note({ kind: 'agentEnded', at: new Date(clock.now()).toISOString(), key, number, run, outcome });
}
