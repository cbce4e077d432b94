import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pause } from '../../src/base/pause';
import { systemClock } from '../../src/base/systemClock';
import { exists } from '../../src/base/exists';
import { canResume } from '../../src/core/agents/agentCommand';
import { trialPrompt, type TrialTask } from '../../src/core/agents/agentTrial';
import type { RunReport } from '../../src/core/agents/output/runReport';
import type { TemporaryRepository } from '../support/temporaryRepository';
import { checkedRun, type CheckedRequest, type CheckedRun } from './checkedRun';
import { checkedTalk } from './checkedTalk';
import type { ScriptedModel } from './model/scriptedModel';

export const SCENARIOS = [
  'commits',
  'whole prompt',
  'usage',
  'told of tools',
  'resumes',
  'rate limit',
  'no login',
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** `said` is short, for a table; `isFault`: the preset does not do what it is there for. */
export interface Finding {
  readonly said: string;
  readonly isFault: boolean;
}

/** What all scenarios of one agent share. */
export type Bench = Pick<CheckedRequest, 'profile' | 'template' | 'processes' | 'env' | 'limitMs' | 'folder'> & {
  readonly repository: TemporaryRepository;
  readonly model: ScriptedModel;
  /** Told what was printed, for who wants to read it. */
  readonly keep: (scenario: Scenario, run: CheckedRun) => Promise<void>;
};

const yes = (said = 'yes'): Finding => ({ said, isFault: false });
const no = (said: string): Finding => ({ said, isFault: true });

function newTask(): TrialTask {
  const id = randomBytes(4).toString('hex');
  return { file: `switchyard-try-${id}.txt`, line: `tried ${id}` };
}

/** Each scenario with what came of it, as it comes. */
export async function* checkAgent(bench: Bench, wanted: readonly Scenario[]): AsyncGenerator<[Scenario, Finding]> {
  const worktree = path.join(bench.repository.folder, `story-${randomBytes(4).toString('hex')}`);
  await bench.repository.git('worktree', 'add', '--quiet', '-b', path.basename(worktree), worktree);
  const wants = (scenario: Scenario): boolean => wanted.includes(scenario);
  const sessionId = crypto.randomUUID();
  const task = newTask();
  const first = await runOn(bench, { worktree, sessionId, task, mode: 'cold' });
  await bench.keep('commits', first);
  if (first.report.needsLogin) {
    yield ['commits', yes('asks for a login, whatever its settings say')];
    return;
  }
  if (wants('commits')) yield ['commits', await commits(bench, worktree, task, first)];
  if (wants('whole prompt')) yield ['whole prompt', wholePrompt(bench, task)];
  if (wants('usage')) yield ['usage', usage(first.report)];
  if (wants('told of tools')) yield ['told of tools', await toldOfTools(bench)];
  if (wants('resumes')) yield ['resumes', await resumes(bench, { worktree, sessionId, task }, first)];
  if (wants('rate limit')) yield ['rate limit', await limited(bench, worktree)];
  if (wants('no login')) yield ['no login', await noLogin(bench, worktree)];
}

interface Place {
  readonly worktree: string;
  readonly sessionId: string;
  readonly task: TrialTask;
}

async function runOn(
  bench: Bench,
  {
    worktree,
    sessionId,
    task,
    mode,
    until,
    limitMs = bench.limitMs,
  }: Place & Pick<CheckedRequest, 'mode' | 'until'> & { readonly limitMs?: number },
): Promise<CheckedRun> {
  bench.model.requests.length = 0;
  const prompt = trialPrompt(task);
  const start = bench.profile.transport === 'acp' ? checkedTalk : checkedRun;
  return start({ ...bench, worktree, prompt, mode, sessionId, limitMs, ...(until && { until }) });
}

async function commits(bench: Bench, worktree: string, task: TrialTask, run: CheckedRun): Promise<Finding> {
  const text = await readFile(path.join(worktree, task.file), 'utf8').catch(() => null);
  const log = await bench.repository.gitIn(worktree, 'log', '-1', '--format=%s %ae', '--', task.file).catch(() => '');
  if (text?.trim() !== task.line) return no(`wrote nothing (${endOf(run)})`);
  if (!log.startsWith('Try the agent')) return no('did not commit');
  return log.endsWith('sam@example.com') ? yes() : no(`as ${log.split(' ').at(-1) ?? ''}`);
}

function endOf({ outcome, report }: CheckedRun): string {
  const how = outcome.kind === 'exited' ? `exit ${outcome.code}` : outcome.kind;
  return report.error === null ? how : `${how}: ${report.error.slice(0, 60).replaceAll('\n', ' ')}`;
}

function wholePrompt({ model }: Bench, task: TrialTask): Finding {
  const lines = trialPrompt(task)
    .split('\n')
    .filter((line) => line !== '');
  const seen = model.requests.find(({ text }) => text.includes(task.line))?.text;
  if (seen === undefined) return no('no prompt came');
  const lost = lines.filter((line) => !seen.includes(JSON.stringify(line).slice(1, -1)));
  return lost.length === 0 ? yes() : no(`lacks ${lost.length} of ${lines.length} lines`);
}

function usage({ tokens, turns, costUsd }: RunReport): Finding {
  if (tokens === null) return yes('unknown');
  const more = [...(turns === null ? [] : [`${turns} turns`]), ...(costUsd === null ? [] : ['cost'])];
  const count = tokens.output === 0 ? tokens.input : `${tokens.input}+${tokens.output}`;
  return yes([`${count} tokens`, ...more].join(', '));
}

/** Some offer a tool to their model only once it looks for one; the server itself knows who has asked it for its tools. */
async function toldOfTools({ folder, profile, template }: Bench): Promise<Finding> {
  const ways = [...template, ...Object.values(profile.env)];
  const isTold =
    profile.transport === 'acp' || ways.some((part) => /\{(?:mcpConfig|opencodeConfig|codexMcp)\}/.test(part));
  if (!isTold) return yes('cannot');
  return (await exists(path.join(folder, 'tools-asked'))) ? yes() : no('asked for no tool');
}

async function resumes(bench: Bench, place: Place, first: CheckedRun): Promise<Finding> {
  if (bench.profile.transport !== 'acp' && !canResume(bench.profile, bench.template)) return yes('cannot');
  const sessionId = first.report.session?.id ?? place.sessionId;
  const task = newTask();
  // Over ACP it loses a conversation that is loaded in the minute in which it began; Switchyard waits as well.
  const { name, transport } = bench.profile;
  if (transport === 'acp' && name === 'gemini') await pause(systemClock, 61_000 - (systemClock.now() % 60_000));
  const run = await runOn(bench, { ...place, sessionId, task, mode: 'warm' });
  await bench.keep('resumes', run);
  const isWarm = bench.model.requests.some(({ text }) => text.includes(place.task.line) && text.includes(task.line));
  if (!isWarm) return no(`cold (${endOf(run)})`);
  const text = await readFile(path.join(place.worktree, task.file), 'utf8').catch(() => '');
  return text.trim() === task.line ? yes() : no('did nothing more');
}

/** How long (ms) an agent is looked at that tries again by itself. */
const PATIENCE_MS = 45_000;

/** An agent may try again by itself for as long as it likes. */
async function limited(bench: Bench, worktree: string): Promise<Finding> {
  bench.model.mode = 'limited';
  const until = ({ limit, backOffUntil }: RunReport): boolean => limit !== null || backOffUntil !== null;
  const run = await runOn(bench, {
    worktree,
    sessionId: crypto.randomUUID(),
    task: newTask(),
    mode: 'cold',
    until,
    limitMs: PATIENCE_MS,
  });
  bench.model.mode = 'works';
  await bench.keep('rate limit', run);
  const { limit, backOffUntil } = run.report;
  if (limit !== null) return yes(limit.until === null ? 'said' : 'said, and until when');
  if (backOffUntil !== null) return yes('waits, and says so');
  // Nothing that it prints could be read; the clocks of its run end it.
  return run.outcome.kind === 'timedOut' ? yes('waits without a word') : no(`not said (${endOf(run)})`);
}

/** Where it does not say so in its structure, a person reads it in its words. */
async function noLogin(bench: Bench, worktree: string): Promise<Finding> {
  bench.model.mode = 'unknownPerson';
  const until = ({ needsLogin }: RunReport): boolean => needsLogin;
  const run = await runOn(bench, {
    worktree,
    sessionId: crypto.randomUUID(),
    task: newTask(),
    mode: 'cold',
    until,
    limitMs: PATIENCE_MS,
  });
  bench.model.mode = 'works';
  await bench.keep('no login', run);
  return yes(run.report.needsLogin ? 'said' : `only in words (${endOf(run)})`);
}
