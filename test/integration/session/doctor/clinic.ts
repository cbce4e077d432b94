import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FINDING_IDS, type FindingId } from '../../../../src/core/doctor/examine';
import type { RepositoryFacts } from '../../../../src/core/doctor/facts';
import type { DoctorReport, ShownFinding } from '../../../../src/core/doctor/report';
import { storyBranches, storyFolder } from '../../../../src/core/story/names';
import type { Stage } from '../../../../src/core/story/stage';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { EngineSettings } from '../../../../src/engine/ports';
import { createGitPort } from '../../../../src/git/gitPort';
import { processPlatform, type ProcessPlatform } from '../../../../src/processes/platform';
import { createDoctor, type Doctor } from '../../../../src/session/doctor/doctor';
import { machineProbes } from '../../../../src/session/doctor/lookAtMachine';
import { remakeWorktree } from '../../../../src/session/doctor/open';
import type { OpenedParts, Probes } from '../../../../src/session/doctor/parts';
import type { OpenStore } from '../../../../src/store/openStore';
import { sharedStarter } from '../../../support/sharedSpawner';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { STAGES } from '../../../support/storyFixtures';
import { entryOf, KeptLog, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn } from '../../store/fixtures';
import { GREEN } from '../../engine/harness';

/** What a damage is, and what Doctor has to say of it. */
export interface Damage {
  readonly id: FindingId;
  /** Found in what it says. */
  readonly says: RegExp;
  readonly make: () => unknown;
  /** Takes the damage away where there is no repair. */
  readonly undo?: () => unknown;
  /** Name of the repair where there is one. */
  readonly repair?: string;
  /** Files that differ from before the damage after the repair, as they do by the nature of it. */
  readonly differs?: RegExp;
  /** Findings that take its place after the repair, by the nature of it. */
  readonly leaves?: readonly FindingId[];
}

/** What keeps these from being read is said by who read them. */
const IN_WORDS_OF_OTHERS: readonly FindingId[] = [
  'configuration.invalid',
  'configuration.unknownKey',
  'configuration.agentsInvalid',
  'sessions.notWorking',
];

/** A repository, its store and a doctor, without an engine that would mend anything by itself. */
export class Clinic {
  readonly log = new KeptLog();
  settings: EngineSettings = {
    target: '',
    gates: GREEN,
    agents: [],
    maxCoders: 2,
    strategy: 'merge',
    reviewPaths: null,
  };
  environment: Record<string, string | undefined> = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  probes: Probes = { ...machineProbes, freeBytes: () => Promise.resolve(50e9) };
  platform: ProcessPlatform = processPlatform(process.platform);
  stateOfRepository: RepositoryFacts = { kind: 'ready' };
  liveRuns: string[] = [];
  home: string;
  now = (): number => Date.now();
  store: OpenStore | null = null;
  readonly git;
  readonly doctor: Doctor;

  private constructor(readonly repository: TemporaryRepository) {
    this.home = `${repository.path}.worktrees`;
    const clock = { now: () => this.now(), after: () => ({ dispose: () => undefined }) };
    this.git = createGitPort({
      folder: repository.path,
      binary: gitBinary,
      log: this.log,
      clock,
      starter: sharedStarter(),
    });
    this.doctor = createDoctor(() =>
      Promise.resolve({
        folder: repository.path,
        git: this.git,
        repository: this.stateOfRepository,
        place: { commonDir: this.commonDir, main: repository.path, home: this.home },
        settings: () => this.settings,
        permission: () => 'granted' as const,
        clock,
        log: this.log,
        platform: this.platform,
        environment: this.environment,
        opened: this.#opened(),
        probes: this.probes,
      }),
    );
  }

  static async open(): Promise<Clinic> {
    const repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n', '.gitattributes': '* text=auto\n' }, 'Begin');
    const clinic = new Clinic(repository);
    await clinic.openStore();
    return clinic;
  }

  get commonDir(): string {
    return path.join(this.repository.path, '.git');
  }
  get root(): string {
    return path.join(this.commonDir, 'switchyard');
  }

  async openStore(): Promise<void> {
    this.store = await openStoreIn(this.root);
    await this.store.shadow.writeAnew();
  }

  async closeStore(): Promise<void> {
    await this.store?.close();
    this.store = null;
  }

