import { constants } from 'node:fs';
import { access, lstat, readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DiskFacts, EnvironmentFacts } from '../../core/doctor/facts';
import { runEnvironment } from '../../processes/environment';
import { errorCode } from '../../store/storeError';
import { allDated, namesIn } from './files';
import { storeIn } from './lookAtStore';
import type { DoctorParts, Probes, RepositoryPlace } from './parts';

/** A file that is being written is younger (ms). */
const UNFINISHED_MS = 10 * 60_000;
/** Names that a write leaves when it is killed: a trial of the disk, and a file that is to take another's place. */
const UNFINISHED = /^trial-[0-9a-f-]{36}$|\.(?:log|sqlite|sha256|json|checked)\.\d{5,}$|^last-epoch\.\d{5,}$/;

/** Variables that lead git elsewhere than its folder says. */
const GIT_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
];

export const machineProbes: Probes = {
  freeBytes: async (folder) => {
    const found = await statfs(folder).catch(() => null);
    // Some network file systems say nothing of their size.
    return found === null || found.blocks === 0 ? null : found.bavail * found.bsize;
  },
  writing: stateOf,
  me: () => process.getuid?.() ?? null,
  mounts: () => readFile('/proc/self/mountinfo', 'utf8').catch(() => null),
};

export async function lookAtDisk(
  place: RepositoryPlace,
  now: number,
  probes: Pick<Probes, 'freeBytes' | 'writing' | 'me'>,
): Promise<DiskFacts> {
  const { root, content } = storeIn(place);
  const wanted = [place.commonDir, root, content, place.home];
  const stats = await Promise.all(wanted.map((folder) => stat(folder).catch(() => null)));
  const there = wanted.filter((_, at) => stats[at]?.isDirectory() === true);
  const names = (await namesIn(root)).filter((name) => UNFINISHED.test(name));
  const left = (await allDated(root, names)).filter(({ since }) => now - since > UNFINISHED_MS);
  return {
    places: await Promise.all(
      there.map(async (folder) => ({
        path: folder,
        free: folder === place.commonDir || folder === place.home ? await probes.freeBytes(folder) : null,
        state: await probes.writing(folder),
      })),
    ),
    foreignOwner: await foreignOwner(root, probes.me()),
    leftOvers: left,
  };
}

async function stateOf(folder: string): Promise<DiskFacts['places'][number]['state']> {
  const denied = await access(folder, constants.W_OK).then(
    () => null,
    (error: unknown) => errorCode(error) ?? '',
  );
  if (denied === 'EROFS') return 'readOnly';
  // An administrator is let in where the permissions keep everybody out, and then the next person is not.
  const isClosed = process.platform !== 'win32' && ((await stat(folder)).mode & 0o200) === 0;
  return denied !== null || isClosed ? 'noPermission' : 'writable';
}

async function foreignOwner(root: string, me: number | null): Promise<string[]> {
  if (me === null) return [];
  const places = [root, ...(await namesIn(root)).map((name) => path.join(root, name))];
  const owners = await Promise.all(places.map((place) => lstat(place).catch(() => null)));
  return places.filter((_, at) => owners[at] !== null && owners[at]?.uid !== me);
}

export function lookAtEnvironment(
  { environment }: Pick<DoctorParts, 'environment'>,
  foreignFolders: readonly string[],
): EnvironmentFacts {
  const rules = { platform: process.platform, foreignFolders };
  return {
    takenOut: runEnvironment(environment, { env: {}, id: 'doctor' }, rules).takenOut,
    gitVariables: GIT_VARIABLES.filter((name) => (environment[name] ?? '') !== ''),
  };
}
