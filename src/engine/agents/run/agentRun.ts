import { startCoder, tidyUpAfter } from '../../../agents/commandLine/startCoder';
import type { SharedChange } from '../../../core/gates/sharedChange';
import type { RunOutcome } from '../../../core/pipeline/runOutcome';
import { shortRef } from '../../../core/story/names';
import type { StoryRecord } from '../../../core/story/story';
import { describePlaceProblem } from '../../../core/story/workPlace';
import type { ColdCause } from '../../../core/agents/sessions/lookUp';
import type { KeptRun } from '../../../ports/keptRuns';
import type { Refs } from '../../../ports/refs';
import type { RunGuard } from '../../../ports/runGuard';
import type { KeptWatch } from '../../../ports/sharedGitDir';
import type { Worktrees } from '../../../ports/worktrees';
import { withMessages } from '../../../core/agents/prompt';
import { AgentStart, isLost, sessionKeyOf, type AgentEnd, type Told } from './agentStart';
import { finished, isFinished, letIn, type Visit } from './agentVisit';
import type { EnginePorts } from '../../ports';
import { RunLeft } from './runLeft';
import { isWindowClosing } from '../../storyRuns';
import { memoryOf, type EarlierWork, type Work } from '../work';

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

/** One run of an agent. `step` is what it is for, and what it is told, where it has not been told already. */
export interface AgentStep extends Told {
  readonly step: string;
}

/**
 * A run of an agent in the story's worktree: the one that an earlier process began, else a new one, warm where it can go on
 * with its conversation. A conversation that its program does not know any more is forgotten, and the agent started once more,
 * cold. How a run ended says nothing about what it achieved: git does. Throws `RunLeft` where it goes on without this window.
 */
export async function runAgent(ports: EnginePorts, work: Work, step: AgentStep): Promise<AgentEnd> {
  const { log } = ports;
  const { story, profile, signal } = work;
  if (isWindowClosing(signal)) throw new RunLeft();
  if (profile.transport === 'acp' && ports.talks !== undefined) {
    const { runTalking } = await import('./talkingRun');
    return runTalking(ports, work, step, { talks: ports.talks, earlier: takeEarlier(work, step.step) ?? [] });
  }
  let end = await runTold(ports, work, step);
  // Its turn is its run: what people wrote meanwhile goes with another one.
  const hasMessages = (): boolean => (ports.talks?.messages(story.key) ?? []).length > 0;
  while (isCutShort(end, signal) || (hasEndedWell(end) && hasMessages())) {
    log.info(`[agent:${story.number}:${profile.name}] goes on with what a person wrote`);
    end = await runTold(ports, work, step);
  }
  return end;
}

/** A person's message could not wait for the end of the run. */
function isCutShort({ outcome, over }: AgentEnd, signal: AbortSignal): boolean {
  return outcome.kind === 'stopped' && over === null && !signal.aborted;
}

function hasEndedWell({ outcome, report }: AgentEnd): boolean {
  return outcome.kind === 'exited' && outcome.code === 0 && report.limit === null;
}

async function runTold(ports: EnginePorts, work: Work, step: AgentStep): Promise<AgentEnd> {
  const { log, sessions } = ports;
  const { story, profile } = work;
  let end = await runOnce(ports, work, step, null);
  // Whoever was about to begin it died before that.
  if (end.outcome.kind === 'lost' && end.outcome.neverBegan) end = await runOnce(ports, work, step, null);
  if (!isLost(end)) return end;
  await sessions.prune(sessionKeyOf(work), 'its agent could not go on with it');
  log.warn(
    `[agent:${story.number}:${profile.name}] could not go on with its conversation, and is started once more, cold`,
  );
  return runOnce(ports, work, step, 'failed');
}

