import * as vscode from 'vscode';
import { findAcpPresets, findPresets, type FoundAcpPreset, type FoundPreset } from '../../agents/findPresets';
import { needsOf } from '../../core/agents/agentNeeds';
import type { AgentRole } from '../../core/pipeline/roles';
import type { CommandContext } from '../commands/context';
import { editAgents } from '../commands/setUp';
import { pickOne } from '../say/pick';
import { standingSetting } from '../settings';
import { tryAgent, type AgentEntry } from './tryAgent';

type Offered = { kind: 'line'; preset: FoundPreset } | { kind: 'acp'; preset: FoundAcpPreset } | { kind: 'own' };

/**
 * Offers the well-known agents that are installed here, asks what the chosen one is for, tries it where the person wants that, and puts it first in
 * the settings: the person's own, unless the folder or the workspace has a list already.
 */
export async function setUpAgent(context: CommandContext): Promise<void> {
  const [found, talking] = await Promise.all([findPresets(process.env), findAcpPresets(process.env)]);
  const title =
    found.length === 0 && talking.length === 0
      ? vscode.l10n.t('No well-known agent was found on PATH')
      : vscode.l10n.t('Which agent do you want to set up?');
  const picked = await pickOne<Offered>(rowsOf(found, talking), { title });
  if (picked === undefined) return;
  if (picked.kind === 'own') return editAgents(context);
  const role = await pickRole(picked.preset.name);
  if (role === undefined) return;
  const chosen = picked.kind === 'acp' ? await talkingAgent(picked.preset) : lineAgent(picked.preset);
  if (chosen === undefined) return;
  // One program may do several things, each as an agent of its own.
  const agent = { ...chosen, name: `${chosen.name}${SUFFIX[role]}`, role };
  await tryAgent(context, agent, () => putFirst(context, agent));
}

const SUFFIX: Readonly<Record<AgentRole, string>> = { coder: '', qa: '-review', mergemaster: '-merge' };

function pickRole(name: string): Promise<AgentRole | undefined> {
  const rows: { label: string; detail: string; value: AgentRole }[] = [
    { label: vscode.l10n.t('Coding'), detail: vscode.l10n.t('It works on the stories that you start.'), value: 'coder' }, // prettier-ignore
    { label: vscode.l10n.t('Reviewing'), detail: vscode.l10n.t('It looks at each story whose gates are green, and accepts it or sends it back.'), value: 'qa' }, // prettier-ignore
    { label: vscode.l10n.t('Solving Merges'), detail: vscode.l10n.t('It is put to a story that cannot be merged, or is red once it is.'), value: 'mergemaster' }, // prettier-ignore
  ];
  return pickOne(rows, { title: vscode.l10n.t('What is {0} for?', name) });
}

function rowsOf(
  found: readonly FoundPreset[],
  talking: readonly FoundAcpPreset[],
): Parameters<typeof pickOne<Offered>>[0] {
  const own = vscode.l10n.t('Another command…');
  const talks = vscode.l10n.t('Goes on with its conversation, hears you while it works, and can ask you.');
  return [
    ...found.map((preset) => ({
      label: preset.name,
      description: preset.program,
      detail: inOneLine([needsWords(preset.program), preset.note]),
      value: { kind: 'line', preset } as const,
    })),
    ...talking.map((preset) => ({
      label: vscode.l10n.t('{0} over ACP', preset.name),
      description: preset.command,
      detail: inOneLine([talks, needsWords(preset.program), preset.note]),
      value: { kind: 'acp', preset } as const,
    })),
    { label: own, description: vscode.l10n.t('write it in the settings yourself'), value: { kind: 'own' } },
  ];
}

function inOneLine(sentences: readonly string[]): string {
  return sentences.filter((one) => one !== '').join(' ');
}

/** What the agent needs before it can work. */
function needsWords(program: string): string {
  const needs = needsOf([program]);
  if (needs === null) return '';
  return needs.node === null
    ? vscode.l10n.t('Needs a login: {0}.', needs.login)
    : vscode.l10n.t('Needs Node {0} or later, and a login: {1}.', needs.node, needs.login);
}

function lineAgent({ name, command, env }: FoundPreset): AgentEntry {
  return { name, preset: name, command, ...(Object.keys(env).length === 0 ? {} : { env }) };
}

/** Asks whether it may do everything unasked; one that never asks is not asked about. */
async function talkingAgent({ name, command, env, unasked }: FoundAcpPreset): Promise<AgentEntry | undefined> {
  const agent = { name, transport: 'acp', command, ...(Object.keys(env).length === 0 ? {} : { env }) };
  if (Object.keys(unasked).length === 0) return agent;
  const picked = await pickOne(
    [
      {
        label: vscode.l10n.t('Ask Me'),
        detail: vscode.l10n.t('What it asks stands on its story and in Needs You.'),
        value: {},
      },
      { label: vscode.l10n.t('Do Everything Unasked'), detail: JSON.stringify(unasked), value: unasked },
    ],
    { title: vscode.l10n.t('May {0} change files and run commands without asking?', name) },
  );
  return picked === undefined ? undefined : { ...agent, ...picked };
}

async function putFirst(context: CommandContext, agent: AgentEntry): Promise<void> {
  const root = context.host.repository?.rootUri;
  const { value, target } = standingSetting('agents', root);
  // What is no list is not written over: whoever wrote it meant something.
  if (value != null && !Array.isArray(value)) return editAgents(context);
  const kept = Array.isArray(value) ? (value as unknown[]) : [];
  const others = kept.filter((one) => (one as { name?: unknown } | null)?.name !== agent.name);
  await vscode.workspace.getConfiguration('switchyard', root).update('agents', [agent, ...others], target);
}
