import type { AgentSaid } from './agentSaid';
import { at, textAt } from './json';

/** What a tool is used for, in the first of these that its input has. */
const TELLING = ['command', 'cmd', 'file_path', 'filePath', 'absolute_path', 'path', 'pattern', 'query', 'url', 'prompt', 'description']; // prettier-ignore
const PATHS = ['file_path', 'filePath', 'absolute_path', 'path'];
/** Tools that change the file that they name, whatever the agent calls them. */
const WRITES = /(?:^|_|\b)(?:write|edit|multiedit|replace|create|str_replace|patch|apply_diff|save)/i;
const LONGEST = 200;

/** Beginning to use a tool, as all agents tell it: a name, and an input of its own. */
export function toolSaid(name: string, input: unknown): AgentSaid[] {
  const detail =
    TELLING.map((key) => textAt(input, key)).find((text) => text !== '') ?? commandLine(at(input, 'command'));
  const file = PATHS.map((key) => textAt(input, key)).find((text) => text !== '');
  const said: AgentSaid[] = [{ kind: 'tool', name: name === '' ? 'a tool' : name, detail: oneLine(detail) }];
  if (file !== undefined && WRITES.test(name)) said.push({ kind: 'file', path: file, how: 'changed' });
  return said;
}

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

function commandLine(command: unknown): string {
  return Array.isArray(command) ? command.filter((part) => typeof part === 'string').join(' ') : '';
}
