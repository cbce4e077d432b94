/**
 * The approved text as a person reads it: what each command is for, then the command as one would type it. It is read from
 * just the text whose hash is kept, so nothing is approved that was not shown; a line that is not understood stands as it is.
 */
export function readableApproval(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => readableLine(tokensOf(line)) ?? line).join('\n');
}

type Token = { readonly word: string } | { readonly value: unknown };

/** Words and JSON values of a line, in their order; null where it is not made of these. */
function tokensOf(line: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const rest = line.slice(at);
    const word = /^[a-z][\w-]*:?|^:/.exec(rest)?.[0];
    const end = word === undefined ? endOfValue(rest) : word.length;
    if (end === null) return null;
    if (word === undefined) tokens.push({ value: JSON.parse(rest.slice(0, end)) as unknown });
    else if (word !== ':') tokens.push({ word: word.replace(/:$/, '') });
    at += end;
    while (line[at] === ' ') at += 1;
  }
  return tokens;
}

/** Where a JSON string, list or object ends that the text begins with; null where none does. */
function endOfValue(text: string): number | null {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isQuoted && letter === '\\') at += 1;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === '[' || letter === '{')) depth += 1;
    else if (!isQuoted && (letter === ']' || letter === '}')) depth -= 1;
    if (!isQuoted && depth === 0) return /^["[{]/.test(text) ? at + 1 : null;
  }
  return null;
}

function readableLine(tokens: readonly Token[] | null): string | null {
  if (tokens === null) return null;
  const [first, ...rest] = tokens;
  if (first === undefined || !('word' in first)) return null;
  const values = rest.flatMap((one) => ('value' in one ? [one.value] : []));
  const words = rest.flatMap((one) => ('word' in one ? [one.word] : []));
  switch (first.word) {
    case 'gate':
      return [`Gate ${nameOf(values[0])}: ${commandLine(values[1])}`, ...gateNotes(words, values[2])].join('\n      ');
    case 'agent': {
      const [name, role, command, ...extra] = values;
      const notes = agentNotes(words, extra);
      return [`Agent ${nameOf(name)} (${nameOf(role)}): ${commandLine(command)}`, ...notes].join('\n      ');
    }
    case 'set-up':
      return `Set-up: ${commandLine(values[0])}${words.length > 0 ? ' (for gates as well)' : ''}`;
    case 'tear-down':
      return `Tear-down: ${commandLine(values[0])}`;
    case 'criterion':
      return `Criterion: ${commandLine(values[0])}`;
    default:
      return null;
  }
}

function gateNotes(words: readonly string[], paths: unknown): string[] {
  return [
    ...(words.includes('writes') ? ['may change tracked files'] : []),
    ...(words.includes('paths') && Array.isArray(paths) ? [`only where these change: ${paths.map(argument).join(' ')}`] : []),
    ...(words.includes('after') ? ['runs after the landing'] : []),
  ]; // prettier-ignore
}

function agentNotes(words: readonly string[], extra: readonly unknown[]): string[] {
  const left = [...extra];
  return words.flatMap((word) => {
    const value = left.shift();
    if (word === 'model') return [`model ${argument(value)}`];
    if (word !== 'env' || typeof value !== 'object' || value === null) return [`${word} ${JSON.stringify(value)}`];
    return Object.entries(value).map(([name, setting]) => `${argument(name)}=${argument(setting)}`);
  });
}

function nameOf(value: unknown): string {
  return typeof value === 'string' && /^[\p{L}\p{N} _.-]+$/u.test(value) ? value : escaped(JSON.stringify(value));
}

/** A line is split by the program and stands as it was written; a list is written as one would type it. */
function commandLine(command: unknown): string {
  if (Array.isArray(command)) return command.map(argument).join(' ');
  return typeof command === 'string' && !hasUnseen(command) ? command : escaped(JSON.stringify(command));
}

function argument(value: unknown): string {
  if (typeof value !== 'string' || hasUnseen(value) || (value.includes("'") && /[\s"\\]/.test(value)))
    return escaped(JSON.stringify(value));
  return /^[\w@%+=:,./{}-]+$/.test(value) ? value : value.includes("'") ? `"${value}"` : `'${value}'`;
}

function hasUnseen(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`);
}
