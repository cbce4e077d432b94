import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MERGE_STEPS } from '../../../src/core/landing/job';
import { startScript } from '../../support/childProcess';
import { ENGINE_BUNDLE } from '../../support/engineBundle';
import { projectRoot } from '../../support/projectRoot';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { Random } from '../random';
import { killWith, outlived, SCENE, WITH } from './marked';
import { NOTES, Person } from './person';
import { planScene, SHARED, type Plan } from './plan';
import type { Said, WindowTask } from './windowScript';

/** How a window dies, at a random moment or around a record of the merge journal. */
const DEATHS = [...WITH, 'atRecord', 'atRecord', 'atRecord'] as const;

/** Stories at the beginning; each window adds one, so that something is in flight always. */
const STORIES = 3;

/** How long (ms) a window may take to come to the record at which it dies. */
const RECORD_MS = 6000;

/** What a gate saw. */
export interface GateSight {
  readonly gate: string;
  readonly tree: string;
  readonly changes: string;
  readonly passed: boolean;
}

/** A scene when it is over: what was acknowledged, what the gates saw, and how the last window left it. */
export interface Outcome {
  readonly plan: Plan;
  readonly repository: TemporaryRepository;
  readonly person: Person;
  /** Title by key of every creation that was acknowledged. */
  readonly created: ReadonlyMap<string, string>;
  readonly gates: readonly GateSight[];
  readonly kills: number;
  readonly last: Said | null;
  /** Processes of it that are there still. */
  readonly left: readonly string[];
}

/** Several stories in flight, an agent, a person at the keyboard, and windows that are killed one after another. */
export class Scene {
  readonly #random: Random;
  readonly #plan: Plan;
  readonly #created = new Map<string, string>();
  readonly #mark: string;
  #last: Said | null = null;

  private constructor(
    seed: number,
    private readonly repository: TemporaryRepository,
    kills: number,
    private readonly script: string,
  ) {
    this.#random = new Random(seed);
    this.#plan = planScene(this.#random, { seed, count: STORIES + kills });
    this.#mark = `${process.pid}-${seed}`;
  }

  static async play(seed: number, kills: number, script: string): Promise<Outcome> {
    const repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ [SHARED]: 'one\n', [NOTES]: 'one\n', 'a/b.txt': 'one\n' }, 'Begin');
    return new Scene(seed, repository, kills, script).#play(kills);
  }

  async #play(kills: number): Promise<Outcome> {
    const person = new Person(this.repository, this.#random);
    for (let kill = 0; kill < kills; kill += 1) await this.#killOne(person, STORIES + kill);
    await person.tidy();
    const window = this.#open('toRest', this.#plan.stories.length, null);
    await ended(window);
    const left = await outlived(this.#mark);
    return {
      plan: this.#plan,
      repository: this.repository,
      person,
      created: this.#created,
      gates: this.#gateSights(),
      kills,
      last: this.#last,
      left,
    };
  }

  async #killOne(person: Person, stories: number): Promise<void> {
    const death = this.#random.pick(DEATHS);
    const window = this.#open('works', stories, death === 'atRecord' ? this.#record() : null);
    const over = ended(window);
    // From the middle of its start to where everything is at work.
    const lives = this.#random.below(4) === 0 ? this.#random.below(300) : 200 + this.#random.below(700);
    const dies = death === 'atRecord' ? RECORD_MS : lives;
    const acts = (async () => {
      for (let deed = this.#random.below(3); deed > 0; deed -= 1) {
        await Promise.race([pause(this.#random.below(Math.max(1, dies))), over]);
        await person.act();
      }
    })();
    await Promise.race([pause(dies), over]);
    // Around a record it kills itself; one that never came there is killed alone.
    if (death === 'atRecord' || death === 'alone') window.kill('SIGKILL');
    else if (window.pid !== undefined) killWith(death, window.pid, this.#mark);
    await over;
    await acts;
  }

  #record(): WindowTask['killAt'] {
    const moment = this.#random.pick(['before', 'after'] as const);
    return { step: this.#random.pick([...MERGE_STEPS, 'stopped']), moment, with: this.#random.pick(WITH) };
  }

  #open(does: WindowTask['does'], stories: number, killAt: WindowTask['killAt']): ChildProcess {
    const gate = path.join(__dirname, 'tortureGate.sh');
    const task: WindowTask = {
      repository: this.repository.path,
      ...ENGINE_BUNDLE,
      plan: this.#plan,
      gates: this.#plan.gates.map(({ name, paths }) => ({
        name,
        command: ['sh', gate, this.#gateLog, String(this.#plan.gateMs / 1000), name, ...paths],
        ...(paths.length > 0 && { paths: [...paths] }),
      })),
      agent: [process.execPath, path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs'), '{promptFile}'],
      seed: this.#random.below(2 ** 31),
      does,
      stories,
      killAt,
    };
    const window = startScript(this.script, [JSON.stringify(task)], { env: { [SCENE]: this.#mark }, detached: true });
    window.on('message', (said: Said) => {
      if (said.said === 'created') this.#created.set(said.key, said.title);
      this.#last = said;
    });
    return window;
  }

  get #gateLog(): string {
    return path.join(this.repository.folder, 'gates.log');
  }

  #gateSights(): GateSight[] {
    if (!existsSync(this.#gateLog)) return [];
    const lines = readFileSync(this.#gateLog, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as GateSight);
  }
}

function ended(window: ChildProcess): Promise<void> {
  return new Promise((resolve) => window.once('close', () => resolve()));
}
