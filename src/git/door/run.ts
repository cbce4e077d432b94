import type { StatusResult } from 'simple-git';
import { FolderGoneError } from '../../base/errors';
import { systemClock } from '../../base/systemClock';
import type { Clock } from '../../ports/clock';
import type { GitCalls } from '../../ports/gitCalls';
import type { Log } from '../../ports/log';
import { directStarter } from '../../processes/directStarter';
import { isAtWork, STANDING_RUN, type Work } from '../../processes/atWork';
import { GIT_RUN } from '../../processes/platform';
import { outputOf } from '../../processes/outputOf';
import { processPlatform, systemReader, type ProcessPlatform } from '../../processes/platform';
import type { NotStarted, ProgramEnd, Started, Starter } from '../../processes/starter';
import { CallRecords } from '../../processes/callRecords';
import { CALL_LIMITS, CallWatch, type CallLimits } from './callWatch';
import { FIXED_CONFIG, gitEnvironment } from './environment';
import { GitError, GitMissingError } from './gitError';
import { RUN_VARIABLE } from '../../processes/processEntry';
import { assertOwnTree, treeRunId, type OwnTree } from '../trees/ownTree';
import { readStatus } from './readStatus';
import { assertOwnTreeVerb, assertVerb, onlyReads, type OwnTreeVerb, type Verb } from './verbs';

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings for this call, each `name=value`. */
  readonly config?: readonly string[];
  /** Exit codes that mean something to the caller; default: 0 alone. Any other becomes a GitError. */
  readonly expect?: readonly number[];
  /** When it has printed so much (bytes) the rest is dropped. */
  readonly most?: number;
  /** What a person can do when it fails. */
  readonly advice?: string;
  /** Ends the call with all that it has started; it rejects with the signal's reason then. */
  readonly signal?: AbortSignal | undefined;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  /** stdout as UTF-8. */
  readonly text: string;
  readonly stderr: string;
}

/** The one door to git: no shell, allow-listed commands, a fixed environment, exit codes by hand. */
export interface Git {
  run(verb: Verb, args: readonly string[], options: RunOptions): Promise<GitResult>;
  /** The only way to run what throws files away: inside a tree that is proven to be Switchyard's own. */
  runInOwnTree(
    tree: OwnTree,
    verb: OwnTreeVerb,
    args: readonly string[],
    options?: Omit<RunOptions, 'cwd' | 'env'>,
  ): Promise<GitResult>;
  /** A call that stays and is talked to. It is not watched by itself. */
  stand(
    verb: Extract<Verb, 'cat-file'>,
    args: readonly string[],
    options: Pick<RunOptions, 'cwd' | 'env'>,
  ): StandingCall;
  /** What `git status` says of a work tree, as simple-git reads it. */
  status(cwd: string, options: readonly string[]): Promise<StatusResult>;
  /** Whether a process that carries one of these run ids lives, or another git works in one of these folders. */
  isAtWork(work: Work): Promise<'yes' | 'no' | 'unknown'>;
  /** What is under way for too long. */
  readonly calls: GitCalls;
  /** What may have left a lock. */
  readonly records: CallRecords;
}

/** A git process that stays. */
export interface StandingCall {
  readonly started: Started;
  /** As long as an answer is due, the call is watched like any other; resolves to the program it was ended for. */
  readonly watch: (over: Promise<unknown>) => Promise<string | null>;
}

export interface GitOptions {
  /** Path of the git program. */
  readonly binary: string;
  readonly log: Log;
  /** How git is started; from this process, unless given. */
  readonly starter?: Starter;
  readonly clock?: Clock;
  readonly limits?: CallLimits;
}

