import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bundleScript, startScript } from '../../support/childProcess';
import { DEEDS, HALF_WRITTEN } from './deeds';
import { judgeOpened, writeFiles, type Judged } from './judge';
import { openPast, readTruth, type Truth } from './pastStore';

/** A store whose owner is killed at one of its writes, and the states that may be found there. */
export class Kills {
  private constructor(
    private readonly folder: string,
    private readonly script: string,
    /** What is there after so many deeds. */
    private readonly states: readonly Truth[],
    /** Changes of the disk from opening to closing; a kill before the one behind them comes after all. */
    readonly writes: number,
  ) {}

  /** `past`: the store before any deed. */
  static async prepare(folder: string, past: ReadonlyMap<string, Buffer>): Promise<Kills> {
    const files = new Map([...past, ...HALF_WRITTEN]);
    const script = bundleScript('torture/storage/killedScript', folder);
    writeFiles(path.join(folder, 'begin'), files);
    const states = await statesAfterEachDeed(path.join(folder, 'golden'), files);
    const { writes } = await new Kills(folder, script, states, 0).#run(0);
    return new Kills(folder, script, states, writes);
  }

  /** What is found has to be what was acknowledged, or that and the whole of the one deed that was under way. */
  async kill(at: number): Promise<Judged> {
    const { acknowledged } = await this.#run(at);
    const dir = path.join(this.folder, 'store');
    const [least, most] = [this.states[acknowledged], this.states[acknowledged + 1]];
    if (least === undefined) throw new Error('More was acknowledged than there was to do.');
    const asBefore = await judgeOpened(dir, least);
    if (asBefore.verdict === 'whole' || most === undefined) return asBefore;
    const asAfter = await judgeOpened(dir, most);
    if (asAfter.verdict === 'whole') return asAfter;
    const name = DEEDS[acknowledged]?.name ?? 'closing';
    return { ...asAfter, what: `in ${name}: not as before (${asBefore.what}) and not as after (${asAfter.what})` };
  }

  async #run(at: number): Promise<{ acknowledged: number; writes: number }> {
    const dir = path.join(this.folder, 'store');
    rmSync(dir, { recursive: true, force: true });
    cpSync(path.join(this.folder, 'begin'), dir, { recursive: true });
    const child = startScript(this.script, [dir, String(at)]);
    let said = { acknowledged: 0, writes: 0 };
    child.on('message', (message: typeof said) => (said = message));
    await new Promise((ended) => child.once('close', ended));
    return said;
  }
}

async function statesAfterEachDeed(dir: string, files: ReadonlyMap<string, Buffer>): Promise<Truth[]> {
  writeFiles(dir, files);
  const { store } = await openPast(dir);
  const states = [await readTruth(store)];
  for (const deed of DEEDS) {
    await deed.change(store);
    states.push(await readTruth(store));
  }
  await store.close();
  return states;
}
