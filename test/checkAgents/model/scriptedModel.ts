import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WIRE_FORMS } from './wireForms';
import type { ModelTurn, OfferedTool } from './request';

/** How the service of the model behaves. */
export type ServiceMode = 'works' | 'limited' | 'unknownPerson';

/** One request for a turn, as the agent sent it. */
export interface ModelRequest {
  /** JSON. */
  readonly text: string;
}

/** What a try tells an agent to do, as it stands in the JSON of a request. */
const TASK = /Write the file (switchyard-try-[\w-]+\.txt) at the top[^]*?It has one line: (tried [\w-]+)/g;

/**
 * Stands in the place of a model, in the forms of Anthropic, OpenAI and Google. Asked for what a try asks for, it runs one
 * shell command by whatever tool the agent offers for that, and then says that it is done.
 */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  mode: ServiceMode = 'works';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  static async start(): Promise<ScriptedModel> {
    const model = new ScriptedModel();
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** Without a path. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const form = WIRE_FORMS.find((one) => one.matches(pathname));
    if (form === undefined || request.method !== 'POST') return aside(pathname, response);
    if (this.mode !== 'works') return refuse(this.mode, response);
    const body = JSON.parse(text) as Record<string, unknown>;
    const tools = form.tools(body);
    this.requests.push({ text });
    const model = typeof body['model'] === 'string' ? body['model'] : 'scripted';
    const answer = form.answer(turnFor(text, tools), model);
    const streams = body['stream'] === true || /:stream/i.test(pathname) || searchParams.get('alt') === 'sse';
    if (!streams) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.whole));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [name, data] of answer.events)
      response.write(`${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
    response.end(answer.end === undefined ? '' : `data: ${answer.end}\n\n`);
  }
}

/** What agents ask beside: which models there are, and how long a text is. */
function aside(path: string, response: ServerResponse): void {
  const json = (value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (/count_?tokens$/i.test(path)) return json({ input_tokens: 10, totalTokens: 10 });
  if (path.endsWith('/models'))
    return json({ object: 'list', data: [{ id: 'scripted', object: 'model', owned_by: 'test' }] });
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not here"}}');
}

/** As each of the three services says it: whoever reads one of them finds its own field. */
function refuse(mode: Exclude<ServiceMode, 'works'>, response: ServerResponse): void {
  const limited = mode === 'limited';
  const [status, type] = limited ? [429, 'rate_limit_error'] : [401, 'authentication_error'];
  const google = limited ? 'RESOURCE_EXHAUSTED' : 'UNAUTHENTICATED';
  const message = limited ? 'Rate limit reached for requests.' : 'Invalid authentication credentials.';
  const details = limited ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3600s' }] : [];
  response.writeHead(status, { 'content-type': 'application/json', ...(limited && { 'retry-after': '3600' }) });
  response.end(
    JSON.stringify({
      type: 'error',
      error: { type, message, code: status, status: google, details },
    }),
  );
}

function turnFor(text: string, tools: readonly OfferedTool[]): ModelTurn {
  const [, file, line] = [...text.matchAll(TASK)].at(-1) ?? [];
  const shell = tools.find(({ name }) => SHELL.test(name) && !NO_SHELL.test(name));
  if (file === undefined || line === undefined || shell === undefined) return { kind: 'text', text: 'A trial.' };
  const id = line.replaceAll(/[^a-z0-9]/gi, '');
  if (text.includes(`committed-${id}`)) return { kind: 'text', text: 'It is done.' };
  const command = `printf '%s\\n' '${line}' > ${file} && git add ${file} && git commit -q -m 'Try the agent' ${file} && echo committed-${id}`;
  return { kind: 'tool', id: `call_${id}`.slice(0, 40), name: shell.name, input: inputOf(shell, command) };
}

const SHELL =
  /^(?:bash|shell|local_shell|run_shell_command|exec_command|execute_command|run_commands?|launch-process|terminal|powershell)$/i;
const NO_SHELL = /(?:output|status|kill|read|write|list|stop)/i;

/** The command, in whatever form the tool takes one, and something for whatever else it must have. */
function inputOf({ properties, required }: OfferedTool, command: string): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of ['command', 'cmd', 'commands', 'script']) {
    const property = properties[name];
    if (property === undefined) continue;
    const isList = property.type === 'array' || (property.type === undefined && name === 'commands');
    input[name] = !isList ? command : name === 'commands' ? [command] : ['bash', '-lc', command];
    break;
  }
  for (const name of required) input[name] ??= valueOf(properties[name]?.type);
  return input;
}

function valueOf(type: unknown): unknown {
  const [first] = Array.isArray(type) ? (type as unknown[]) : [type];
  if (first === 'boolean' || first === 'BOOLEAN') return false;
  if (first === 'number' || first === 'integer' || first === 'NUMBER' || first === 'INTEGER') return 60_000;
  return 'Try the agent';
}
