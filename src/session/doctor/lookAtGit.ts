import { access, constants, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { exists } from '../../base/exists';
import type { GitFacts } from '../../core/doctor/facts';
import type { GitPort } from '../../ports/git';
import { findProgram } from '../../processes/findProgram';
import { namesIn } from './files';
import type { DoctorParts, RepositoryPlace } from './parts';

type Settings = GitFacts['settings'];

/** `attributes` is the target's `.gitattributes`; null where it has none or nobody looked. */
export async function lookAtGit(
  git: Pick<GitPort, 'settings' | 'identity'>,
  { commonDir, main }: RepositoryPlace,
  attributes: string | null,
  parts: Pick<DoctorParts, 'environment'>,
): Promise<GitFacts> {
  const settings = await git.settings();
  const hooks = await hooksPath(settings, main);
  const find = (program: string): Promise<boolean> => isFound(program, parts.environment);
  return {
    settings,
    configFile: path.join(commonDir, 'config'),
    isShallow: await exists(path.join(commonDir, 'shallow')),
    hasGrafts: await exists(path.join(commonDir, 'info', 'grafts')),
    missingAlternates: await missingAlternates(commonDir),
    hooksPath: hooks,
    guards: await guards(hooks?.path ?? path.join(commonDir, 'hooks')),
    takesCaseForSame: (await namesIn(commonDir)).includes('HEAD') && (await exists(path.join(commonDir, 'hEAd'))),
    saysWhatIsText: /^\s*\*\s(?:.*\s)?(?:text|-text|eol)\b/m.test(attributes ?? ''),
    lfs: await lfs(settings, attributes, find),
    missingSigner: await missingSigner(settings, find),
    hasIdentity: (await git.identity()).kind === 'known',
  };
}

async function isFound(program: string, environment: DoctorParts['environment']): Promise<boolean> {
  if (path.isAbsolute(program)) return exists(program);
  return (await findProgram(program, { environment, platform: process.platform })) !== null;
}

async function missingAlternates(commonDir: string): Promise<string[]> {
  const objects = path.join(commonDir, 'objects');
  const text = await readFile(path.join(objects, 'info', 'alternates'), 'utf8').catch(() => '');
  const folders = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const places = folders.map((folder) => path.resolve(objects, folder));
  const there = await Promise.all(places.map(exists));
  return places.filter((_, at) => there[at] !== true);
}

async function hooksPath(settings: Settings, main: string): Promise<GitFacts['hooksPath']> {
  const value = settings.get('core.hookspath');
  if (value == null || value === '') return null;
  const place = value.startsWith('~/') ? path.join(homedir(), value.slice(2)) : path.resolve(main, value);
  return { path: place, isThere: await exists(place) };
}

/** A hook that may not be started is none to git either. */
async function guards(folder: string): Promise<string[]> {
  const files = ['pre-merge-commit', 'reference-transaction'].map((name) => path.join(folder, name));
  const found = await Promise.all(files.map((file) => access(file, constants.X_OK).then(() => file, () => null)));
  return found.filter((file) => file !== null);
} // prettier-ignore

async function lfs(
  settings: Settings,
  attributes: string | null,
  find: (program: string) => Promise<boolean>,
): Promise<GitFacts['lfs']> {
  if (!/\bfilter=lfs\b/.test(attributes ?? '')) return 'notUsed';
  if (!(await find('git-lfs'))) return 'noProgram';
  return settings.has('filter.lfs.process') || settings.has('filter.lfs.smudge') ? 'ready' : 'notSetUp';
}

/** The program that git would sign with, where it wants to and it is not there. */
async function missingSigner(settings: Settings, find: (program: string) => Promise<boolean>): Promise<string | null> {
  const wanted = settings.get('commit.gpgsign');
  if (wanted === undefined || /^(?:false|no|off|0|)$/i.test(wanted ?? 'true')) return null;
  const named = signers[settings.get('gpg.format') ?? 'openpgp'] ?? signers['openpgp'];
  const program = named?.names.map((name) => settings.get(name)).find((one) => one != null) ?? named?.usual ?? 'gpg';
  return (await find(program)) ? null : program;
}

const signers: Readonly<Record<string, { names: readonly string[]; usual: string }>> = {
  openpgp: { names: ['gpg.openpgp.program', 'gpg.program'], usual: 'gpg' },
  ssh: { names: ['gpg.ssh.program'], usual: 'ssh-keygen' },
  x509: { names: ['gpg.x509.program'], usual: 'gpgsm' },
};
