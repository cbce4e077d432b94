import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

const SCRATCH = process.env['SWITCHYARD_TEST_SCRATCH']!;

describe('Set Up Agent', () => {
  let pipeline: Pipeline;
  let person: Person;
  const pathBefore = process.env['PATH'];

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ agents: [] });
    // A program on PATH that is called as a well-known agent is.
    const bin = path.join(SCRATCH, 'agents-bin');
    mkdirSync(bin, { recursive: true });
    const agent = path.join(process.env['SWITCHYARD_TEST_SUPPORT']!, 'sampleAgent.mjs');
    const script = `#!/bin/sh\nexport SAMPLE_TRY="$(cat '${SCRATCH}/how' 2>/dev/null)"\nexec '${process.execPath}' '${agent}' "$SWITCHYARD_PROMPT_FILE"\n`;
    writeFileSync(path.join(bin, 'opencode'), script, { mode: 0o755 });
    process.env['PATH'] = `${bin}${path.delimiter}${pathBefore ?? ''}`;
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());
  after(async () => {
    if (pathBefore !== undefined) process.env['PATH'] = pathBefore;
    await pipeline.configure({ agents: undefined });
  });

  const configured = (): unknown[] => vscode.workspace.getConfiguration('switchyard').get<unknown[]>('agents') ?? [];

  it('[A1, A11] shows the command, tries it in a throw-away worktree, says what came of it, and then writes the agent', async () => {
    const refs = await pipeline.git('for-each-ref');
    const worktrees = await pipeline.git('worktree', 'list');
    person.will(/Which agent do you want/, /^opencode$/).will(/What is opencode for/, 'Coding');
    person.will(/Try opencode before/, 'Try It');
    person.will(/opencode can work on stories here/, 'Add Agent');
    await vscode.commands.executeCommand('switchyard.setUpAgent');
    const asked = await person.sees(/Try opencode before/);
    assert.match(asked.detail, /^Agent opencode \(coder\): opencode run --format json --auto \{prompt\}$/m);
    assert.deepEqual(asked.buttons, ['Read in Editor', 'Try It', 'Add Without Trying']);
    const told = await person.sees(/opencode can work on stories here/);
    assert.match(
      told.detail,
      /^✓ It starts\.\n✓ It answers\.\n✓ It commits as .+ <.+@.+>\.\n· Nothing of the try stays/m,
    );
    await waitFor('the setting', () => configured().length === 1);
    assert.deepEqual((configured()[0] as { preset?: string }).preset, 'opencode');
    // The same program for reviews is an agent of its own beside it.
    person.will(/Which agent do you want/, /^opencode$/).will(/What is opencode for/, 'Reviewing');
    person.will(/Try opencode-review before/, 'Add Without Trying');
    await vscode.commands.executeCommand('switchyard.setUpAgent');
    await waitFor('the second', () => configured().length === 2);
    assert.deepEqual(configured().map((one) => { const { name, role } = one as Record<string, unknown>; return [name, role]; }), [['opencode-review', 'qa'], ['opencode', 'coder']]); // prettier-ignore
    assert.equal(await pipeline.git('for-each-ref'), refs);
    assert.equal(await pipeline.git('worktree', 'list'), worktrees);
  });

  it('[A2, U4] Pause Agents and Resume Agents set what keeps agents from starting, where it stands', async () => {
    const paused = () => vscode.workspace.getConfiguration('switchyard').get('agentsPaused');
    await vscode.commands.executeCommand('switchyard.pauseAgents');
    assert.equal(paused(), true);
    assert.deepEqual(person.mentioned, ['No agent starts until you resume them. Those at work go on.']);
    await vscode.commands.executeCommand('switchyard.resumeAgents');
    assert.equal(paused(), false);
    await pipeline.configure({ agentsPaused: undefined });
  });

  it('[U4, U10] Edit Gates and Edit Agents lead to where these settings stand', async () => {
    const tabs = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    for (const command of ['switchyard.editGates', 'switchyard.editAgents']) {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand(command);
      await waitFor(`${command} to lead somewhere`, () => tabs().length > 0, { seen: tabs });
    }
  });

  it('[A1] says what is wrong with one that does not commit, and adds it only if it is told to', async () => {
    await pipeline.configure({ agents: [] });
    writeFileSync(path.join(SCRATCH, 'how'), 'uncommitted');
    person.will(/Which agent do you want/, /^opencode$/).will(/What is opencode for/, 'Coding');
    person.will(/Try opencode before/, 'Try It');
    person.will(/opencode cannot work on stories here yet/, undefined);
    await vscode.commands.executeCommand('switchyard.setUpAgent');
    const told = await person.sees(/opencode cannot work on stories here yet/);
    assert.match(told.detail, /^✗ It left uncommitted what it was to commit: switchyard-try-.*\.txt\./m);
    assert.deepEqual(told.buttons, ['Try Again', 'Read What It Said', 'Add Anyway']);
    assert.deepEqual(configured(), []);
  });
});
