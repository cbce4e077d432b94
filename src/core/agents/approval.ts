import type { Command } from './command';

/** What is configured to be executed. Timeouts and models as words for people are no part of it. */
export interface ApprovableCommands {
  readonly gates: readonly {
    readonly name: string;
    readonly command: Command;
    readonly writes?: boolean;
    readonly paths?: readonly string[] | undefined;
    readonly after?: 'landing' | undefined;
  }[];
  /** Commands that make worktrees ready, and one that runs before they are removed. */
  readonly worktree?: {
    readonly setUp?: readonly Command[] | undefined;
    readonly tearDown?: Command | undefined;
    readonly gateTrees?: boolean | undefined;
  };
  readonly agents: readonly {
    readonly name: string;
    readonly role: string;
    readonly command: Command;
    readonly model?: string | undefined;
    readonly preset?: string | undefined;
    readonly resume?: Command | undefined;
    readonly transport?: string | undefined;
    readonly mode?: string | undefined;
    readonly options?: Readonly<Record<string, string | boolean>> | undefined;
    readonly env: Readonly<Record<string, string>>;
  }[];
}

/**
 * The commands that a person approves once, one a line: the text that is shown, and the text whose hash is kept. Each
 * value is written as JSON, which nothing inside it can end, so two different lists never give the same text.
 */
export function approvalText({ gates, agents, worktree = {} }: ApprovableCommands): string {
  const lines = [
    ...gates.map(({ name, command, writes, paths, after }) => {
      // What makes a gate prove less is approved with it.
      const less = [...(writes === true ? ['writes'] : []), ...(paths ? [`paths ${json(paths)}`] : [])];
      if (after !== undefined) less.push(`after ${after}`);
      return [`gate ${json(name)}: ${json(command)}`, ...less].join(' ');
    }),
    ...(worktree.setUp ?? []).map(
      (command) => `set-up: ${json(command)}${worktree.gateTrees === true ? ' also for gates' : ''}`,
    ),
    ...(worktree.tearDown === undefined ? [] : [`tear-down: ${json(worktree.tearDown)}`]),
    ...agents.map(({ name, role, command, model, preset, resume, env, transport, mode, options = {} }) => {
      const variables = sorted(env);
      const parts = [json(command), ...(model === undefined ? [] : [`model ${json(model)}`])];
      // By these it is started in another way when it goes on with a conversation.
      if (preset !== undefined) parts.push(`preset ${json(preset)}`);
      if (resume !== undefined) parts.push(`resume ${json(resume)}`);
      if (variables.length > 0) parts.push(`env ${json(Object.fromEntries(variables))}`);
      // What an agent may do unasked over ACP is approved with it.
      if (transport === 'acp') parts.push('over ACP');
      if (mode !== undefined) parts.push(`mode ${json(mode)}`);
      if (Object.keys(options).length > 0) parts.push(`options ${json(Object.fromEntries(sorted(options)))}`);
      return `agent ${json(name)} ${json(role)}: ${parts.join(' ')}`;
    }),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function sorted<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A command that a story's text names, as it is approved: by itself, and exactly so. */
export function criterionApprovalText(command: string): string {
  return `criterion: ${json(command)}\n`;
}

/** JSON, with characters that would not show or would turn the reading direction written as their code. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) =>
    Array.from({ length: one.length }, (_, at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
