import * as vscode from 'vscode';
import { findAcpPresets, findPresets, type FoundAcpPreset, type FoundPreset } from '../../agents/findPresets';
import { needsOf } from '../../core/agents/agentNeeds';
import type { CommandContext } from '../commands/context';
import { editAgents } from '../commands/setUp';
import { pickOne } from '../say/pick';
import { standingSetting } from '../settings';
import { tryAgent, type AgentEntry } from './tryAgent';

type Offered = { kind: 'line'; preset: FoundPreset } | { kind: 'acp'; preset: FoundAcpPreset } | { kind: 'own' };

/**
 * Offers the well-known agents that are installed here, tries the chosen one where the person wants that, and puts it first in
 * the settings: the person's own, unless the folder or the workspace has a list already.
 */
export async function setUpAgent(context: CommandContext): Promise<void> {
  const [found, talking] = await Promise.all([findPresets(process.env), findAcpPresets(process.env)]);
  const title =
    found.length === 0 && talking.length === 0
      ? vscode.l10n.t('No well-known agent was found on PATH')
      : vscode.l10n.t('Which agent should code?');
  const picked = await pickOne<Offered>(rowsOf(found, talking), { title });
  if (picked === undefined) return;
  if (picked.kind === 'own') return editAgents(context);
  const agent = picked.kind === 'acp' ? await talkingAgent(picked.preset) : lineAgent(picked.preset);
  if (agent !== undefined) await tryAgent(context, agent, () => putFirst(context, agent));
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
  return { name, role: 'coder', preset: name, command, ...(Object.keys(env).length === 0 ? {} : { env }) };
}

/** Asks whether it may do everything unasked; one that never asks is not asked about. */
async function talkingAgent({ name, command, env, unasked }: FoundAcpPreset): Promise<AgentEntry | undefined> {
  const agent = { name, role: 'coder', transport: 'acp', command, ...(Object.keys(env).length === 0 ? {} : { env }) };
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
  const kept = Array.isArray(value) ? (value as unknown[]) : [];
  const others = kept.filter((one) => (one as { name?: unknown } | null)?.name !== agent.name);
  await vscode.workspace.getConfiguration('switchyard', root).update('agents', [agent, ...others], target);
}
