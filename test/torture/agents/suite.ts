import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundleScript, startScript } from '../../support/childProcess';
import { ENGINE_BUNDLE } from '../../support/engineBundle';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { outlived, SCENE } from '../merge/marked';
import { Random } from '../random';
import type { AgentsSaid, AgentsTask } from './agentsWindow';

const STORIES = 3;
/** Longest time (ms) that a window lives once it is started, or once all agents are at work in it. */
const LIVES_MS = 600;

export interface AgentTorture {
  readonly kills: number;
  /** What does not hold. */
  readonly failures: readonly string[];
}

/**
 * Kills windows with SIGKILL, alone or with their group, while three agents work; then lets the agents finish and the last
 * window land what they did.
 */
export async function tortureAgents(size: {
  readonly kills: number;
  readonly seed: number;
  readonly transport: AgentsTask['transport'];
}): Promise<AgentTorture> {
  const folder = new TemporaryFolder();
  const repository = await TemporaryRepository.create({ branch: 'main' });
  try {
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const torture = new Torture(folder, repository, size);
    for (let kill = 0; kill < size.kills; kill += 1) await torture.killOne();
    return { kills: size.kills, failures: await torture.end() };
  } finally {
    await repository.dispose();
    folder.remove();
  }
}

class Torture {
  readonly #random: Random;
  readonly #script: string;
  readonly #record: string;
  readonly #release: string;
  readonly #mark: string;

  constructor(
    folder: TemporaryFolder,
    private readonly repository: TemporaryRepository,
    private readonly size: { readonly seed: number; readonly transport: AgentsTask['transport'] },
  ) {
    const { seed, transport } = size;
    this.#random = new Random(seed);
    [this.#record, this.#release] = [folder.at('record'), folder.at('release')];
    this.#mark = `agents-${process.pid}-${transport}-${seed}`;
    this.#script = bundleScript('torture/agents/agentsWindow', folder.path);
  }

  /** In the middle of its start, or where it has all agents at work. */
  async killOne(): Promise<void> {
    const window = this.#open('works');
    const over = new Promise<void>((resolve) => void window.once('close', () => resolve()));
    if (this.#random.below(2) === 0) await Promise.race([over, this.#atWork(window)]);
    await Promise.race([over, pause(this.#random.below(LIVES_MS))]);
    const withGroup = this.#random.below(2) === 0 && process.platform !== 'win32';
    if (window.pid !== undefined && window.exitCode === null)
      process.kill(withGroup ? -window.pid : window.pid, 'SIGKILL');
    await over;
  }

  async end(): Promise<string[]> {
    const window = this.#open('toRest');
    const last: { said: AgentsSaid | null } = { said: null };
    window.on('message', (said: AgentsSaid) => (last.said = said));
    const over = new Promise<void>((resolve) => void window.once('close', () => resolve()));
    await Promise.race([over, this.#atWork(window)]);
    writeFileSync(this.#release, '');
    await over;
    const left = (await outlived(this.#mark)).map((one) => `process ${one} outlived the last window`);
    if (last.said?.said !== 'rest')
      return [`the last window did not come to rest: ${JSON.stringify(last.said)}`, ...left];
    // A window that is killed while it makes a story leaves its number used: they need not be 1, 2 and 3.
    const numbers = last.said.stories.map(({ number }) => number);
    const lost = numbers.length === STORIES ? [] : [`there are ${numbers.length} stories`];
    const landings = await this.#landingFaults(numbers);
    return [...lost, ...this.#runFaults(numbers), ...outputFaults(last.said.outputs), ...landings, ...left];
  }

  #atWork(window: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      window.on('message', (said: AgentsSaid) => {
        if (said.said !== 'broken') resolve();
      });
    });
  }

  /** Each agent began once and ended once, and there was no other. */
  #runFaults(numbers: readonly number[]): string[] {
    const lines = existsSync(this.#record) ? readFileSync(this.#record, 'utf8').trim().split('\n') : [];
    const notes = lines.map((line) => JSON.parse(line) as { what: string; story: number });
    return [...new Set([...numbers, ...notes.map(({ story }) => story)])].flatMap((story) => {
      const what = notes.filter((one) => one.story === story).map((one) => one.what).join(' '); // prettier-ignore
      return what === 'begins ends' && numbers.includes(story) ? [] : [`the agent of story ${story}: ${what}`];
    });
  }

  async #landingFaults(numbers: readonly number[]): Promise<string[]> {
    const subjects = await this.repository.git('log', '--format=%s', 'main');
    return numbers.flatMap((story) => {
      const count = subjects.split('\n').filter((one) => one === `Work on #${story}`).length;
      return count === 1 ? [] : [`the work on story ${story} is on the target ${count} times`];
    });
  }

  #open(does: AgentsTask['does']): ChildProcess {
    const { transport } = this.size;
    const task: AgentsTask = {
      repository: this.repository.path,
      ...ENGINE_BUNDLE,
      agent: [process.execPath, path.join(__dirname, 'tortureAgent.mjs'), this.#record, this.#release, transport],
      transport,
      stories: STORIES,
      does,
    };
    return startScript(this.#script, [JSON.stringify(task)], { env: { [SCENE]: this.#mark }, detached: true });
  }
}

/** Every line is there once, in its order. */
function outputFaults(outputs: readonly string[]): string[] {
  return outputs.flatMap((output) => {
    const total = Number(/^\d+: all (\d+) lines$/m.exec(output)?.[1] ?? Number.NaN);
    const numbers = [...output.matchAll(/^\d+: line (\d+) ä🚋$/gm)].map(([, number]) => Number(number));
    const isWhole = numbers.length === total && numbers.every((number, at) => number === at);
    return isWhole ? [] : [`an output of ${total} lines has ${numbers.length}: ${output.slice(0, 300)}`];
  });
}
