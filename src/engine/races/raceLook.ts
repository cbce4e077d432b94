import { minutesOf, spentOn } from '../../core/agents/budget';
import { acceptedAt } from '../../core/agents/pastRun';
import type { Racer } from '../../core/agents/race';
import { asideOf, onlyAsideFailed } from '../../core/gates/quarantine';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { StoryRecord } from '../../core/story/story';
import { pastRunsOf } from '../agents/pastRuns';
import type { EnginePorts } from '../ports';

type Ports = Pick<EnginePorts, 'git' | 'content' | 'verdicts' | 'quarantines' | 'runs'>;

/** Runs of gates among which those of a racer are looked for. */
const RUNS = 1000;

/** One that races, as git, ledger and index know it. */
export async function lookAtRacer(ports: Ports, story: StoryRecord, target: TargetFacts): Promise<Racer> {
  const { key, number, agent = '', stage, criteria, branch } = story;
  const tip = branch === null ? null : await ports.git.tip(branch);
  return {
    key,
    number,
    agent,
    stage: stage.name,
    gates: await gatesOf(ports, story),
    criteria: criteria === null || criteria.total === 0 ? null : { done: criteria.done, total: criteria.total },
    change: tip === null || target.kind === 'missing' ? null : await changeOf(ports, target.tip, tip),
    review: await reviewOf(ports, story),
    spent: spentBy(ports, key),
  };
}

/** Of the commit that was proven. */
async function reviewOf({ content }: Ports, { key, stage }: StoryRecord): Promise<Racer['review']> {
  if (stage.name !== 'ReviewHold') return null;
  if (stage.reviewer !== undefined) return { agent: stage.reviewer, accepts: false };
  const run = acceptedAt(await pastRunsOf(content, key), stage.tip);
  return run === null ? null : { agent: run.agent, accepts: true };
}

/**
 * What each gate said last of the files that were proven, whosever they were: where two racers came to the same files, the
 * gates run once. None for one whose gates have not run on what it holds.
 */
export async function gatesOf({ git, verdicts, quarantines }: Ports, { stage }: StoryRecord): Promise<Racer['gates']> {
  if (stage.name !== 'ReviewHold') return [];
  const tree = await git.treeOf(stage.tip);
  const aside = asideOf(quarantines.list());
  const found = new Map<string, Racer['gates'][number]>();
  for (const run of verdicts.recent(RUNS)) {
    const { gate, ms } = run;
    const isAside = run.verdict === 'failed' && onlyAsideFailed(gate, run.tests, aside);
    const verdict = isAside ? 'passed' : run.verdict;
    if (run.tree !== tree || run.of === 'trial' || verdict === 'stopped' || verdict === 'lost' || found.has(gate))
      continue;
    found.set(gate, { gate, verdict, ms, quarantined: aside.gates.has(gate) });
  }
  return [...found.values()].sort((a, b) => a.gate.localeCompare(b.gate));
}

async function changeOf({ git }: Ports, base: string, tip: string): Promise<Racer['change']> {
  const [size, commits] = await Promise.all([git.changeSize({ base, tip }), git.commitsAhead(base, tip)]);
  return { ...size, commits };
}

function spentBy({ runs }: Ports, key: string): Racer['spent'] {
  const its = runs.agentRuns().filter((one) => one.key === key && one.role !== 'reviewer');
  return { runs: its.length, minutes: minutesOf(its), ...spentOn(its) };
}
