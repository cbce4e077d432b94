import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  otherSignatures,
  trialPrompt,
  type AgentTrial,
  type CommitSignature,
  type TrialOutcome,
  type TrialPlan,
  type TrialTask,
  type TrialWork,
} from '../../../core/agents/agentTrial';
import { approvalText } from '../../../core/agents/approval';
import { readAgentProfiles, type AgentProfile } from '../../../core/agents/profile';
import { describeSharedChange, isWorthTelling, type SharedChange } from '../../../core/gates/sharedChange';
import { shortRef } from '../../../core/story/names';
import type { Oid } from '../../../core/story/stage';
import type { TrialLook } from '../../../ports/trials';
import { identityVariables } from '../run/agentRun';
import { lookAtTarget } from '../../look';
import { putTrialBack } from './putTrialBack';
import { runTrial, type TrialRun, type TryPorts } from './runTrial';
import { refuse, say } from '../../../core/words/said';

/** How long (ms) a try may take: agents were seen to say nothing for half a minute, and some try again for long. */
const TRY_MS = 5 * 60_000;

/** Where a try is made. */
interface Ground {
  readonly folder: string;
  /** Full name. */
  readonly branch: string;
  readonly commit: Oid;
}

/**
 * Tries an agent in a worktree that is thrown away: whether it answers and commits, and as whom. One at a time, bounded in
 * time, and nothing of it stays: no worktree, no branch, no other ref, no stash entry, no setting.
 */
export class AgentTry {
  #running: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ports: TryPorts,
    private readonly limitMs = TRY_MS,
  ) {}

  /** What a person approves before it; nothing is run by this. */
  plan(agent: unknown): TrialPlan {
    const read = readAgentProfiles([agent]);
    if (read.kind === 'invalid') return refuse(read.problems.join(' '));
    const text = approvalText({ gates: [], agents: read.profiles });
    return { kind: 'ready', text, subject: `${this.ports.folders.mainWorktree}\ntry ${text}` };
  }

  /** Resolves once every process of the agent has ended and all is as it was before. */
  async perform(agent: unknown): Promise<TrialOutcome> {
    const plan = this.plan(agent);
    if (plan.kind === 'refused') return plan;
    if (this.ports.permission(plan.subject) !== 'granted') return { kind: 'unapproved' };
    if (this.#running !== null) return refuse(say('Another agent is being tried. Wait for its end, or cancel it.'));
    const running = (this.#running = new AbortController());
    const trying = this.#perform(agent, running.signal).finally(() => (this.#running = null));
    this.#ended = trying.catch(() => undefined);
    return trying;
  }

  /** Ends the agent that is being tried, if one is; what came of it so far is told to whoever asked for the try. */
  cancel(): void {
    this.#running?.abort();
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#ended;
  }

  async #perform(agent: unknown, signal: AbortSignal): Promise<TrialOutcome> {
    const { git, settings, log } = this.ports;
    const [profile] = readProfiles(agent);
    if (profile === undefined) return refuse(say('There is no agent to try.'));
    const target = await lookAtTarget(git, settings().target);
    if (target.kind === 'missing') return refuse(target);
    const person = await git.identity();
    if (person.kind === 'missing') {
      const set = 'git config --global user.name "Your Name" and git config --global user.email "you@example.com"';
      return refuse(say('Git does not know who you are, so no agent can commit. Run: {0}', set));
    }
    log.info(`[try] ${profile.name} is tried in a throw-away worktree`);
    const { name, email } = person;
    const trial = await this.#try(profile, { name, email }, target.tip, signal);
    log.info(`[try] ${profile.name}: ${trial.work.kind}, ${trial.end.kind}`);
    return { kind: 'tried', trial };
  }

  async #try(profile: AgentProfile, person: CommitSignature, commit: Oid, signal: AbortSignal): Promise<AgentTrial> {
    const { git, folders, newId } = this.ports;
    const id = newId();
    const ground = {
      folder: join(folders.worktrees(), `agents-try-${id}`),
      branch: `refs/heads/switchyard-try/${id}`,
      commit,
    };
    const task = { file: `switchyard-try-${id}.txt`, line: `tried ${id}` };
    const refsBefore = new Set((await git.allRefs()).keys());
    await git.removeTrials();
    try {
      await git.makeTrial(ground);
      const { run, changes } = await this.#watched(profile, ground, task, { id, signal });
      const look = await git.lookAtTrial(ground);
      const file = await fileOf(ground, task);
      // First the worktree: a branch that it is on cannot be removed.
      const left = [...(await git.removeTrials()), ...(await putTrialBack(git, changes, refsBefore))];
      const elsewhere = changes.filter(isWorthTelling).map(describeSharedChange);
      return { agent: profile.name, ...run, file, work: workOf(look, ground, person), person, elsewhere, left };
    } finally {
      await git.removeTrials();
    }
  }

  async #watched(
    profile: AgentProfile,
    { folder, branch }: Ground,
    task: TrialTask,
    { id, signal }: { readonly id: string; readonly signal: AbortSignal },
  ): Promise<{ run: TrialRun; changes: readonly SharedChange[] }> {
    const { git } = this.ports;
    const identity = await identityVariables(git);
    const watch = await git.watchShared({ id, folder, mayMove: [branch], target: null });
    const run = await runTrial(this.ports, {
      profile,
      worktree: folder,
      branch: shortRef(branch),
      prompt: trialPrompt(task),
      runId: id,
      env: { ...identity, ...watch.env },
      limitMs: this.limitMs,
      signal,
    });
    return { run, changes: await watch.end() };
  }
}

function readProfiles(agent: unknown): readonly AgentProfile[] {
  const read = readAgentProfiles([agent]);
  return read.kind === 'ok' ? read.profiles : [];
}

async function fileOf({ folder }: Ground, { file, line }: TrialTask): Promise<AgentTrial['file']> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => null);
  if (text === null) return 'missing';
  return text.trim() === line ? 'asTold' : 'other';
}

function workOf(
  { tip, head, branch, signatures, uncommitted }: TrialLook,
  ground: Ground,
  person: CommitSignature,
): TrialWork {
  if (tip !== null && tip !== ground.commit) return { kind: 'committed', as: otherSignatures(person, signatures) };
  if (head !== null && head !== ground.commit && branch !== ground.branch)
    return { kind: 'elsewhere', branch: branch === null ? null : shortRef(branch) };
  return uncommitted.length > 0 ? { kind: 'uncommitted', files: uncommitted } : { kind: 'nothing' };
}
