import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

const SCRATCH = process.env['SWITCHYARD_TEST_SCRATCH']!;

describe('A story that an agent reviews', () => {
  let pipeline: Pipeline;
  let person: Person;
  const flag = path.join(SCRATCH, 'review-go-on');

  before(async () => {
    pipeline = await Pipeline.open();
    const agent = path.join(process.env['SWITCHYARD_TEST_SUPPORT']!, 'acpAgent.mjs');
    const script = `say I look.\nuntil ${flag}\nfirst crash\nverdict reject`;
    const env = { ACP_AGENT: JSON.stringify({ state: path.join(SCRATCH, 'rita'), close: true, script }) };
    await pipeline.configure({
      gates: [{ name: 'test', command: [process.execPath, '-e', 'console.log("# tests 1")'] }],
      agents: [
        { name: 'rita', role: 'qa', transport: 'acp', command: [process.execPath, agent], env, limits: { retries: 0 } },
      ],
    });
    person = new Person();
  });
  after(async () => {
    person.restore();
    await pipeline.configure({ agents: [], gates: [] });
  });

  it('[A1, U1] says who reviews it, why it has not landed, and, once it looks again, what was found, on its card and in its timeline', async () => {
    const card = await pipeline.newStory(person, 'Reviewed');
    person.will(/May Switchyard run these commands/, 'Allow');
    await vscode.commands.executeCommand('switchyard.approveCommands');
    await waitFor('the approval to count', () => pipeline.api.board()?.notices.length === 0);
    await pipeline.run('start', card);
    await pipeline.work(card, { 'reviewed.txt': 'x\n' });
    await pipeline.run('readyForQa', card);
    const now = await pipeline.waitForCard(card, 'the review', ({ facts }) => facts.includes('I look.'));
    assert.deepEqual([now.agent, now.facts[0], now.stage], ['rita', 'reviewed by rita', 'QA']);
    const shown = (what: RegExp): Promise<unknown> =>
      waitFor(`a document that says ${what}`, () =>
        what.test(vscode.window.activeTextEditor?.document.getText() ?? ''),
      );
    await pipeline.run('whyNotLanded', card);
    await shown(/rita reviews it\./);
    writeFileSync(flag, '');
    await pipeline.waitForCard(card, 'a review that broke off', ({ why }) =>
      /rita could not review it/.test(why ?? ''),
    );
    await pipeline.run('reviewAgain', card);
    // Its run is over a moment after the story is back.
    await pipeline.waitForCard(card, 'what was found', ({ stage, why }) => stage === 'Coding' && /rita asks for changes: It is wrong\./.test(why ?? '')); // prettier-ignore
    await pipeline.run('showTimeline', card);
    await shown(/agent rita: sent back by its review {2}QA → Coding\n {4}rita asks for changes: It is wrong\./);
  });
});
