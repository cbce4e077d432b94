import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { replyInChat } from '../../src/host/chat/participant';
import { Pipeline } from './support/pipeline';

/** What a tool says, used as another extension would. */
async function use(name: string, input: object = {}): Promise<string> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

const TOOLS = {
  status: 'switchyard_status',
  create: 'switchyard_create_story',
  move: 'switchyard_move_story',
  why: 'switchyard_why_stuck',
} as const;

describe('The chat and VS Code’s own agents', function () {
  inOrder(this);
  let pipeline: Pipeline;

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: [], agents: [], target: '' });
  });

  it('[U8] language model tools are there, and say what they do', () => {
    const tools = vscode.lm.tools.filter(({ name }) => name.startsWith('switchyard_'));
    assert.deepEqual(tools.map(({ name }) => name).sort(), [
      'switchyard_create_story',
      'switchyard_move_story',
      'switchyard_status',
      'switchyard_why_stuck',
    ]);
    for (const tool of tools) assert.ok(tool.description.length > 80 && tool.inputSchema !== undefined, tool.name);
  });

  it('[U8] a story is created in the backlog, moved, set aside, and shown with why it stands still', async () => {
    const created = await use('switchyard_create_story', {
      title: 'From the chat [x](command:a)',
      body: '- [ ] It works',
    });
    const number = Number(/^#(\d+) From the chat .* is in the backlog\. It is not started\.$/.exec(created)?.[1]);
    const card = await waitFor('its card', () => pipeline.cards().find((one) => one.number === number));
    assert.equal(card.stage, 'Backlog');
    assert.match(await use('switchyard_move_story', { number, to: 'Coding' }), / is in Coding\./);
    await pipeline.waitForStage(card, 'Coding');
    assert.match(await use('switchyard_move_story', { number, to: 'QA' }), /^Nothing was done: .*no commit/);
    assert.match(await use('switchyard_move_story', { number, to: 'Frozen' }), / is in Frozen\./);
    await pipeline.waitForStage(card, 'Frozen');
    const status = await use('switchyard_status');
    assert.match(status, new RegExp(`^#${number} From the chat \\[x\\]\u200b\\(command:a\\) · Frozen`, 'm'));
    assert.match(await use('switchyard_why_stuck', { number }), /is in Frozen\./);
    assert.match(await use('switchyard_why_stuck', { number: 99_999 }), /There is no story #99999/);
  });

  it('[U8] what makes no sense, approves or skips gates changes nothing', async () => {
    const before = JSON.stringify(pipeline.cards().map(({ key, stage }) => [key, stage]));
    for (const input of [{ number: 1, to: 'Merge' }, { number: 1, to: 'Done' }, { number: -1, to: 'QA' }, {}]) {
      const said = await use('switchyard_move_story', input).catch(String);
      assert.match(said, /was not used|not valid|Invalid|must/i);
    }
    assert.equal(JSON.stringify(pipeline.cards().map(({ key, stage }) => [key, stage])), before);
  });

  it('[U8, U17] @switchyard reads plain commands itself, and its words are no markup', async () => {
    const said: string[] = [];
    const stream = {
      markdown: (text: string | vscode.MarkdownString) => void said.push(typeof text === 'string' ? text : text.value),
      button: ({ command }: vscode.Command) => void said.push(command),
    };
    // VS Code hands a request on only where it has a language model, so what it would hand on is handed on here.
    const reply = (command: string | undefined, prompt: string): Promise<void> =>
      replyInChat(async ({ verb, ...asked }) => ({ text: await use(TOOLS[verb], asked) }), { command, prompt }, stream);
    await reply('create', 'Asked for in a chat');
    const number = Number(/^\\#(\d+) Asked for in a chat is in the backlog/.exec(said[0] ?? '')?.[1]);
    const card = await waitFor('its card', () => pipeline.cards().find((one) => one.number === number));
    await reply('move', `#${number} to coding`);
    await pipeline.waitForStage(card, 'Coding');
    await reply('status', '');
    await reply(undefined, 'make tea');
    assert.match(said.join('\n'), /Asked for in a chat · Coding/);
    assert.match(said.join('\n'), /Say \/status, \/create and a title/);
    assert.deepEqual(said.filter((one) => one === 'switchyard.openBoard').length, 4);
    assert.ok(!said.some((text) => text.includes('](command:')), 'a title is no link');
    await reply('move', `${number} frozen`);
    await pipeline.waitForStage(card, 'Frozen');
  });
});
