import { numberInName } from '../../core/story/names';
import type { TargetOutcome } from '../../ports/refs';
import type { Repository } from '../door/repository';
import { refSnapshots } from './refSnapshot';
import { settingsOf } from './settings';

const HEADS = 'refs/heads/';
const ORIGIN = 'refs/remotes/origin/';

/** The branch that stories land on. What is checked out says nothing about it. */
export async function findTarget(repository: Repository, configured: string | null): Promise<TargetOutcome> {
  const { heads, originHead } = await refSnapshots(repository).current();
  const find = (short: string | null): TargetOutcome | null => {
    const ref = `${HEADS}${short ?? ''}`;
    const tip = heads.get(ref);
    return tip === undefined ? null : { kind: 'found', ref, tip };
  };
  const branches = [...heads.keys()].map((ref) => ref.slice(HEADS.length));
  if (configured !== null) {
    const wanted = configured.startsWith(HEADS) ? configured.slice(HEADS.length) : configured;
    return find(wanted) ?? { kind: 'missing', wanted, branches };
  }
  const remote = originHead?.startsWith(ORIGIN) === true ? originHead.slice(ORIGIN.length) : null;
  const usual = find(remote) ?? find('main') ?? find('master') ?? find(await configuredDefault(repository));
  if (usual !== null) return usual;
  const [only, ...others] = branches.filter((short) => numberInName(short) === null);
  const last = others.length === 0 && only !== undefined ? find(only) : null;
  return last ?? { kind: 'missing', wanted: remote ?? 'main', branches };
}

async function configuredDefault(repository: Repository): Promise<string | null> {
  const settings = await settingsOf(repository).current();
  return settings.values.get('init.defaultbranch') ?? null;
}
