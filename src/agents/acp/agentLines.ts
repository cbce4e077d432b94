/** What an agent may say in one message, in bytes; a longer one ends the talk. */
const LONGEST = 32 * 1024 * 1024;
const NEWLINE = 0x0a;
const OPENING_BRACE = 0x7b;

export interface LineSinks {
  /** Each message as it came, without its line break. */
  readonly onMessage: (line: string) => void;
  /** What it tells of its session, unchecked: agents tell more, and otherwise, than the protocol's schema knows. */
  readonly onUpdate: (params: unknown) => void;
  /** A line that is no message: agents print banners and warnings among them. */
  readonly onNoise: (line: string) => void;
}

/** The messages of an agent that wait for an answer or are one, of all the lines that it prints. */
export async function* messagesOf(
  stdout: AsyncIterable<Uint8Array | string>,
  sinks: LineSinks,
): AsyncGenerator<Uint8Array> {
  let pending: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdout) {
    let rest = Buffer.from(chunk as Uint8Array);
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      const line = Buffer.concat([...pending, rest.subarray(0, at + 1)]);
      [pending, length, rest] = [[], 0, rest.subarray(at + 1)];
      if (isMessage(line, sinks)) yield line;
    }
    if (rest.length > 0) pending.push(rest);
    length += rest.length;
    if (length > LONGEST) throw new Error('It sent a message of more than 32 MB.');
  }
  const last = Buffer.concat(pending);
  if (last.length > 0 && isMessage(last, sinks)) yield Buffer.concat([last, Buffer.from('\n')]);
}

const UPDATE = 'session/update';

/** Whether the line is for who answers. */
function isMessage(line: Buffer, { onMessage, onUpdate, onNoise }: LineSinks): boolean {
  const text = line.toString('utf8').trimEnd();
  const message = line[0] === OPENING_BRACE ? parse(text) : null;
  if (message === null) {
    if (text !== '') onNoise(text);
    return false;
  }
  onMessage(text);
  if (message.method !== UPDATE || 'id' in message) return true;
  onUpdate(message.params);
  return false;
}

function parse(text: string): { readonly method?: unknown; readonly params?: unknown } | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}