async function runOnce(ports: EnginePorts, work: Work, step: AgentStep, cold: ColdCause | null): Promise<AgentEnd> {
  const { git, newId } = ports;
  const { worktree } = work;
  const earlier = takeEarlier(work, step.step);
  const runId = earlier?.at(-1) ?? newId();
  const start =
    earlier === null ? await AgentStart.plan(ports, work, runId, cold) : await AgentStart.goOn(ports, work, runId);
  // Of a run that is attached to, whoever began it has noted it.
  const over = earlier === null ? await git.noteRun({ runId, folder: worktree }) : () => Promise.resolve();
  const visit = await letIn(ports, work, runId);
  const isOver = () => Promise.all([over(), visit?.pass.end()]);
  try {
    const run = await (earlier === null
      ? begin(ports, work, { start, step, visit })
      : attach(ports, work, earlier, start));
    const outcome = await outcomeOf(ports, work, run, start);
    // Whoever began it may have died before it took what was written to it.
    if (earlier !== null && !(outcome.kind === 'lost' && outcome.neverBegan))
      await ports.talks?.takeMessages(work.story.key, work.earlier?.memory.told ?? []);
    const end = await start.ended(outcome);
    await isOver();
    const isDone = await isFinished(ports, work, visit);
    return isDone ? { ...end, outcome: finished(end.outcome, end.over), over: null } : end;
  } catch (error) {
    if (error instanceof RunLeft) {
      await start.left();
      throw error;
    }
    await isOver();
    await start.failed();
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

async function attach(ports: EnginePorts, work: Work, runs: readonly string[], start: AgentStart): Promise<KeptRun> {
  const { kept, log } = ports;
  const { story, profile } = work;
  const [last = '', ...before] = [...runs].reverse();
  // What the runs before it said comes first, so that the output is whole.
  for (const id of before.reverse()) {
    const earlier = await AgentStart.goOn(ports, work, id);
    await (
      await kept.attach(id, (said) => earlier.hear(said))
    ).ended;
    await earlier.left();
  }
  log.info(`[agent:${story.number}:${profile.name}] attached to its run ${last}`);
  return kept.attach(last, (said) => start.hear(said));
}

interface Beginning {
  readonly start: AgentStart;
  readonly step: AgentStep;
  readonly visit: Visit | null;
}

async function begin(ports: EnginePorts, work: Work, { start, step, visit }: Beginning): Promise<KeptRun> {
  const { kept, folders, talks } = ports;
  const { story, profile, branch, worktree, env } = work;
  const { launch, sessionId } = start.beginning;
  const prompt = await step[launch.mode]();
  const messages = talks?.messages(story.key) ?? [];
  const texts = messages.map(({ text }) => text);
  const told = messages.map(({ at }) => at);
  work.transcript.note({ kind: 'told', text: prompt });
  for (const text of texts) work.transcript.note({ kind: 'person', text });
  const run = await startCoder({
    profile,
    story: { number: story.number, title: story.title, branch: shortRef(branch) },
    prompt: withMessages(prompt, texts),
    promptFolder: folders.prompts,
    worktree,
    runs: kept,
    runId: start.runId,
    launch,
    ...(sessionId !== null && { sessionId }),
    env: { ...env, ...visit?.pass.env },
    ...(visit !== null && { mcp: visit.pass.placeholders }),
    about: memoryOf(work, step.step, told),
    onOutput: (said) => start.hear(said),
  });
  // They are the agent's once its run is on record: a window that dies before that leaves them to the next one.
  await talks?.takeMessages(story.key, told);
  return run;
}

async function outcomeOf(
  ports: EnginePorts,
  { signal, story }: Work,
  run: KeptRun,
  start: AgentStart,
): Promise<RunOutcome> {
  const onAbort = (): void => (isWindowClosing(signal) ? run.leave() : run.stop());
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  start.attend(run);
  ports.talks?.duringTurn(story.key, () => run.stop());
  const end = await run.ended.finally(() => {
    signal.removeEventListener('abort', onAbort);
    ports.talks?.duringTurn(story.key, null);
  });
  if (end.kind === 'left') throw new RunLeft();
  await tidyUpAfter(ports.folders.prompts, run.id);
  return end.outcome;
}
