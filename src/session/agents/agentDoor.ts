import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Listeners } from '../../base/listeners';
import { messageOf } from '../../base/messageOf';
import { sha256 } from '../../base/sha256';
import type { AgentTools } from '../../core/agents/agentTools';
import {
  asCodexOption,
  asMcpServersFile,
  asOpencodeFile,
  readMcpServersFile,
  type McpServerCommand,
} from '../../core/agents/mcpServer';
import type { AgentAccess, AgentPass } from '../../ports/agentAccess';
import type { Log } from '../../ports/log';
import type { AgentVisit, AgentVisits } from '../hub/agentGuest';

interface DoorParts {
  /** Where the configuration files of runs are kept; absolute, in the store's folder. */
  readonly folder: string;
  /** Where leaders say how to reach them. */
  readonly leaderFolder: string;
  /** Path of the server's bundle. */
  readonly bundle: string;
  /** What runs it: Node, or VS Code as Node. */
  readonly program: string;
  readonly log: Log;
}

/** For nobody but its owner. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

interface OpenPass extends AgentVisit {
  readonly ended: Listeners<void>;
}

/** Lets runs of agents in: each has a token of its own, which is good for the tools of its story and dies with the run. */
export class AgentDoor implements AgentAccess, AgentVisits {
  /** By the token's hash, so that looking one up takes as long whatever it is. */
  readonly #passes = new Map<string, OpenPass>();

  constructor(private readonly parts: DoorParts) {}

  enter(token: string): AgentVisit | null {
    return this.#passes.get(sha256(token)) ?? null;
  }

  async open(runId: string, tools: AgentTools, reviews: boolean): Promise<AgentPass> {
    const { folder } = this.parts;
    const [mcpConfig, opencodeConfig] = [
      path.join(folder, `${runId}.json`),
      path.join(folder, `${runId}.opencode.json`),
    ];
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    if (process.platform !== 'win32') await chmod(folder, FOLDER_MODE);
    const token = (await tokenIn(mcpConfig)) ?? randomBytes(32).toString('hex');
    const server = this.#server(token, reviews);
    await writeFile(mcpConfig, asMcpServersFile(server), { mode: FILE_MODE });
    await writeFile(opencodeConfig, asOpencodeFile(server), { mode: FILE_MODE });
    const ended = new Listeners<void>(this.parts.log);
    const hash = sha256(token);
    this.#passes.set(hash, { tools, ended, onEnd: (listener) => ended.add(listener) });
    return {
      server,
      env: { SWITCHYARD_MCP_CONFIG: mcpConfig },
      placeholders: { mcpConfig, opencodeConfig, codexMcp: asCodexOption(server, mcpConfig) },
      end: async () => {
        this.#passes.delete(hash);
        ended.call();
        await Promise.all([mcpConfig, opencodeConfig, this.#finishedFile(runId)].map((file) => this.#remove(file)));
      },
    };
  }

  async remember(runId: string, said: string): Promise<void> {
    await writeFile(this.#finishedFile(runId), said, { mode: FILE_MODE });
  }

  remembered(runId: string): Promise<string> {
    return readFile(this.#finishedFile(runId), 'utf8').catch(() => '');
  }

  #finishedFile(runId: string): string {
    return path.join(this.parts.folder, `${runId}.finished`);
  }

  #server(token: string, reviews: boolean): McpServerCommand {
    const { program, bundle, leaderFolder } = this.parts;
    return {
      name: 'switchyard',
      command: program,
      args: [bundle],
      env: {
        ELECTRON_RUN_AS_NODE: '1',
        SWITCHYARD_LEADER: leaderFolder,
        SWITCHYARD_TOKEN: token,
        ...(reviews && { SWITCHYARD_REVIEWS: '1' }),
      },
    };
  }

  /** What stays is good for nothing. */
  async #remove(file: string): Promise<void> {
    await rm(file, { force: true }).catch((error: unknown) => {
      this.parts.log.warn(`[agents] ${file} could not be removed: ${messageOf(error)}`);
    });
  }
}

/** The token of a run that was begun before; null where there is none. */
async function tokenIn(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (readMcpServersFile(text)?.SWITCHYARD_TOKEN ?? null);
}
