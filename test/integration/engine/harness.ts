import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import type { Card } from '../../../src/core/board/card';
import type { MergeStatus } from '../../../src/core/landing/status';
import type { Permission } from '../../../src/core/pipeline/facts';
import type { PowerSource } from '../../../src/core/pipeline/runAhead';
import type { StageName } from '../../../src/core/story/stage';
import type { StoryRecord } from '../../../src/core/story/story';
import type { Engine } from '../../../src/engine/engine';
import type { EngineSettings } from '../../../src/engine/ports';
import type { Clock } from '../../../src/ports/clock';
import type { PersonRequest } from '../../../src/engine/stories/personCommands';
import { CALL_LIMITS, type CallLimits } from '../../../src/git/door/callWatch';
import { openSession, type OpenOutcome } from '../../../src/session/services';
import type { RemovalStep } from '../../../src/core/rescue/removal';
import type { Session } from '../../../src/session/session';
import { noteError } from '../../support/mocha/unexpectedErrors';
import { plainRemotes } from '../../support/plainRemotes';
import { projectRoot } from '../../support/projectRoot';
import { sharedStarter, spawnerBundle } from '../../support/sharedSpawner';
import { waitFor } from '../../support/waitFor';

/** A gate that always passes. */
export const GREEN = [{ name: 'test', command: ['sh', '-c', 'echo "# tests 1"'] }];

type Files = Readonly<Record<string, string | Buffer | null>>;

// What the person's own configuration says must not matter to a test.
process.env['GIT_CONFIG_GLOBAL'] = '/dev/null';
process.env['GIT_CONFIG_NOSYSTEM'] = '1';

interface WindowOptions {
  readonly settings?: Partial<EngineSettings>;
  readonly permission?: Permission;
  readonly clock?: Clock;
  /** The git program; default: the one on the path. */
  readonly gitBinary?: string;
  readonly gitLimits?: CallLimits;
  /** Folders that are open in this window. */
  readonly openFolders?: readonly string[];
  readonly power?: () => Promise<PowerSource>;
  readonly onRemovalStep?: (step: RemovalStep) => Promise<void>;
  /** The keeper's bundle; without it agents end with the window. */
  readonly keeper?: string;
  /** Where stories get their worktrees, given the main one. */
  readonly worktreesFolder?: (main: string) => string;
}

/** One window on a repository, without VS Code: the session that the host would open, on real git and real processes. */
export class TestWindow {
  readonly output: string[] = [];
  readonly warnings: string[] = [];
  readonly errors: string[] = [];
  permission: Permission;
  /** In place of `permission`, by what is asked for. */
  permissionOf: ((subject: string) => Permission) | null = null;
  readonly gitBinary: string;
  settings: EngineSettings;
  readonly #clock: Clock;
  readonly #gitLimits: CallLimits;
  readonly #openFolders: readonly string[];
  readonly #power: () => Promise<PowerSource>;
  readonly #keeper: string | null;
  readonly #worktreesFolder: (main: string) => string;
  readonly #onRemovalStep: (step: RemovalStep) => Promise<void>;
  #opened: OpenOutcome | null = null;

  constructor(
    private readonly place: { readonly path: string },
    {
      settings = {},
      permission = 'granted',
      clock = systemClock,
      gitBinary = 'git',
      gitLimits = CALL_LIMITS,
      openFolders = [],
      power = () => Promise.resolve('mains'),
      onRemovalStep = () => Promise.resolve(),
      keeper,
      worktreesFolder = (main) => `${main}.worktrees`,
    }: WindowOptions = {},
  ) {
    this.#clock = clock;
    this.gitBinary = gitBinary;
    this.#gitLimits = gitLimits;
    this.#openFolders = openFolders;
    this.#power = power;
    this.#onRemovalStep = onRemovalStep;
    this.#keeper = keeper ?? null;
    this.#worktreesFolder = worktreesFolder;
    this.permission = permission;
    const defaults = {
      target: '',
      gates: GREEN,
      agents: [],
      maxCoders: 2,
      strategy: 'merge',
      reviewPaths: null,
    } as const;
    this.settings = { ...defaults, ...settings };
  }

