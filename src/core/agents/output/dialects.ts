import type { Dialect } from './agentSaid';
import { auggie } from './auggie';
import { claude } from './claude';
import { cline } from './cline';
import { codex } from './codex';
import { copilot } from './copilot';
import { gemini } from './gemini';
import { opencode } from './opencode';

/** Whose lines of JSON can be read. */
export const DIALECT_NAMES = ['claude', 'gemini', 'codex', 'opencode', 'copilot', 'cline', 'auggie'] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  claude,
  gemini,
  codex,
  opencode,
  copilot,
  cline,
  auggie,
};
