import { runCoder } from '../agents/commandLine/runCoder';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import { shortRef } from '../core/story/names';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { describePlaceProblem } from '../core/story/workPlace';
import type { AgentPass } from '../ports/agentAccess';
import type { Refs } from '../ports/refs';
import type { RunGuard } from '../ports/runGuard';
import type { Worktrees } from '../ports/worktrees';
import type { EnginePorts } from './ports';
import type { Work } from './work';

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

/** One run of an agent in the story's worktree. How it ended says nothing about what it achieved: git does. */
export async function runAgent(ports: EnginePorts, work: Work, prompt: string): Promise<RunOutcome> {
  const { git, processes, folders, newId, onOutput } = ports;
  const { story, profile, branch, worktree, env, output, signal } = work;
  const runId = newId();
  noteStart(ports, work, runId);
  const ended = await git.noteRun({ runId, folder: worktree });
  const visit = await letIn(ports, work, runId);
  const { outcome } = await runCoder({
    profile,
    story: { number: story.number, title: story.title, branch: shortRef(branch) },
    prompt,
    promptFolder: folders.prompts,
    worktree,
    processes,
    runId,
    signal,
    env: { ...env, ...visit?.pass.env },
    ...(visit !== null && { mcp: visit.pass.placeholders }),
    onOutput: (text) => {
      output.write(text);
      onOutput(story, text);
    },
  })
    .finally(() => Promise.all([ended(), visit?.pass.end()]))
    .catch((error: unknown) => {
      noteEnd(ports, story, runId, 'notStarted');
      throw error;
    });
  noteEnd(ports, story, runId, outcome.kind);
  return (await isFinished(ports, work, visit?.finished() ?? null)) ? finished(outcome) : outcome;
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
    },
  });
  return pass === undefined ? null : { pass, finished: () => tip };
}

/** Whether it said so, and has added nothing since. */
async function isFinished({ git }: EnginePorts, { branch }: Work, saidAt: Oid | null): Promise<boolean> {
  return saidAt !== null && (await git.tip(branch)) === saidAt;
}

/** Who has said that the work is complete ended well, however its program did after that. */
function finished(outcome: RunOutcome): RunOutcome {
  return outcome.kind === 'stopped' || outcome.kind === 'notFound' ? outcome : { kind: 'exited', code: 0 };
}

function noteStart({ log, runs, clock }: EnginePorts, { story, profile }: Work, run: string): void {
  const why = 'a command line starts afresh';
  log.info(`[agent:${story.number}:${profile.name}] spawn mode=cold session_id=none (${why})`);
  const [at, model] = [new Date(clock.now()).toISOString(), profile.model ?? null];
  const { key, number } = story;
  runs.note({ kind: 'agentStarted', at, key, number, run, agent: profile.name, model, mode: 'cold', why });
}

function noteEnd({ runs, clock }: EnginePorts, { key, number }: StoryRecord, run: string, outcome: string): void {
  runs.note({ kind: 'agentEnded', at: new Date(clock.now()).toISOString(), key, number, run, outcome });
}
