import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Card } from '../../src/core/board/card';
import type { Session } from '../../src/session/session';
import { storeFolderIn } from '../../src/store/storeFolder';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { hasUnsaved, saveDocument } from './support/saveDocument';
import { Pipeline } from './support/pipeline';
import { secondWindow } from './support/secondWindow';

describe('A story as a document of VS Code', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let card: Card;
  let uri: vscode.Uri;
  let document: vscode.TextDocument;
  /** Where a colleague works. */
  let other: Session;

  before(async () => {
    // Saved by VS Code itself after a second, nothing would stay unsaved for long enough to be looked at.
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Workspace);
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: [], agents: [], target: '' });
    other = await secondWindow(pipeline.folder);
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace
      .getConfiguration('files')
      .update('autoSave', undefined, vscode.ConfigurationTarget.Workspace);
    await other.dispose();
  });

  const lines = (text: string): string => text.replaceAll('\r\n', '\n');
  const shown = (): string => lines(document.getText());

  async function stored(): Promise<string> {
    const found = await other.storyText(card.number, null);
    assert.equal(found.kind, 'found');
    return found.story.text;
  }

  /** Writes in the open document as a person does, at the first place where `mark` stands. */
  async function write(mark: string, text: string): Promise<void> {
    // VS Code refuses an edit of a text that is another by now: what others wrote may just come in.
    await waitFor(`${text} in the editor`, async () => {
      const at = document.getText().indexOf(mark);
      assert.ok(at >= 0, `${mark} in ${document.getText()}`);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + mark.length)), text);
      return vscode.workspace.applyEdit(edit);
    });
  }

  async function otherWrites(mark: string, text: string): Promise<void> {
    const base = await stored();
    const outcome = await other.editStory(card.key, { base, text: base.replace(mark, text) });
    assert.equal(outcome.kind, 'edited', JSON.stringify(outcome));
  }

  const waitForText = (what: RegExp): Promise<unknown> =>
    waitFor(`${what} in the editor`, () => what.test(shown()), { seen: shown });

  const problems = (): string[] =>
    vscode.languages
      .getDiagnostics(uri)
      .map(({ range, severity, message }) => `${range.start.line + 1} ${severity} ${message}`);

  it('[S2, S4] New Story makes the story and opens it, with a place for its first criterion', async () => {
    card = await pipeline.newStory(person, 'Sign in');
    uri = vscode.Uri.parse(`switchyard:/${card.number}.md`);
    const editor = await waitFor('its editor', () => vscode.window.activeTextEditor);
    document = editor.document;
    assert.equal(document.uri.toString(), uri.toString());
    assert.equal(document.languageId, 'markdown');
    assert.equal(
      shown(),
      '---\ntitle: Sign in\ntype: story\npriority: 2\nlabels: []\ndepends_on: []\n---\n\n\n\n## Acceptance criteria\n\n- [ ] \n',
    );
    await waitFor('the cursor in the body', () => editor.selection.active.line === 8);
  });

  it('[S4] what is saved changes body, fields and criteria, and the tree shows the new title', async () => {
    await write('- [ ] ', '- [x] by password\n- [ ] by key');
    await write('title: Sign in', 'title: Sign in safely');
    await write('labels: []', 'labels: [security]');
    await saveDocument(document);
    assert.equal(document.isDirty, false);
    const now = await pipeline.waitForCard(card, 'its new title', ({ title }) => title === 'Sign in safely');
    assert.deepEqual(now.labels, ['security']);
    await pipeline.waitForCard(card, 'its criteria', ({ facts }) => facts.includes('1/2 criteria'));
    assert.equal(await stored(), shown());
  });

  it('[S4] another’s edit enters an editor that has nothing to save, also one that leaves the length as it is', async () => {
    await otherWrites('- [ ] by key', '- [x] by key');
    await waitForText(/- \[x\] by key/);
    assert.equal(document.isDirty, false);
  });

  it('[S4] another’s edit enters an editor that is being written, and neither cursor nor what was written is lost', async () => {
    const editor = await vscode.window.showTextDocument(document);
    await write('by password', 'by password or passphrase');
    const place = document.positionAt(document.getText().indexOf('passphrase'));
    editor.selection = new vscode.Selection(place, place);
    await otherWrites('## Acceptance criteria', 'As a colleague wrote.\n\n## Acceptance criteria');
    await waitForText(/As a colleague wrote\./);
    assert.match(shown(), /by password or passphrase/);
    assert.ok(hasUnsaved(document));
    assert.equal(document.offsetAt(editor.selection.active), document.getText().indexOf('passphrase'));
  });

  it('[S4] “file is newer” blocks no save, and both edits are stored', async () => {
    await saveDocument(document);
    assert.equal(document.isDirty, false);
    assert.match(
      await stored(),
      /As a colleague wrote\.\n\n## Acceptance criteria\n\n- \[x\] by password or passphrase/,
    );
    assert.equal(await stored(), shown());
  });

  it('[S4] edits that cross each other, again and again, lose nothing of either', async () => {
    for (let round = 1; round <= 5; round++) {
      await write('by key', `by key (here ${round})`);
      await Promise.all([
        otherWrites('As a colleague wrote.', `As a colleague wrote. (there ${round})`),
        document.save(),
      ]);
    }
    // What came in while it was saved leaves nothing to save.
    await waitFor('both to agree', async () => !hasUnsaved(document) && (await stored()) === shown(), {
      seen: async () => [hasUnsaved(document), shown(), await stored()],
    });
    for (let round = 1; round <= 5; round++) {
      assert.equal(shown().split(`(here ${round})`).length, 2, shown());
      assert.equal(shown().split(`(there ${round})`).length, 2, shown());
    }
  });

  it('[S4] what others write while a person begins to write enters as well, before anything is saved', async () => {
    for (let round = 1; round <= 10; round++) {
      await Promise.all([
        otherWrites('As a colleague wrote.', `As a colleague wrote. (then ${round})`),
        write('by key', `by key (now ${round})`),
      ]);
      await waitForText(new RegExp(`\\(then ${round}\\)`));
      assert.match(shown(), new RegExp(`\\(now ${round}\\)`));
      await waitFor('something to save', () => hasUnsaved(document));
      await saveDocument(document);
    }
  });

  it('[S4] what others write just before a save is neither taken away by it nor missing in the editor', async () => {
    for (let round = 1; round <= 40; round++) {
      await write('by key', `by key (mine ${round})`);
      const theirs = otherWrites('As a colleague wrote.', `As a colleague wrote. (theirs ${round})`);
      // Now the save, and now what others wrote comes first, and by more each time.
      for (let turn = 0; turn < round * 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([theirs, document.save()]);
      assert.match(await stored(), new RegExp(`\\(theirs ${round}\\)`));
    }
    await waitFor('both to agree', async () => !hasUnsaved(document) && (await stored()) === shown(), {
      seen: async () => [hasUnsaved(document), shown(), await stored()],
    });
  });

  it('[S4] who goes on to write while it is saved sees what others write as well', async () => {
    for (let round = 1; round <= 10; round++) {
      await write('by key', `by key (saved ${round})`);
      const saving = document.save();
      await otherWrites('As a colleague wrote.', `As a colleague wrote. (before ${round})`);
      await write('by key', `by key (after ${round})`);
      await saving;
      await otherWrites('As a colleague wrote.', `As a colleague wrote. (behind ${round})`);
      await waitForText(new RegExp(`\\(behind ${round}\\).*\\(after ${round}\\)`, 's'));
      await saveDocument(document);
    }
    await waitFor('both to agree', async () => !hasUnsaved(document) && (await stored()) === shown(), {
      seen: async () => [hasUnsaved(document), shown(), await stored()],
    });
  });

  it('[S4] bad front matter is a problem at its line, changes no field, and is gone once it is right', async () => {
    await write('priority: 2', 'priority: soon');
    await write('title: Sign in safely', 'title: Not yet');
    await waitFor('the problem', () => problems().length > 0);
    assert.match(problems().join('\n'), /^4 0 “soon” is not a priority.*no field is changed\.$/);
    await write('by password', 'by word of mouth');
    await saveDocument(document);
    assert.match(await stored(), /title: Sign in safely\ntype: story\npriority: 2\n.*by word of mouth/s);
    // What is being written stays as it is, also when others write in the body.
    await otherWrites('by word of mouth', 'by word of mouth alone');
    await waitForText(/by word of mouth alone/);
    assert.match(shown(), /title: Not yet\ntype: story\npriority: soon/);
    // Nor does it come back once it was put right, whatever others write.
    await write('priority: soon', 'priority: 2');
    await write('title: Not yet', 'title: Sign in safely');
    await otherWrites('word of mouth alone', 'word of mouth only');
    await waitForText(/title: Sign in safely\ntype: story\npriority: 2\n.*word of mouth only/s);
    await write('title: Sign in safely', 'title: Not yet');
    await write('priority: 2', 'priority: 1');
    await waitFor('no problem', () => problems().length === 0, { seen: problems });
    await saveDocument(document);
    assert.match(await stored(), /title: Not yet\ntype: story\npriority: 1\n/);
  });

  it('[S4, S10] a dependency on no story is a problem at its line once it was saved', async () => {
    await write('depends_on: []', 'depends_on: [4711]');
    await saveDocument(document);
    await waitFor('the problem', () => /There is no story #4711/.test(problems().join()), { seen: problems });
    await write('depends_on: [4711]', 'depends_on: []');
    await saveDocument(document);
    await waitFor('no problem', () => problems().length === 0, { seen: problems });
  });

  it('[S4, U5] its stage and what can be done with it stand above it', async () => {
    const lenses = await waitFor('its lenses', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return all.length > 0 ? all.map(({ command }) => command?.title ?? '') : undefined;
    });
    assert.deepEqual(lenses, ['Start', 'Show Page', 'Backlog · 2 of 2 criteria']);
    await vscode.commands.executeCommand('switchyard.start', card.key);
    await pipeline.waitForStage(card, 'Coding');
    const then = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    const titles = then.map(({ command }) => command?.title ?? '');
    assert.equal(titles[0], 'Ready for QA');
    assert.ok(titles.at(-1)?.startsWith('Coding') && titles.includes('Open Diff'), titles.join());
  });

  it('[U3] a command that asks which story is meant offers the one that is open in front first', async () => {
    const later = await pipeline.newStory(person, 'Made later');
    await waitFor('its editor', () => vscode.window.activeTextEditor?.document.uri.path === `/${later.number}.md`);
    person.will(/Set Priority.*: which story\?/, undefined);
    await vscode.commands.executeCommand('switchyard.setPriority');
    const offered = person.read.filter((text) => /^#\d+ /.test(text));
    assert.ok(offered.length > 1 && offered[0]?.startsWith(`#${later.number} `), offered.join('\n'));
    await vscode.commands.executeCommand('switchyard.showStoryPage', card.key);
    const inFront = () => vscode.window.tabGroups.activeTabGroup.activeTab;
    await waitFor('its page', () => inFront()?.input instanceof vscode.TabInputWebview, {
      seen: () => inFront()?.label,
    });
    person.read.length = 0;
    person.will(/Set Priority.*: which story\?/, undefined);
    await vscode.commands.executeCommand('switchyard.setPriority');
    assert.ok(person.read.find((text) => /^#\d+ /.test(text))?.startsWith(`#${card.number} `), person.read.join('\n'));
    await vscode.commands.executeCommand('switchyard.openStory', card.number);
    await waitFor('the story', () => vscode.window.activeTextEditor?.document.uri.path === uri.path);
    await vscode.window.showTextDocument(document);
  });

  it('[S4, G3] renaming a story renames no live branch', async () => {
    const branch = await pipeline.git('branch', '--list', `story/${card.number}-*`);
    await write('title: Not yet', 'title: Quite another name');
    await saveDocument(document);
    await pipeline.waitForCard(card, 'its new title', ({ title }) => title === 'Quite another name');
    assert.equal(await pipeline.git('branch', '--list', `story/${card.number}-*`), branch);
    await pipeline.work(card, { 'sign-in.txt': 'safe\n' });
    await pipeline.run('readyForQa', card);
    await pipeline.waitForStage(card, 'ReviewHold');
  });

  it('[S4] an archived story can be read and not written, and reopening it ends that', async () => {
    person.will(/Abandon #/, 'Abandon');
    await pipeline.run('abandon', card);
    await waitFor(
      'a file that is only read',
      async () => (await vscode.workspace.fs.stat(uri)).permissions === vscode.FilePermission.Readonly,
    );
    const refused = vscode.workspace.fs.writeFile(uri, Buffer.from(`${shown()}more`));
    await assert.rejects(Promise.resolve(refused), /read-?only|archived/i);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    assert.match(lenses.at(-1)?.command?.title ?? '', /is archived\. Reopen it to change it\./);
    person.will(/Reopen #/, 'Backlog');
    await pipeline.run('reopen', card);
    await pipeline.waitForStage(card, 'Backlog');
    await waitFor(
      'a file that can be written',
      async () => (await vscode.workspace.fs.stat(uri)).permissions === undefined,
    );
    // VS Code reads the file again, and with another's words it sees that it can be written.
    await otherWrites('by key', 'by any key');
    await waitForText(/by any key/);
    await write('by any key', 'by any key at all');
    await saveDocument(document);
    assert.match(await stored(), /by any key at all/);
  });

  it('[S2] a selection becomes quoted context with its file and lines, and never the whole body', async () => {
    const file = path.join(pipeline.folder, 'src', 'quoted.js');
    writeFileSync(file, 'export function one() {}\n// TODO: say it in `Latin` too\nexport function two() {}\n');
    const source = await vscode.window.showTextDocument(vscode.Uri.file(file));
    source.selection = new vscode.Selection(0, 0, 2, 0);
    const quoted = await pipeline.newStory(person, 'From a selection');
    const body = await waitFor('its text', async () => {
      const text = lines(
        (await vscode.workspace.openTextDocument(vscode.Uri.parse(`switchyard:/${quoted.number}.md`))).getText(),
      );
      return text.split('\n---\n\n')[1];
    });
    assert.equal(
      body,
      '\n\nFrom `src/quoted.js:1-2`:\n\n```javascript\nexport function one() {}\n// TODO: say it in `Latin` too\n```\n\n## Acceptance criteria\n\n- [ ] \n',
    );
  });

  it('[S2] a TODO is offered as a story, with its words as the title', async () => {
    const file = vscode.Uri.file(path.join(pipeline.folder, 'src', 'quoted.js'));
    await vscode.window.showTextDocument(file);
    const range = new vscode.Range(1, 3, 1, 3);
    const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      file,
      range,
    );
    const action = offered.find(({ title }) => title === 'New Story from This Comment…');
    assert.deepEqual(action?.command?.arguments?.[1], 1);
    const before = pipeline.cards().length;
    person.will(/New Story \(1/, 'Say it in `Latin` too').will(/New Story \(2/, 'story');
    await vscode.commands.executeCommand('switchyard.newStoryFromTodo', file, 1);
    await waitFor('the story', () => pipeline.cards().length === before + 1);
  });

  it('[S1, ST3] `#1` is a link that tells the story; Supersede asks which one takes its place, and says so', async () => {
    const old = await pipeline.newStory(person, 'Done otherwise', `See #${card.number}.`);
    const at = vscode.Uri.parse(`switchyard:/${old.number}.md`);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', at);
    assert.deepEqual(
      links.map(({ target, tooltip }) => [target?.path, tooltip]),
      [[`/${card.number}.md`, `Open #${card.number}`]],
    );
    const place = links[0]?.range.start ?? new vscode.Position(0, 0);
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', at, place);
    assert.match((hover!.contents[0] as vscode.MarkdownString).value, /Quite another name[^]*In Backlog/);
    person.will(/Which story takes the place of #/, `#${card.number} `);
    await pipeline.run('supersede', old);
    await pipeline.waitForStage(old, 'Archived');
    const refused = await other.moveTo(old.key, 'QA');
    assert.ok(refused.kind === 'refused');
    const line = (await other.historyOf(old.key, 1))[0];
    assert.deepEqual([line?.event, line?.to], ['Supersede', 'Archived']);
    assert.match(line?.evidence ?? '', new RegExp(`supersededBy.*${card.number}`));
  });

  it('[S2] Write and Start a Story does both in one go', async () => {
    person.will(/Write and Start a Story \(1/, 'At once').will(/Write and Start a Story \(2/, 'bug');
    await vscode.commands.executeCommand('switchyard.newStoryAndStart');
    const started = await waitFor('the story', () => pipeline.cards().find(({ title }) => title === 'At once'));
    await pipeline.waitForStage(started, 'Coding');
  });

  it('[S2, S4] what is typed as soon as the editor of a new story is there goes into its text', async () => {
    let typed: Thenable<unknown> | undefined;
    const shows = vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor?.document.uri.scheme === 'switchyard')
        typed ??= vscode.commands.executeCommand('type', { text: 'Hi' });
    });
    const made = await pipeline.newStory(person, 'Typed at once');
    await waitFor('the editor', () => typed !== undefined);
    await typed;
    shows.dispose();
    const at = vscode.Uri.parse(`switchyard:/${made.number}.md`);
    const text = (): string => lines((vscode.workspace.textDocuments.find(({ uri: one }) => one.path === at.path) ?? document).getText()); // prettier-ignore
    await waitFor('what was typed', () => text().includes('Hi'), { seen: text });
    assert.match(text(), /^---\n[^]*\n---\n\nHi\n/);
  });

  it('[P1, S4] a text that was damaged on disk holds its story until Acknowledge Lost Records was answered', async () => {
    const damaged = await pipeline.newStory(person, 'Damaged', 'What is to be done');
    const store = storeFolderIn(path.join(pipeline.folder, '.git'));
    const file = path.join(store, 'content', damaged.key, 'body.checked');
    writeFileSync(file, Buffer.from(readFileSync(file)).fill(0xee, 30, 40));
    await other.storyText(damaged.number, null);
    const notices = () => pipeline.api.board()?.notices;
    await waitFor('it to be told', () => notices()?.find(({ action }) => action?.id === 'acknowledgeLoss'), {
      seen: notices,
    });
    await pipeline.run('start', damaged);
    await person.sees(/Records of #\d+ were damaged on disk/);
    assert.equal(pipeline.card(damaged.key)?.stage, 'Backlog');
    person.will(/Have you looked at these stories\?/, 'Acknowledge');
    await vscode.commands.executeCommand('switchyard.acknowledgeLoss');
    assert.match((await person.sees(/Have you looked/)).detail, /its text was damaged on disk.* is kept in /s);
    await waitFor('the notice to go', () => notices()?.length === 0, { seen: notices });
    await pipeline.run('start', damaged);
    await pipeline.waitForStage(damaged, 'Coding');
  });
});
