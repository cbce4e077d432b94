import { listAt, toolOf, USAGE, type ModelTurn, type WireForm } from './request';

/** Anthropic's messages. */
const anthropic: WireForm = {
  matches: (path) => path.endsWith('/messages'),
  tools: (body) => listAt(body, 'tools').map((tool) => toolOf(tool['name'], tool['input_schema'])),
  answer: (turn, model) => {
    const usage = { input_tokens: USAGE.input, output_tokens: USAGE.output };
    const block = turn.kind === 'text' ? { type: 'text', text: turn.text } : { type: 'tool_use', id: turn.id, name: turn.name, input: turn.input }; // prettier-ignore
    const empty = turn.kind === 'text' ? { ...block, text: '' } : { ...block, input: {} };
    const delta = turn.kind === 'text' ? { type: 'text_delta', text: turn.text } : { type: 'input_json_delta', partial_json: JSON.stringify(turn.input) }; // prettier-ignore
    const stop = turn.kind === 'text' ? 'end_turn' : 'tool_use';
    const message = { id: `msg_${idOf(turn)}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage }; // prettier-ignore
    const events: [string, unknown][] = [
      ['message_start', { type: 'message_start', message }],
      ['content_block_start', { type: 'content_block_start', index: 0, content_block: empty }],
      ['content_block_delta', { type: 'content_block_delta', index: 0, delta }],
      ['content_block_stop', { type: 'content_block_stop', index: 0 }],
      ['message_delta', { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage }],
      ['message_stop', { type: 'message_stop' }],
    ];
    return { events, whole: { ...message, content: [block], stop_reason: stop } };
  },
};

/** OpenAI's responses. */
const responses: WireForm = {
  matches: (path) => path.endsWith('/responses'),
  tools: (body) =>
    listAt(body, 'tools').flatMap((tool) =>
      tool['type'] === 'function' ? [toolOf(tool['name'], tool['parameters'])] : [],
    ),
  answer: (turn, model) => {
    const item =
      turn.kind === 'text'
        ? { type: 'message', id: `msg_${idOf(turn)}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: turn.text, annotations: [] }] }
        : { type: 'function_call', id: `fc_${turn.id}`, call_id: turn.id, name: turn.name, arguments: JSON.stringify(turn.input), status: 'completed' }; // prettier-ignore
    const usage = {
      input_tokens: USAGE.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: USAGE.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: USAGE.input + USAGE.output,
    };
    const response = {
      id: `resp_${idOf(turn)}`,
      object: 'response',
      created_at: 1,
      model,
      status: 'in_progress',
      output: [],
    };
    const done = { ...response, status: 'completed', output: [item], usage };
    const events: [string, unknown][] = [
      ['response.created', { type: 'response.created', response, sequence_number: 0 }],
      [
        'response.output_item.added',
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { ...item, ...(turn.kind === 'text' && { content: [] }) },
          sequence_number: 1,
        },
      ],
      ...(turn.kind === 'text'
        ? ([['response.output_text.delta', { type: 'response.output_text.delta', item_id: item.id, output_index: 0, content_index: 0, delta: turn.text, sequence_number: 2 }]] as [string, unknown][])
        : []), // prettier-ignore
      ['response.output_item.done', { type: 'response.output_item.done', output_index: 0, item, sequence_number: 3 }],
      ['response.completed', { type: 'response.completed', response: done, sequence_number: 4 }],
    ];
    return { events, whole: done };
  },
};

/** OpenAI's chat completions. */
const chat: WireForm = {
  matches: (path) => path.endsWith('/chat/completions'),
  tools: (body) =>
    listAt(body, 'tools').map(({ function: of }) => {
      const { name, parameters } = (of ?? {}) as { name?: unknown; parameters?: unknown };
      return toolOf(name, parameters);
    }),
  answer: (turn, model) => {
    const usage = {
      prompt_tokens: USAGE.input,
      completion_tokens: USAGE.output,
      total_tokens: USAGE.input + USAGE.output,
    };
    const head = { id: `chatcmpl-${idOf(turn)}`, created: 1, model };
    const call = turn.kind === 'tool' ? { id: turn.id, type: 'function', function: { name: turn.name, arguments: JSON.stringify(turn.input) } } : null; // prettier-ignore
    const text = turn.kind === 'text' ? turn.text : null;
    const reason = call === null ? 'stop' : 'tool_calls';
    const chunk = (delta: unknown, finish: string | null): [null, unknown] => [null, { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] }]; // prettier-ignore
    return {
      events: [
        chunk(
          { role: 'assistant', content: text, ...(call !== null && { tool_calls: [{ index: 0, ...call }] }) },
          null,
        ),
        chunk({}, reason),
        [null, { ...head, object: 'chat.completion.chunk', choices: [], usage }],
      ],
      end: '[DONE]',
      whole: { ...head, object: 'chat.completion', usage, choices: [{ index: 0, finish_reason: reason, message: { role: 'assistant', content: text, ...(call !== null && { tool_calls: [call] }) } }] }, // prettier-ignore
    };
  },
};

/** Google's generateContent. */
const gemini: WireForm = {
  matches: (path) => /:(?:stream)?generateContent$/i.test(path),
  tools: (body) =>
    listAt(body, 'tools').flatMap((group) =>
      listAt(group, 'functionDeclarations').map((one) =>
        toolOf(one['name'], one['parametersJsonSchema'] ?? one['parameters']),
      ),
    ),
  answer: (turn, model) => {
    const part = turn.kind === 'text' ? { text: turn.text } : { functionCall: { name: turn.name, args: turn.input } };
    const usageMetadata = { promptTokenCount: USAGE.input, candidatesTokenCount: USAGE.output, totalTokenCount: USAGE.input + USAGE.output }; // prettier-ignore
    const whole = { candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }], usageMetadata, modelVersion: model }; // prettier-ignore
    return { events: [[null, whole]], whole };
  },
};

function idOf(turn: ModelTurn): string {
  return turn.kind === 'tool' ? turn.id : 'text';
}

export const WIRE_FORMS: readonly WireForm[] = [anthropic, responses, chat, gemini];