  /** Remembers the store as it is now, for `restoreStore`. */
  async keepStore(): Promise<void> {
    await this.closeStore();
    await cp(this.root, this.#kept, { recursive: true, preserveTimestamps: true });
    await this.openStore();
  }

  async restoreStore(): Promise<void> {
    await this.closeStore();
    await rm(this.root, { recursive: true });
    await cp(this.#kept, this.root, { recursive: true, preserveTimestamps: true });
    await this.openStore();
  }

  get #kept(): string {
    return path.join(this.repository.folder, 'kept-store');
  }

  async close(): Promise<void> {
    await this.closeStore();
    this.git.dispose();
    await this.repository.dispose();
  }

  /** A story as it stands in the store; `branch` as it would be named, unless given. */
  async story(number: number, stage: Stage = STAGES.Backlog, change: Partial<StoryRecord> = {}): Promise<StoryRecord> {
    const [branch = ''] = storyBranches(number, `Story ${number}`);
    const record = storyNumber(number, { stage, branch: stage.name === 'Backlog' ? null : branch, ...change });
    const outcome = await this.opened.stories.create(record, `Text of ${number}`, entryOf(record.key, { number }));
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    await this.opened.shadow.writeAnew();
    return record;
  }

  /** Makes branch and worktree of a story, as starting it does. */
  async worktree({ number, title, branch }: StoryRecord): Promise<string> {
    if (branch === null) throw new Error(`#${number} has no branch.`);
    const tip = await this.repository.git('rev-parse', 'main');
    const folder = path.join(this.home, storyFolder(number, title));
    const made = await this.git.addStoryWorktree({ branch, folder, start: tip });
    assert.equal(made.kind, 'ready');
    return folder;
  }

  get opened(): OpenStore {
    if (this.store === null) throw new Error('The store is not open.');
    return this.store;
  }

  file(...parts: string[]): string {
    return path.join(this.commonDir, ...parts);
  }

  async write(file: string, text: string | Buffer): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  examine(notWorking: string | null = null): Promise<DoctorReport> {
    return this.doctor.examine(notWorking);
  }

  async ids(): Promise<string[]> {
    const { findings, notLooked } = await this.examine();
    assert.deepEqual(notLooked, []);
    return findings.map(({ id }) => id);
  }

  /** Damages, looks twice, repairs or takes it back, and looks whether all is as it was. */
  async shows(damage: Damage): Promise<void> {
    assert.ok(FINDING_IDS.includes(damage.id));
    assert.deepEqual(await this.ids(), [], 'before the damage');
    try {
      await this.#damages(damage);
    } finally {
      await damage.undo?.();
    }
    assert.deepEqual(await this.ids(), [], 'at the end');
  }

  async #damages({ id, says, make, repair, differs, leaves = [] }: Damage): Promise<void> {
    const healthy = await this.snapshot();
    await make();
    const damaged = await this.snapshot();
    const finding = this.#only(await this.examine(), id);
    assert.match(finding.what, says);
    assert.deepEqual(await this.snapshot(), damaged, 'looking changed something');
    assert.equal(this.#only(await this.examine(), id).key, finding.key);
    assert.equal(finding.repair?.label, repair);
    if (repair === undefined) return;
    const outcome = await this.doctor.repair(finding.key);
    assert.equal(outcome.kind, 'repaired', outcome.message);
    assert.deepEqual(await this.ids(), leaves, 'after the repair');
    assert.deepEqual(changed(healthy, await this.snapshot(), differs), []);
    assert.equal((await this.doctor.repair(finding.key)).kind, 'refused');
  }

  #only({ findings, notLooked }: DoctorReport, id: FindingId): ShownFinding {
    assert.deepEqual(notLooked, []);
    assert.deepEqual(findings.map((one) => one.id), [id]); // prettier-ignore
    const [finding] = findings;
    assert.ok(finding !== undefined);
    for (const text of [finding.title, finding.what, finding.why, finding.advice]) assert.match(text, /\S/);
    assert.equal(finding.said !== undefined, !IN_WORDS_OF_OTHERS.includes(id), 'it can be said in another language');
    return finding;
  }

  /** Every file of repository, store and worktrees by a digest; without objects, reflogs and git's own index. */
  async snapshot(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const entry of await readdir(this.repository.folder, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(this.repository.folder, file);
      if (/\.git\/(?:objects|logs)\/|\/(?:index|ORIG_HEAD)$|^kept-store/.test(name)) continue;
      if (entry.isSymbolicLink()) found[name] = await readlink(file);
      else if (entry.isFile()) found[name] = createHash('sha256').update(await readFile(file)).digest('hex'); // prettier-ignore
    }
    return found;
  }

  #opened(): OpenedParts | null {
    const { store } = this;
    if (store === null) return null;
    return {
      ...store,
      liveRuns: () => this.liveRuns,
      remakeWorktree: (key) => remakeWorktree({ git: this.git, stories: store.stories, worktrees: this.home }, key),
    };
  }
}

function changed(before: Record<string, string>, after: Record<string, string>, but?: RegExp): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => before[name] !== after[name] && but?.test(name) !== true);
}
