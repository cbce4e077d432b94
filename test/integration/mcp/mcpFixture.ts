import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';

/** What the scripted agent was answered. */
export interface ToolReport {
  readonly tool: string;
  readonly content?: readonly { readonly text: string }[];
  readonly isError?: boolean;
  readonly failed?: string;
}

const AGENT_SCRIPT = path.join(projectRoot, 'test', 'support', 'mcpAgent.mjs');

/** A scripted agent's plan and report, outside every worktree. */
export class AgentScript {
  readonly #plan: string;
  readonly #report: string;

  constructor(folder: string, name = 'agent') {
    this.#plan = path.join(folder, `${name}.plan.json`);
    this.#report = path.join(folder, `${name}.report`);
  }

  /** What settings name as an agent that does these steps. */
  profile(steps: readonly unknown[], name = 'scripted'): object {
    writeFileSync(this.#plan, JSON.stringify(steps));
    return { name, role: 'coder', command: [process.execPath, AGENT_SCRIPT, this.#plan, this.#report] };
  }

  report(): ToolReport[] {
    if (!existsSync(this.#report)) return [];
    const lines = readFileSync(this.#report, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ToolReport);
  }

  /** The texts of a tool's answers, in turn. */
  answers(tool: string): string[] {
    return this.report().filter((one) => one.tool === tool).map((one) => one.content?.[0]?.text ?? one.failed ?? ''); // prettier-ignore
  }
}
