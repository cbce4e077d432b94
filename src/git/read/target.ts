import { numberInName } from '../../core/story/names';
import type { TargetOutcome } from '../../ports/refs';
import { runBare, type Repository } from '../door/repository';
import { listRefs } from './refs';

const HEADS = 'refs/heads/';
const ORIGIN = 'refs/remotes/origin/';

/** The branch that stories land on. What is checked out says nothing about it. */
export async function findTarget(repository: Repository, configured: string | null): Promise<TargetOutcome> {
  const tips = await listRefs(repository, 'refs/heads');
  const find = (short: string | null): TargetOutcome | null => {
    const ref = `${HEADS}${short ?? ''}`;
    const tip = tips.get(ref);
    return tip === undefined ? null : { kind: 'found', ref, tip };
  };
  const branches = [...tips.keys()].map((ref) => ref.slice(HEADS.length));
  if (configured !== null) {
    const wanted = configured.startsWith(HEADS) ? configured.slice(HEADS.length) : configured;
    return find(wanted) ?? { kind: 'missing', wanted, branches };
  }
  const remote = await remoteDefault(repository);
  const usual = find(remote) ?? find('main') ?? find('master') ?? find(await configuredDefault(repository));
  if (usual !== null) return usual;
  const [only, ...others] = branches.filter((short) => numberInName(short) === null);
  const last = others.length === 0 && only !== undefined ? find(only) : null;
  return last ?? { kind: 'missing', wanted: remote ?? 'main', branches };
}

/** Short name of the branch that origin calls its default, as far as this clone knows. */
async function remoteDefault(repository: Repository): Promise<string | null> {
  const args = ['--quiet', `${ORIGIN}HEAD`];
  const { code, text } = await runBare(repository, 'symbolic-ref', args, { expect: [0, 1, 128] });
  const ref = text.trim();
  return code === 0 && ref.startsWith(ORIGIN) ? ref.slice(ORIGIN.length) : null;
}

async function configuredDefault(repository: Repository): Promise<string | null> {
  const { code, text } = await runBare(repository, 'config', ['--get', 'init.defaultBranch'], { expect: [0, 1] });
  return code === 0 ? text.trim() : null;
}
