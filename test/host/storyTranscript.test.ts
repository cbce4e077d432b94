import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Card } from '../../src/core/board/card';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';
import { secondWindow } from './support/secondWindow';

const SCRATCH = process.env['SWITCHYARD_TEST_SCRATCH']!;

describe('What an agent says, as a document', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let card: Card;

  before(async () => {
    pipeline = await Pipeline.open();
    const agent = path.join(process.env['SWITCHYARD_TEST_SUPPORT']!, 'acpAgent.mjs');
    const env = { ACP_AGENT: JSON.stringify({ state: path.join(SCRATCH, 'acp'), close: true }) };
    await pipeline.configure({
      gates: [],
      agents: [{ name: 'scripted', transport: 'acp', command: [process.execPath, agent], env }],
    });
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());
  after(() => pipeline.configure({ agents: [] }));

  const shown = (what: RegExp): Promise<vscode.TextDocument> =>
    waitFor(`a document that says ${what}`, () => {
      const document = vscode.window.activeTextEditor?.document;
      return document !== undefined && what.test(document.getText()) ? document : undefined;
    });

  it('[A9, U2] the transcript grows while the agent works, leads to the files it changed, and the raw stream stands beside it', async () => {
    const flag = path.join(SCRATCH, 'transcript-go-on');
    const steps = ['say I begin.', 'write said.txt hello', 'usage', 'say Now I wait.', `until ${flag}`, 'say That is all.', 'commit Say hello']; // prettier-ignore
    card = await pipeline.newStory(person, 'Say it', `\`\`\`acp\n${steps.join('\n')}\n\`\`\``);
    person.will(/May Switchyard run these commands/, 'Allow');
    await vscode.commands.executeCommand('switchyard.approveCommands');
    await waitFor('the approval to count', () => pipeline.api.board()?.notices.length === 0);
    await pipeline.run('start', card);
    const now = await pipeline.waitForCard(card, 'what its agent says', ({ facts }) => facts.includes('Now I wait.'));
    // What the radar sees may stand before it.
    assert.deepEqual(now.facts.slice(-4), ['turn 1', '1k tokens', '$0.05', 'Now I wait.']);
    assert.ok(now.actions.includes('openTranscript'));
    await pipeline.run('openTranscript', card);
    const document = await shown(/Now I wait\./);
    const lines = document.getText().split('\n');
    assert.equal(lines[0], `#${card.number} Say it: what its agents said and did`);
    assert.match(document.getText(), /^\d\d:\d\d {2}To scripted\n {2}Work on story #\d+: Say it$/m);
    assert.match(document.getText(), /^\d\d:\d\d {2}scripted\n {2}I begin\.\n\d\d:\d\d {2}Tool edit: Write said\.txt\n\d\d:\d\d {2}Added said\.txt$/m); // prettier-ignore
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri); // prettier-ignore
    const worktree = await pipeline.worktreeOf(card);
    assert.deepEqual(links.map(({ target }) => target?.fsPath), [path.join(worktree, 'said.txt')]); // prettier-ignore
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri); // prettier-ignore
    const titles = lenses.map(({ command }) => command?.title);
    assert.deepEqual(titles, ['Open Diff', 'Show Raw Stream']);
    writeFileSync(flag, '');
    await waitFor('the document to grow', () => document.getText().includes('That is all.'));
    await pipeline.waitForCard(card, 'it to be over', ({ agent }) => agent === null);
    const raw = lenses[1]?.command;
    await vscode.commands.executeCommand(raw?.command ?? '', ...((raw?.arguments ?? []) as unknown[]));
    const stream = await shown(/^> \{"jsonrpc"/);
    assert.match(stream.getText(), /^< .*agent_message_chunk.*That is all\./m);
    assert.doesNotMatch(stream.getText(), /SWITCHYARD_TOKEN","value":"[^…]/);
    assert.equal(vscode.window.visibleTextEditors.length, 2);
    const wraps = (scope: vscode.TextDocument): unknown =>
      vscode.workspace.getConfiguration('editor', scope).get('wordWrap');
    assert.deepEqual([document, stream].map(wraps), ['on', 'on'], 'in a narrow column nothing is cut off');
  });

  it('[U5, A9] a run that has ended says what it took, and nothing of what its agent did not say', async () => {
    const other = await secondWindow(pipeline.folder);
    const { agents } = await other.runsOf(card.key);
    await other.dispose();
    assert.deepEqual(agents.map(({ spent }) => spent), [{ turns: 1, tokens: 1234, usd: 0.05 }]); // prettier-ignore
    await vscode.commands.executeCommand('switchyard.openTranscript', card.key, agents[0]?.run);
    await shown(
      /^.*\nscripted, coder · .* · its work went to the gates · [\d.]+ (?:ms|s|min) · 1 turn · 1k tokens · \$0\.05$/m,
    );
  });

  it('[A13, A5, G12] who takes a story over gives it back, starts its agent fresh, and puts back what it changed outside', async () => {
    const goOn = path.join(SCRATCH, 'given-back');
    const prompts = (): number =>
      readFileSync(path.join(SCRATCH, 'acp', 'log'), 'utf8').split('Mine for a while').length - 1;
    const outside = () => pipeline.git('config', '--default', 'none', '--get', 'core.hooksPath');
    const steps = ['say I work.', `until ${goOn}`, 'run git config core.hooksPath nowhere', 'write mine.txt x', 'commit Do it']; // prettier-ignore
    const mine = await pipeline.newStory(person, 'Mine for a while', `\`\`\`acp\n${steps.join('\n')}\n\`\`\``);
    await pipeline.run('start', mine);
    await pipeline.waitForCard(mine, 'its agent at work', ({ facts }) => facts.includes('I work.'));
    const before = prompts();
    await pipeline.run('takeOver', mine);
    await pipeline.waitForCard(mine, 'it to be a person’s', ({ agent, why }) => agent === null && /^Yours to work on/.test(why ?? '')); // prettier-ignore
    const terminal = vscode.window.terminals.find(({ name }) => name === `#${mine.number}`);
    assert.ok(terminal !== undefined);
    terminal.dispose();
    await pipeline.run('giveBack', mine);
    await waitFor('its agent to go on', () => prompts() > before, { seen: prompts });
    const given = prompts();
    await pipeline.waitForCard(mine, 'its agent', ({ agent }) => agent === 'scripted');
    person.will(/Start the agent of #\d+ fresh\?/, 'Start Fresh');
    await pipeline.run('startFresh', mine);
    await waitFor('it to begin anew', () => prompts() > given, { seen: prompts });
    assert.ok(person.mentioned.some((text) => /begins anew, with what is in the worktree/.test(text)), person.mentioned.join('\n')); // prettier-ignore
    writeFileSync(goOn, '');
    const notices = () => pipeline.api.board()?.notices;
    await waitFor('to be told', () => notices()?.find(({ action }) => action?.id === 'reviewRunChanges'), {
      seen: notices,
    });
    assert.equal(await outside(), 'nowhere');
    person.will(/An agent changed something outside its story/, 'Restore');
    await vscode.commands.executeCommand('switchyard.reviewRunChanges');
    assert.equal(await outside(), 'none');
    await waitFor('the notice to go', () => notices()?.length === 0, { seen: notices });
  });

  it('[A11] what is answered in the notification of a question that is over is no answer to the next one', async () => {
    const go = path.join(SCRATCH, 'drop-it');
    const steps = [`drop ${go} run npm install`, 'ask run npm publish', 'say never'];
    const asking = await pipeline.newStory(person, 'Ask twice', `\`\`\`acp\n${steps.join('\n')}\n\`\`\``);
    const answerFirst = person.willLater(/asks to run `npm install`/);
    await pipeline.run('start', asking);
    await person.sees(/asks to run `npm install`/);
    writeFileSync(go, '');
    const second = await pipeline.waitForCard(asking, 'the second', (one) => one.question?.text.includes('publish') === true); // prettier-ignore
    answerFirst('Allow Once');
    await person.sees(/^This question is answered already, or its agent does not wait any more\./);
    assert.equal((await pipeline.waitForCard(asking, 'it', () => true)).question?.id, second.question?.id);
    await pipeline.run('deny', asking);
    await pipeline.waitForCard(asking, 'it to be over', ({ agent }) => agent === null);
  });
});
