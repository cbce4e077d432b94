import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import type { ConfigurationFacts, ProgramPlace } from '../../core/doctor/facts';
import { readAgentProfiles } from '../../core/agents/profile';
import { CONFIG_FILE, configSchema, gatesSchema } from '../../core/gates/gateConfig';
import { shortRef } from '../../core/story/names';
import { readCommands, type Commands } from '../../gates/readCommands';
import type { Gate } from '../../gates/chooseGates';
import type { GitPort } from '../../ports/git';
import type { TargetOutcome } from '../../ports/refs';
import { findProgram } from '../../processes/findProgram';
import type { DoctorParts, RepositoryPlace } from './parts';

type Parts = Pick<DoctorParts, 'settings' | 'permission' | 'environment'>;
type ReadAt = (file: string) => Promise<string | null>;

/** Package managers whose scripts need what an install brings, and the words that install. */
const SCRIPT_RUNNERS = ['npm', 'npx', 'yarn', 'pnpm', 'pnpx', 'bun', 'bunx'];
const INSTALLS = ['ci', 'i', 'install', 'add'];

export async function lookAtConfiguration(
  git: GitPort,
  { main }: RepositoryPlace,
  target: TargetOutcome,
  parts: Parts,
): Promise<ConfigurationFacts> {
  const tip = target.kind === 'found' ? target.tip : null;
  const readAt: ReadAt = (file) => (tip === null ? Promise.resolve(null) : git.readFileAt(tip, file));
  const commands = await readCommands({ git, settings: parts.settings, folders: { mainWorktree: main } }, tip);
  const here = await readFile(path.join(main, CONFIG_FILE), 'utf8').catch(() => null);
  const there = await readAt(CONFIG_FILE);
  const differs = here !== null && tip !== null && plain(here) !== plain(there ?? '');
  return {
    target:
      target.kind === 'found'
        ? { kind: 'found', name: shortRef(target.ref) }
        : { kind: 'missing', wanted: target.wanted },
    gates: await gatesOf(commands, { main, readAt, parts, file: there }),
    agents: await agentsOf(parts),
    agentProblem: commands.agentProblem,
    differsHere: differs ? path.join(main, CONFIG_FILE) : null,
    permission: parts.permission(commands.subject),
  };
}

/** Gates whose programs would be found on PATH and are not; of the others nothing is said. */
export async function programsOf({ gates }: Commands, parts: Parts): Promise<ConfigurationFacts['gates']> {
  if (gates.kind !== 'gates') return { kind: 'none' };
  const named = gates.gates.map(({ name, argv }) => ({ name, program: argv[0] ?? '' }));
  const onPath = named.filter(({ program }) => !/[/\\]/.test(program));
  const look = { main: '', readAt: () => Promise.resolve(null), parts, file: null };
  const all = onPath.map(async (gate) => ({ ...gate, place: await placeOf(gate.program, look, false) }));
  return { kind: 'gates', gates: await Promise.all(all), needInstall: [] };
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

interface GateLook {
  readonly main: string;
  readonly readAt: ReadAt;
  readonly parts: Parts;
  /** The configuration file on the target; null where there is none. */
  readonly file: string | null;
}

async function gatesOf({ gates }: Commands, look: GateLook): Promise<ConfigurationFacts['gates']> {
  switch (gates.kind) {
    case 'noGates':
      return { kind: 'none' };
    case 'invalid':
      return { kind: 'invalid', message: gates.message, isUnknownKey: await isUnknownKey(gates.file, look) };
    case 'gates': {
      const installs = gates.gates.some(isInstall);
      return {
        kind: 'gates',
        gates: await Promise.all(
          gates.gates.map(async (gate) => ({
            name: gate.name,
            program: gate.argv[0] ?? '',
            place: await placeOf(gate.argv[0] ?? '', look, installs),
          })),
        ),
        needInstall:
          installs || !(await hasDependencies(look)) ? [] : gates.gates.filter(isScript).map(({ name }) => name),
      };
    }
    default:
      return gates satisfies never;
  }
}

/** Whether the first thing that is wrong is a key that nobody knows. */
async function isUnknownKey(file: string | null, { file: text, parts }: GateLook): Promise<boolean> {
  if (file === null) {
    const read = gatesSchema.safeParse(parts.settings().gates ?? []);
    return read.error?.issues[0]?.code === 'unrecognized_keys';
  }
  const { startsWithUnknownKey } = await import('../../core/gates/configFile');
  return startsWithUnknownKey(text ?? '', configSchema);
}

function programOf({ argv }: Pick<Gate, 'argv'>): string {
  return path.basename(argv[0] ?? '').replace(/\.cmd$/i, '');
}

function isScript(gate: Gate): boolean {
  return SCRIPT_RUNNERS.includes(programOf(gate)) && !isInstall(gate);
}

/** Also inside a shell: `sh -c "npm ci && npm test"`. */
function isInstall({ argv }: Gate): boolean {
  const words = argv.flatMap((one) => one.split(/[\s;&|]+/));
  return words.some((word, at) => SCRIPT_RUNNERS.includes(word) && (INSTALLS.includes(words[at + 1] ?? '') || word === 'yarn' && words[at + 1] === undefined)); // prettier-ignore
}

async function hasDependencies({ readAt }: GateLook): Promise<boolean> {
  try {
    const read: unknown = JSON.parse((await readAt('package.json')) ?? '{}');
    if (typeof read !== 'object' || read === null) return false;
    const lists: unknown[] = ['dependencies', 'devDependencies'].map((name) => (read as Record<string, unknown>)[name]);
    return lists.some((list) => typeof list === 'object' && list !== null && Object.keys(list).length > 0);
  } catch {
    return false;
  }
}

async function placeOf(program: string, { main, readAt, parts }: GateLook, installs: boolean): Promise<ProgramPlace> {
  if (path.isAbsolute(program)) return (await exists(program)) ? 'there' : 'nowhere';
  if (!/[/\\]/.test(program)) {
    const found = await findProgram(program, { environment: parts.environment, platform: process.platform });
    return found === null ? 'nowhere' : 'there';
  }
  const name = path.posix.normalize(program.replaceAll('\\', '/'));
  // What an earlier gate installs is there by then.
  if ((installs && name.startsWith('node_modules/')) || (await readAt(name)) !== null) return 'there';
  return (await exists(path.join(main, name))) ? 'onlyHere' : 'nowhere';
}

async function agentsOf({ settings, environment }: Parts): Promise<ConfigurationFacts['agents']> {
  const read = readAgentProfiles(settings().agents);
  if (read.kind === 'invalid') return [];
  const { parseArgsStringToArgv } = await import('string-argv');
  return Promise.all(
    read.profiles.map(async ({ name, command }) => {
      const [program = ''] = typeof command === 'string' ? parseArgsStringToArgv(command) : command;
      const isPath = /[/\\]/.test(program);
      const found = isPath || (await findProgram(program, { environment, platform: process.platform })) !== null;
      return { name, program, isThere: path.isAbsolute(program) ? await exists(program) : found };
    }),
  );
}
