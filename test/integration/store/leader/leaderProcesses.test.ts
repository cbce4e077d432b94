import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { waitFor } from '../../../support/waitFor';
import { bundleScript, startScript } from '../../../support/childProcess';
import type { LeaderOrder, LeaderReport } from './leaderProcess';

interface Contender {
  readonly child: ChildProcess;
  readonly pid: number;
  report: LeaderReport | null;
  stopped: boolean;
}

/** Processes that contend for one folder, and the file in which each leader notes when it starts and stops. */
class Crowd {
  readonly members = new Set<Contender>();
  readonly #changes = new EventEmitter().setMaxListeners(50);

  constructor(
    private readonly script: string,
    private readonly dir: string,
    private readonly events: string,
  ) {
    writeFileSync(events, '');
  }

  add(count: number): Contender[] {
    return Array.from({ length: count }, () => {
      const child = startScript(this.script, [this.dir, this.events]);
      const one: Contender = { child, pid: child.pid!, report: null, stopped: false };
      this.members.add(one);
      child.on('message', (report: LeaderReport) => {
        if (report.kind !== 'answer') one.report = report;
        this.#changes.emit('change', one, report);
      });
      child.on('exit', () => {
        this.members.delete(one);
        this.#changes.emit('change');
      });
      return one;
    });
  }

  /** Resolves as soon as what the processes reported makes it true. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await once(this.#changes, 'change');
  }

  leaders(): Contender[] {
    return [...this.members].filter((one) => one.report?.kind === 'lead');
  }

  /** Waits until one leads and all others that are running follow it. */
  async settled(): Promise<Contender> {
    const isSettled = (): boolean => {
      const [leader] = this.leaders();
      const rest = [...this.members].filter((one) => one !== leader && !one.stopped);
      return leader !== undefined && rest.every((one) => one.report?.kind === 'follow' && one.report.leader === leader.pid); // prettier-ignore
    };
    await this.until(isSettled);
    assert.equal(this.leaders().length, 1);
    return this.leaders()[0]!;
  }

  async kill(one: Contender): Promise<void> {
    appendFileSync(this.events, `killed ${one.pid}\n`);
    one.child.kill('SIGKILL');
    await this.until(() => !this.members.has(one));
  }

  async release(one: Contender): Promise<void> {
    one.child.send('release' satisfies LeaderOrder);
    await this.until(() => !this.members.has(one));
  }