export function createGit({
  binary,
  log,
  starter = directStarter,
  clock = systemClock,
  limits = CALL_LIMITS,
}: GitOptions): Git {
  let known: ProcessPlatform | null = null;
  const platform = (): ProcessPlatform => (known ??= processPlatform(process.platform, systemReader(starter)));
  const calls = new CallWatch({ log, clock, platform, limits });
  const records = new CallRecords();
  const run = async (verb: string, args: readonly string[], call: RunOptions): Promise<GitResult> => {
    call.signal?.throwIfAborted();
    const command = [...verb.split(' '), ...args];
    const started = performance.now();
    const ask = (): Promise<Ended> => start({ starter, binary, calls, records }, verb, args, call);
    const first = await ask();
    // Whoever starts git has died in the middle; what only reads can be asked again.
    const { code, stdout, stderr, endedFor, isStopped } =
      first.kind === 'lost' && onlyReads(verb) ? await ask() : first;
    const shown = `git ${command.join(' ')}`;
    // What was done before anybody ended it is done.
    if (isStopped || code !== 0) call.signal?.throwIfAborted();
    log.debug(`${shown} (in ${call.cwd}) exit ${code ?? 'none'}, ${Math.round(performance.now() - started)} ms`);
    if (code === null || endedFor !== null || !(call.expect ?? [0]).includes(code)) {
      const { cwd, advice } = call;
      const error = new GitError({ command: shown, cwd, exitCode: code, stderr, endedFor, advice });
      log.info(error.detail);
      throw error;
    }
    return { code, stdout, stderr, text: stdout.toString('utf8') };
  };
  return {
    async run(verb, args, call) {
      assertVerb(verb);
      return run(verb, args, call);
    },
    async runInOwnTree(tree, verb, args, call = {}) {
      assertOwnTreeVerb(verb);
      await assertOwnTree(tree);
      // Said outright, because a gate may have written core.worktree into the tree's own settings.
      const env = { GIT_DIR: tree.gitDir, GIT_WORK_TREE: tree.folder, [RUN_VARIABLE]: treeRunId(tree) };
      return run(verb, args, { ...call, cwd: tree.folder, env });
    },
    stand(verb, args, call) {
      const { started, runId } = launch(
        { starter, binary },
        verb,
        args,
        { ...call, input: null },
        `${STANDING_RUN}${newCallId()}`,
      );
      return { started, watch: (over) => calls.watch({ verb, cwd: call.cwd, runId, started }, over) };
    },
    status: (cwd, options) => readStatus({ starter, binary, calls, runId: newCallId() }, cwd, options),
    isAtWork: (work) => isAtWork(platform(), work),
    calls,
    records,
  };
}

interface Ended {
  /** `lost`: how it ended is not known. */
  readonly kind: ProgramEnd['kind'];
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The program that did not answer, for which it was ended. */
  readonly endedFor: string | null;
  /** It was ended while it ran, because nobody wanted it any more. */
  readonly isStopped: boolean;
}

interface Start {
  readonly starter: Starter;
  readonly binary: string;
  readonly calls: CallWatch;
  readonly records: CallRecords;
}

async function start(
  { calls, records, ...way }: Start,
  verb: string,
  args: readonly string[],
  call: RunOptions,
): Promise<Ended> {
  const runId = call.env?.[RUN_VARIABLE] ?? newCallId();
  const leavesLocks = !onlyReads(verb);
  if (leavesLocks) await records.begin({ runId, kind: 'call', folder: call.env?.['GIT_DIR'] ?? call.cwd });
  const { started } = launch(way, verb, args, call, runId);
  if (call.input !== undefined) started.stdin.end(call.input);
  const output = outputOf(started, call.most);
  let isStopped = false;
  const onStopped = (): void => void (isStopped = true);
  const { cwd, signal } = call;
  const endedFor = await calls.watch({ verb, cwd, runId, started, signal, onStopped }, output);
  const { end, stdout, stderr } = await output;
  const isKnown = end.kind === 'exited' || end.kind === 'notStarted';
  if (leavesLocks) await records.end(runId, isKnown ? 'byItself' : 'left');
  const rest = { stdout, stderr: stderr.toString('utf8'), endedFor, isStopped };
  switch (end.kind) {
    case 'exited':
      return { kind: end.kind, code: end.code, ...rest };
    case 'killed':
    case 'lost':
      return { kind: end.kind, code: null, ...rest };
    case 'notStarted':
      throw startFailure(way.binary, call.cwd, end);
    default:
      return end satisfies never;
  }
}

/** `input` null: it comes later. */
type Launch = Pick<RunOptions, 'cwd' | 'env' | 'config'> & { readonly input?: string | Buffer | null };

function launch(
  { starter, binary }: Pick<Start, 'starter' | 'binary'>,
  verb: string,
  args: readonly string[],
  call: Launch,
  /** Whatever git starts is found by it, also after git itself has ended. */
  runId: string,
): { started: Started; runId: string } {
  const settings = [...FIXED_CONFIG, ...(call.config ?? [])].flatMap((setting) => ['-c', setting]);
  const started = starter.start({
    program: binary,
    args: [...settings, ...verb.split(' '), ...args],
    cwd: call.cwd,
    env: gitEnvironment(process.env, { ...call.env, [RUN_VARIABLE]: runId }),
    stdin: call.input === undefined ? 'none' : 'pipe',
    group: 'shared',
  });
  return { started, runId };
}

let callsMade = 0;

/** As the id of a run: unique among all that can be alive. */
function newCallId(): string {
  callsMade += 1;
  return `${GIT_RUN}${process.pid}-${Math.trunc(performance.timeOrigin)}-${callsMade}`;
}

function startFailure(binary: string, cwd: string, { why, message }: NotStarted): Error {
  if (why === 'noFolder') return new FolderGoneError(cwd);
  return new GitMissingError(
    `git could not be started as ${binary}\n${message}\nInstall git, or name its path in the setting git.path.`,
  );
}
