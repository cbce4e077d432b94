// `npm run check:agents`: the presets of well-known agents, held against the programs themselves, which npm installs into a
// cache (some GB). Their model is replaced by a scripted one on this machine; nobody's settings and accounts are touched.
//
//   npm run check:agents                              every agent, every scenario
//   npm run check:agents -- --only codex,claude       some agents, as command lines and over ACP
//   npm run check:agents -- --way acp                 one way alone: line or acp
//   npm run check:agents -- --scenario resumes        some scenarios
//   npm run check:agents -- --fresh                   installs the newest versions again
//   npm run check:agents -- --keep <folder>           keeps what the programs printed, a file each
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { splitCommand } from '../../src/agents/commandLine/splitCommand';
import { ACP_PRESETS } from '../../src/core/agents/acpPresets';
import { presetNamed } from '../../src/core/agents/presets';
import { agentProfileSchema } from '../../src/core/agents/profile';
import { messageOf } from '../../src/base/messageOf';
import { textTable } from '../../src/core/words/textTable';
import { createProcesses } from '../../src/processes/processes';
import { TemporaryRepository } from '../support/temporaryRepository';
import { AGENTS_UNDER_CHECK, type AgentUnderCheck } from './agentsUnderCheck';
import { install, nodeForAgents, runOwn, whyNotStarting } from './installed';
import { ScriptedModel } from './model/scriptedModel';
import { checkAgent, SCENARIOS, type Scenario } from './scenarios';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    scenario: { type: 'string' },
    way: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    keep: { type: 'string' },
    seconds: { type: 'string', default: '120' },
  },
});

const wanted = SCENARIOS.filter((one) => values.scenario === undefined || values.scenario.split(',').includes(one));
const agents = AGENTS_UNDER_CHECK.filter(
  ({ name }) => values.only === undefined || values.only.split(',').includes(name),
);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };

/** A row of the table; `faults` are what a preset does wrong. */
interface Row {
  readonly name: string;
  readonly cells: ReadonlyMap<Scenario, string>;
  readonly note: string;
  readonly faults: readonly string[];
}

/** One way to start an agent. */
interface Start {
  /** As it stands in the table. */
  readonly label: string;
  readonly agent: AgentUnderCheck;
  readonly package: string;
  readonly program: string;
  readonly command: string;
  /** Of its profile. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

function startsOf(agent: AgentUnderCheck): Start[] {
  const line = presetNamed(agent.name);
  const talking = ACP_PRESETS.find(({ name }) => name === agent.name);
  return [
    ...(line === null
      ? []
      : [{ ...line, label: agent.name, agent, package: agent.package, more: { preset: agent.name } }]),
    ...(talking === undefined
      ? []
      : [
          {
            ...talking,
            label: `${agent.name} over ACP`,
            agent,
            package: agent.acpPackage ?? agent.package,
            more: { transport: 'acp', ...talking.unasked },
          },
        ]),
  ];
}

function isWanted({ more }: Start): boolean {
  return values.way === undefined || (values.way === 'acp') === (more['transport'] === 'acp');
}

async function checkOne(start: Start, nodeFolder: string | null): Promise<Row> {
  const { label, agent, program } = start;
  const row = (note: string, faults: readonly string[] = []): Row => ({ name: label, cells: new Map(), note, faults });
  const installed = await install(start.package, program, values.fresh ? 'fresh' : 'cached');
  if (installed.kind === 'failed') return row(installed.why);
  const folder = await mkdtemp(path.join(tmpdir(), 'switchyard-check-'));
  const model = await ScriptedModel.start();
  const repository = await TemporaryRepository.create();
  try {
    await repository.commit({ 'README.md': 'here\n' }, 'first');
    const place = { home: path.join(folder, 'home'), url: model.url };
    await mkdir(place.home, { recursive: true });
    const own = await agent.prepare(place);
    const env = { ...homeVariables(place.home), PATH: pathWith(installed.bin, nodeFolder), ...own };
    const why = await whyNotStarting(installed.program, env);
    if (why !== null) return row(`${installed.version}: ${why}`);
    if (agent.cannot !== null) return row(`${installed.version}: starts; ${agent.cannot}`);
    for (const args of agent.setUp?.(place) ?? []) await runOwn(installed.program, args, env);
    const template = [installed.program, ...(await splitCommand(start.command)).slice(1)];
    const given = { name: agent.name, command: template, env: { ...start.env, ...env }, ...start.more };
    const profile = agentProfileSchema.parse(given);
    const processes = createProcesses({ recordDir: path.join(folder, 'runs'), log: silent });
    const [cells, faults] = [new Map<Scenario, string>(), [] as string[]];
    const limitMs = Number(values.seconds) * 1000;
    const bench = { profile, template, processes, env: {}, limitMs, folder, repository, model, keep: keepFor(label) };
    for await (const [scenario, finding] of checkAgent(bench, wanted)) {
      cells.set(scenario, finding.said);
      if (finding.isFault) faults.push(`${label}: ${scenario}: ${finding.said}`);
      console.error(`${label}: ${scenario}: ${finding.said}`);
    }
    return { name: label, cells, note: installed.version, faults };
  } catch (error) {
    return row(`${installed.version}: ${messageOf(error)}`, [`${label}: ${messageOf(error)}`]);
  } finally {
    model.close();
    await repository.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A home of its own: nobody's settings, accounts and histories are seen or written. */
function homeVariables(home: string): Record<string, string> {
  return {
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    XDG_STATE_HOME: path.join(home, '.local', 'state'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    DO_NOT_TRACK: '1',
    NO_BROWSER: '1',
    CI: '1',
  };
}

function pathWith(...folders: (string | null)[]): string {
  return [...folders.filter((one) => one !== null), process.env['PATH'] ?? ''].join(path.delimiter);
}

function keepFor(name: string): (scenario: Scenario, run: { readonly raw: string }) => Promise<void> {
  const { keep } = values;
  if (keep === undefined) return () => Promise.resolve();
  return async (scenario, { raw }) => {
    await mkdir(keep, { recursive: true });
    await writeFile(path.join(keep, `${name}.${scenario}.txt`.replaceAll(' ', '-')), raw);
  };
}

function table(rows: readonly Row[]): string {
  const full = rows.filter(({ cells }) => cells.size > 0);
  const lines = full.map(({ name, cells, note }) => [name, note, ...wanted.map((one) => cells.get(one) ?? '')]);
  const short = rows.filter(({ cells }) => cells.size === 0).map(({ name, note }) => `${name}: ${note}`);
  return [...(lines.length > 0 ? [textTable(['agent', 'version', ...wanted], lines)] : []), ...short].join('\n');
}

async function main(): Promise<void> {
  const nodeFolder = await nodeForAgents();
  const rows: Row[] = [];
  for (const start of agents.flatMap(startsOf).filter(isWanted)) rows.push(await checkOne(start, nodeFolder));
  console.log(table(rows));
  const faults = rows.flatMap((row) => row.faults);
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? 'No preset does anything wrong.' : `${faults.length} faults.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

void main();