  async open(): Promise<OpenOutcome> {
    sharedStarter(); // from one window to the next
    return (this.#opened = await openSession({
      gitBinary: this.gitBinary,
      folder: this.place.path,
      wasmPath: path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm'),
      spawner: spawnerBundle(),
      agentServer: path.join(projectRoot, 'dist', 'mcp.js'),
      keeper: this.#keeper,
      gitLimits: this.#gitLimits,
      openFolders: () => this.#openFolders,
      power: this.#power,
      onRemovalStep: this.#onRemovalStep,
      clock: this.#clock,
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: (message) => this.warnings.push(message),
        error: (message) => {
          this.errors.push(message);
          noteError(message);
        },
      },
      settings: () => this.settings,
      worktreesFolder: this.#worktreesFolder,
      permission: (subject) => this.permissionOf?.(subject) ?? this.permission,
      onOutput: (_, text) => this.output.push(text),
      afterLanding: () => Promise.resolve(),
      remotes: plainRemotes(this.place.path),
      shareToken: () => Promise.resolve('secret'),
    }));
  }

  get session(): Session {
    if (this.#opened?.kind !== 'open') throw new Error('The window is not open.');
    return this.#opened.session;
  }

  get engine(): Engine {
    const engine = this.session.engine();
    if (engine === null)
      throw new Error(`This window does not lead: ${this.session.problem()?.message ?? 'another one does'}`);
    return engine;
  }

  async close(): Promise<void> {
    if (this.#opened?.kind === 'open') await this.#opened.session.dispose();
    this.#opened = null;
  }

  async newStory(title: string, body = ''): Promise<StoryRecord> {
    const outcome = await this.engine.createStory({ title, type: 'story', body });
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.story;
  }

  /** Does what a person asks for, and fails where it is refused. */
  async must(
    story: StoryRecord,
    event: PersonRequest['event'],
    rest: Partial<PersonRequest> = {},
  ): Promise<StoryRecord> {
    const outcome = await this.engine.perform(story.key, { event, ...rest });
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.story;
  }

  /** A story that is started and has these files committed in its worktree. */
  async codedStory(title: string, files: Files): Promise<StoryRecord> {
    const story = await this.newStory(title);
    const started = await this.must(story, 'Start');
    await this.commit(started, files);
    return started;
  }

  /** Commits files in a story's worktree, as who codes there does; null removes one. */
  async commit(story: StoryRecord, files: Files): Promise<void> {
    const worktree = await this.engine.worktreeOf(story.key);
    if (worktree === null) throw new Error(`#${story.number} has no worktree.`);
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(worktree, name);
      mkdirSync(path.dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else writeFileSync(file, text);
    }
    execFileSync('git', ['add', '-A'], { cwd: worktree });
    execFileSync('git', ['commit', '-qm', 'Work on it'], { cwd: worktree });
  }

  card(story: StoryRecord): Card | undefined {
    return this.session.model()?.cards.find((card) => card.key === story.key);
  }

  now(story: StoryRecord): StoryRecord {
    const found = this.engine.stories().find((one) => one.key === story.key);
    if (found === undefined) throw new Error('The story is gone.');
    return found;
  }

  /** What its landing says once it is over: the story is Done a moment before its job is. */
  async landingOf(story: StoryRecord): Promise<Extract<MergeStatus, { kind: 'done' }>> {
    const over = (): MergeStatus => this.engine.questions.mergeStatus(story.key);
    await waitFor('the landing to be over', () => over().kind === 'done', { seen: over });
    return over() as Extract<MergeStatus, { kind: 'done' }>;
  }

  async waitForStage<N extends StageName>(
    story: StoryRecord,
    stage: N,
  ): Promise<Extract<StoryRecord['stage'], { name: N }>> {
    await waitFor(`#${story.number} in ${stage}`, () => this.now(story).stage.name === stage, {
      seen: () => ({ stage: this.now(story).stage, errors: this.errors, warnings: this.warnings }),
    });
    return this.now(story).stage as Extract<StoryRecord['stage'], { name: N }>;
  }

  async waitForCard(story: StoryRecord, what: string, is: (card: Card) => boolean): Promise<Card> {
    const found = () => {
      const card = this.card(story);
      return card !== undefined && is(card) ? card : undefined;
    };
    return waitFor(what, found, { seen: () => this.card(story) });
  }
}
