import { bundleScript } from '../../support/childProcess';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { judgeScene } from './judgeScene';
import { Scene } from './scene';

/** Windows that are killed in one scene before the last one brings it to rest. */
const KILLS_OF_A_SCENE = 10;

export interface MergeTorture {
  readonly kills: number;
  /** What does not hold, each with the seed that gives it again. */
  readonly failures: readonly string[];
}

/** Plays scenes until so many windows were killed. The same seed plays the same scenes. */
export async function tortureMerge(
  size: { readonly kills: number; readonly seed: number },
  onScene: (line: string) => void = () => undefined,
): Promise<MergeTorture> {
  const folder = new TemporaryFolder();
  const script = bundleScript('torture/merge/windowScript', folder.path);
  const failures: string[] = [];
  let kills = 0;
  try {
    for (let seed = size.seed; kills < size.kills; seed += 1) {
      const outcome = await Scene.play(seed, Math.min(KILLS_OF_A_SCENE, size.kills - kills), script);
      const faults = await judgeScene(outcome);
      kills += outcome.kills;
      failures.push(...faults.map((fault) => `seed ${seed}: ${fault}`));
      const { policy, strategy, stories, gates } = outcome.plan;
      const kinds = stories.map(({ kind }) => kind).join(' ');
      onScene(
        `seed ${seed}: ${policy}, ${strategy}, ${gates.length} gates, ${kinds}: ${faults.length === 0 ? 'holds' : faults.join('; ')}`,
      );
      await outcome.repository.dispose();
    }
  } finally {
    folder.remove();
  }
  return { kills, failures };
}
