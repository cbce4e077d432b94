import { execFileSync, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { MERGE_STEPS } from '../../../src/core/landing/job';
import type { StoryRecord } from '../../../src/core/story/story';
import { bundleScript, startScript } from '../../support/childProcess';
import { ENGINE_BUNDLE } from '../../support/engineBundle';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { Random } from '../random';
import type { LeaderSaid, LeaderTask } from './engineWindow';

export interface LeadersSize {
  readonly windows: number;
  readonly landings: number;
  /** How often the leader is killed, stopped and continued, or stopped and killed. */
  readonly strikes: number;
  readonly seed: number;
}

export interface LeadersTorture {
  readonly landed: number;
  readonly failures: readonly string[];
  /** From the kill of a leader until another leads, in ms. */
  readonly takeovers: readonly number[];
}

/** What happens to the window that leads, while a landing is at the step that comes up. */
const STRIKES = ['kill', 'stop', 'stop and kill'] as const;

interface Window {
  readonly child: ChildProcess;
  role: 'starting' | 'follows' | 'leads';
  /** It has waited for the leader in vain. */
  unheard: boolean;
}

/** Several windows on one repository. Every wait ends by what a window says, or by the limit of the test. */
class Crowd {
  readonly windows = new Set<Window>();
  readonly #heard = new EventEmitter().setMaxListeners(100);
  done = 0;
  broken: string | null = null;

  constructor(
    private readonly script: string,
    private readonly task: LeaderTask,
  ) {}

  async join(): Promise<void> {
    const child = startScript(this.script, [JSON.stringify(this.task)]);
    const window: Window = { child, role: 'starting', unheard: false };
    this.windows.add(window);
    child.on('message', (said: LeaderSaid) => this.#hear(window, said));
    child.on('exit', () => {
      this.windows.delete(window);
      this.#heard.emit('heard', window, null);
    });
    await this.until(() => window.role !== 'starting');
  }

  leader(): Window | undefined {
    return [...this.windows].find(({ role }) => role === 'leads');
  }

  /** Resolves as soon as what the windows said makes it true. */
  async until(isTrue: () => boolean): Promise<void> {
    if (!isTrue()) await this.#hears(isTrue);
  }

  /** Resolves when a landing comes to this step, or there is none left that could. */
  async step(step: string): Promise<void> {
    const isOver = (): boolean => this.done === this.task.branches.length;
    if (!isOver()) await this.#hears((_, said) => isOver() || (said?.said === 'step' && said.step === step));
  }

  /** What a window shows of the stories; one that does not lead answers all the same, once it has its turn. None where it ends. */
  async ask(window: Window | undefined): Promise<readonly StoryRecord[]> {
    if (window === undefined || !this.windows.has(window)) return [];
    const answer = this.#hears((from, said) => from === window && (said === null || said.said === 'stories'));
    // That it cannot be told shows in its end.
    window.child.send('stories', () => undefined);
    const said = await answer;
    return said?.said === 'stories' ? said.stories : [];
  }

  async close(): Promise<void> {
    for (const { child } of this.windows) child.kill('SIGKILL');
    while (this.windows.size > 0) await once(this.#heard, 'heard');
  }

  /**
   * The next thing a window says that fits, null for its end, or whatever came when a window was broken. The ear stays open
   * between two messages of one read.
   */
  #hears(fits: (from: Window, said: LeaderSaid | null) => boolean): Promise<LeaderSaid | null> {
    return new Promise((resolve) => {
      if (this.broken !== null) return resolve(null);
      const listen = (from: Window, said: LeaderSaid | null): void => {
        if (this.broken === null && !fits(from, said)) return;
        this.#heard.off('heard', listen);
        resolve(said);
      };
      this.#heard.on('heard', listen);
    });
  }

  #hear(window: Window, said: LeaderSaid): void {
    if (said.said === 'follows' || said.said === 'leads') window.role = said.said;
    else if (said.said === 'unheard') window.unheard = said.is;
    // A window that takes over counts what it has seen itself.
    else if (said.said === 'done') this.done = said.count;
    else if (said.said === 'broken') this.broken ??= `${said.why}\n${said.log.slice(-20).join('\n')}`;
    this.#heard.emit('heard', window, said);
  }
}

/**
 * Windows of which one leads and lets stories land in batches, while leaders are killed, stopped and continued, and somebody
 * commits on the target meanwhile. Every story must be on the target once, and be Done there.
 */
export async function tortureLeaders(
  { windows, landings, strikes, seed }: LeadersSize,
  say: (line: string) => void = () => undefined,
): Promise<LeadersTorture> {
  const random = new Random(seed);
  const scripts = new TemporaryFolder();
  const repository = await TemporaryRepository.create({ branch: 'main' });
  await repository.commit({ 'begin.txt': 'one\n' }, 'Begin');
  const branches = await makeBranches(repository, landings);
  const crowd = new Crowd(bundleScript('torture/leaders/engineWindow', scripts.path), {
    repository: repository.path,
    ...ENGINE_BUNDLE,
    branches,
    batch: Math.min(10, Math.ceil(landings / 4)),
  });
  const takeovers: number[] = [];
  try {
    for (let count = 0; count < windows; count += 1) await crowd.join();
    for (let strike = 0; strike < strikes && crowd.broken === null; strike += 1) {
      // From the second half of the queue on there may be nothing left to strike.
      const step = random.pick(MERGE_STEPS);
      await crowd.step(step);
      const kind = STRIKES[strike % STRIKES.length] ?? 'kill';
      const took = await hit(crowd, repository, kind, strike);
      if (took !== null) takeovers.push(took);
      say(`${crowd.done} landed; ${kind} at ${step}${took === null ? '' : `: another leads after ${Math.round(took)} ms`}`);
    }
    await crowd.until(() => crowd.done === landings);
    const stories = await crowd.ask(crowd.leader());
    const failures = crowd.broken === null ? await judge(repository, branches, stories) : [crowd.broken];
    return { landed: crowd.done, takeovers, failures: failures.map((one) => `seed ${seed}: ${one}`) };
  } finally {
    await crowd.close();
    await repository.dispose();
    scripts.remove();
  }
} // prettier-ignore

/** Returns how long nobody led, in ms; null where the same window leads on. */
async function hit(
  crowd: Crowd,
  repository: TemporaryRepository,
  kind: (typeof STRIKES)[number],
  strike: number,
): Promise<number | null> {
  const leader = crowd.leader();
  if (leader === undefined) return null;
  if (kind !== 'kill') {
    leader.child.kill('SIGSTOP');
    // What it was at may have been built on what the target was until now.
    await repository.commit({ [`outside/${strike}.txt`]: 'by a person\n' }, `Outside ${strike}`).catch(() => undefined);
    if (kind === 'stop') {
      const others = () => [...crowd.windows].filter((one) => one !== leader);
      const hasLead = () => others().some(({ role }) => role === 'leads');
      // Whoever would take over from one that is silent does it once it has found that out: some seconds, so not each time.
      if (strike < STRIKES.length) await crowd.until(() => hasLead() || others().every(({ unheard }) => unheard));
      const isLed = hasLead();
      leader.child.kill('SIGCONT');
      if (isLed) throw new Error('Another leads while the leader is only stopped.');
      return null;
    }
  }
  const from = performance.now();
  leader.child.kill('SIGKILL');
  await crowd.until(() => !crowd.windows.has(leader) && crowd.leader() !== undefined);
  const took = performance.now() - from;
  await crowd.join();
  return took;
}

async function judge(
  repository: TemporaryRepository,
  branches: LeaderTask['branches'],
  stories: readonly StoryRecord[],
): Promise<string[]> {
  const keys = (await repository.git('log', '--format=%(trailers:key=Story-Key,valueonly,separator=%x2C)', 'main')).split('\n');
  const landed = keys.filter((key) => key !== '');
  const files = new Set((await repository.git('ls-tree', '-r', '--name-only', 'main')).split('\n'));
  const commits = new Set((await repository.git('rev-list', 'main')).split('\n'));
  return [
    ...branches.flatMap(({ branch }) => {
      const own = stories.filter((story) => story.branch === `refs/heads/${branch}`);
      return own.length === 1 && files.has(`${branch}.txt`) ? [] : [`${branch}: ${own.length} stories, ${files.has(`${branch}.txt`) ? 'on the target' : 'not on the target'}`];
    }),
    ...stories.flatMap(({ key, number, stage }) => {
      const times = landed.filter((one) => one === key).length;
      const isDone = stage.name === 'Done' && stage.by === 'queue' && commits.has(stage.mergeCommit);
      return times === 1 && isDone ? [] : [`#${number} landed ${times} times and is ${JSON.stringify(stage)}`];
    }),
    ...(new Set(stories.map(({ number }) => number)).size === stories.length ? [] : ['a number is there twice']),
  ];
} // prettier-ignore

/** Branches with one commit each, made in one go. */
async function makeBranches(repository: TemporaryRepository, count: number): Promise<LeaderTask['branches']> {
  const names = Array.from({ length: count }, (_, at) => `work-${String(at + 1).padStart(4, '0')}`);
  const commits = names.map((name) => {
    const said = `Do ${name}\n`;
    const head = `commit refs/heads/${name}\ncommitter Sam Sample <sam@example.com> 1700000000 +0000\ndata ${said.length}\n${said}from refs/heads/main\n`;
    return `${head}M 100644 inline ${name}.txt\ndata ${name.length}\n${name}\n\n`;
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repository.path, input: commits.join('') });
  const heads = await repository.git('for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads/work-*');
  return heads.split('\n').map((line) => ({ branch: line.slice(0, 9), head: line.slice(10) }));
} // prettier-ignore
