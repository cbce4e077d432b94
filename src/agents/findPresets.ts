import { ACP_PRESETS, type AcpPreset } from '../core/agents/acpPresets';
import { AGENT_PRESETS, type AgentPreset } from '../core/agents/presets';
import { findProgram } from '../processes/findProgram';

/** A preset whose program is there. `path` is absolute. */
export interface FoundPreset extends AgentPreset {
  readonly path: string;
}

/** An agent that speaks ACP whose program is there. `path` is absolute. */
export interface FoundAcpPreset extends AcpPreset {
  readonly path: string;
}

/** As `findPresets`, of those that are talked with. */
export async function findAcpPresets(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<FoundAcpPreset[]> {
  const paths = await Promise.all(ACP_PRESETS.map(({ program }) => findProgram(program, { environment, platform })));
  return ACP_PRESETS.flatMap((preset, index) => {
    const path = paths[index];
    return path == null ? [] : [{ ...preset, path }];
  });
}

/** The well-known agents that are found on PATH, in the order of the presets. None of them is run. */
export async function findPresets(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<FoundPreset[]> {
  const paths = await Promise.all(AGENT_PRESETS.map(({ program }) => findProgram(program, { environment, platform })));
  return AGENT_PRESETS.flatMap((preset, index) => {
    const path = paths[index];
    return path == null ? [] : [{ ...preset, path }];
  });
}