  async leads(one: Contender): Promise<boolean> {
    one.child.send('ask' satisfies LeaderOrder);
    for (;;) {
      const [from, report] = (await once(this.#changes, 'change')) as [Contender?, LeaderReport?];
      if (from === one && report?.kind === 'answer') return report.leads;
    }
  }

  async close(): Promise<void> {
    for (const one of this.members) one.child.kill('SIGKILL');
    await this.until(() => this.members.size === 0);
  }

  /** Reads the notes: never two leaders at once, and every epoch higher than those before it. Returns the epochs. */
  assertOneAtATime(): number[] {
    const leading = new Set<string>();
    const epochs: number[] = [];
    for (const line of readFileSync(this.events, 'utf8').trim().split('\n')) {
      const [what, pid, epoch] = line.split(' ');
      if (what !== 'start') leading.delete(pid!);
      else {
        assert.deepEqual([...leading], [], `two leaders at once:\n${readFileSync(this.events, 'utf8')}`);
        assert.ok(Number(epoch) > (epochs.at(-1) ?? 0), 'an epoch was used twice');
        leading.add(pid!);
        epochs.push(Number(epoch));
      }
    }
    return epochs;
  }
}

/** Takes a folder away in one step: those who remake what is in it would never let it become empty. */
function removeAtOnce(folder: string): void {
  const aside = `${folder}-removed`;
  if (!existsSync(folder)) return;
  renameSync(folder, aside);
  rmSync(aside, { recursive: true, force: true, maxRetries: 9 });
}

describe('leader among processes', function () {
  const scripts = new TemporaryFolder();
  let script: string;
  let folder: TemporaryFolder;
  let crowd: Crowd;
  before(() => (script = bundleScript('integration/store/leader/leaderProcess', scripts.path)));
  after(() => scripts.remove());
  beforeEach(() => {
    folder = new TemporaryFolder();
    crowd = new Crowd(script, folder.at('leader'), folder.at('events'));
  });
  afterEach(async () => {
    await crowd.close();
    folder.remove();
  });

  it('[P5] of eight processes that contend at once exactly one leads, and the others know which', async () => {
    for (let round = 0; round < 5; round++) {
      crowd.add(8);
      await crowd.settled();
      await Promise.all([...crowd.members].map((one) => crowd.kill(one)));
    }
    assert.equal(new Set(crowd.assertOneAtATime()).size >= 5, true);
  });

  it('[P5] when the leader is killed exactly one other takes over within 5 s', async () => {
    crowd.add(8);
    let leader = await crowd.settled();
    for (let round = 0; round < 7; round++) {
      const killedAt = performance.now();
      await crowd.kill(leader);
      await crowd.until(() => crowd.leaders().length > 0);
      const took = performance.now() - killedAt;
      assert.ok(took < 5_000, `took ${Math.round(took)} ms`);
      leader = await crowd.settled();
    }
    assert.equal(crowd.assertOneAtATime().length, 8);
  });

  it('[P5] when the leader closes another takes over, without a moment in which two lead', async () => {
    crowd.add(6);
    for (let left = 6; left > 1; left--) await crowd.release(await crowd.settled());
    await crowd.settled();
    assert.equal(crowd.assertOneAtATime().length, 6);
  });

  // On Windows processes cannot be stopped there.
  if (process.platform !== 'win32')
    it('[P5] a leader that is stopped stays the leader, for those who follow and those who come', async function () {
      const [leader] = crowd.add(1);
      await crowd.settled();
      crowd.add(3);
      await crowd.settled();
      leader!.child.kill('SIGSTOP');
      leader!.stopped = true;
      crowd.add(4);
      assert.equal(await crowd.settled(), leader);
      leader!.child.kill('SIGCONT');
      assert.equal(await crowd.leads(leader!), true);
      leader!.child.kill('SIGSTOP');
      await crowd.kill(leader!);
      await crowd.settled();
      assert.equal(crowd.assertOneAtATime().length, 2);
    });

  it('[P5] through many rounds of killing, closing and joining at random there is never a second leader', async () => {
    crowd.add(5);
    let seed = 20260102;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 30; round++) {
      const members = [...crowd.members];
      const leader = crowd.leaders()[0] ?? members[0]!;
      const victim = random(3) === 0 ? members[random(members.length)]! : leader;
      // Some die before anyone knows whether they lead.
      if (random(2) === 0) await crowd.settled();
      if (random(3) === 0 && victim.report !== null) await crowd.release(victim);
      else await crowd.kill(victim);
      crowd.add(5 + random(3) - crowd.members.size);
    }
    await crowd.settled();
    assert.ok(crowd.assertOneAtATime().length > 10);
  });

  it('[P5, P8] whatever is deleted or spoilt among the claims, two never act at once, and somebody acts again', async () => {
    const script = bundleScript('integration/store/leader/actingProcess', scripts.path);
    const [dir, acts] = [folder.at('store', 'leader'), folder.at('acts')];
    writeFileSync(acts, '');
    const lines = (): string[] => readFileSync(acts, 'utf8').trim().split('\n').filter(Boolean);
    const claims = (): string[] => readdirSync(dir).filter((name) => name.startsWith('epoch-'));
    const running = new Set<ChildProcess>();
    const join = (): void => void running.add(startScript(script, [dir, acts]));
    const actsGoOn = (): Promise<unknown> => {
      const before = lines().length;
      return waitFor('acts', () => lines().length > before + 3, { seen: () => lines().length });
    };
    /** A leader that is stopped in the middle of an act, and goes on when another has long led. */
    const overtake = async (leader: ChildProcess): Promise<void> => {
      leader.kill('SIGSTOP');
      removeAtOnce(dir);
      join();
      await actsGoOn();
      leader.kill('SIGCONT');
    };
    const faults: (() => void)[] = [
      () => removeAtOnce(dir),
      () => claims().forEach((name) => writeFileSync(path.join(dir, name), '{}')),
      () => claims().forEach((name) => rmSync(path.join(dir, name))),
      () => readdirSync(dir).filter((name) => name.endsWith('.sock')).forEach((name) => rmSync(path.join(dir, name))), // prettier-ignore
      () => removeAtOnce(path.dirname(dir)),
      () => writeFileSync(path.join(dir, 'epoch-999999999999999.json'), '{}'),
    ];
    try {
      for (let count = 0; count < 3; count++) join();
      await actsGoOn();
      for (let round = 0; round < 3 * faults.length; round++) {
        try {
          faults[round % faults.length]!();
        } catch {
          // A process was just at it, which is as good.
        }
        if (round % 3 === 0) join(); // one comes at the very moment
        const leader = [...running].find((one) => String(one.pid) === lines().at(-1)?.split(' ')[0]);
        if (round % 4 === 3) leader?.kill('SIGKILL');
        if (round % 4 === 1 && leader !== undefined && process.platform !== 'win32') await overtake(leader);
        await actsGoOn();
      }
    } finally {
      for (const one of running) one.kill('SIGKILL');
    }
    const spans = lines().map((line) => line.split(' '));
    const inOrder = spans
      .map(([pid, , from, to]) => ({ pid, from: BigInt(from!), to: BigInt(to!) }))
      .sort((a, b) => (a.from < b.from ? -1 : 1));
    const overlap = inOrder.find(({ pid, to }, index) =>
      inOrder.slice(index + 1).some((next) => next.pid !== pid && next.from < to),
    );
    assert.equal(overlap, undefined);
    assert.ok(new Set(spans.map(([pid]) => pid)).size > 1, 'the lead went from one to another');
  });
});
