import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { boxOpens, focusPageAgain, pageTransport } from '../../../src/host/say/pageTransport';
import { LOST_KEYS } from '../../../src/protocol/lostKeys';

interface TestPage {
  active: boolean;
  revealed: number;
  readonly heard: unknown[];
  /** By the page, to its host. */
  say: (said: unknown) => void;
  close: () => void;
}

/** What it says leads to a dialog that comes later, and in some cases to a list before that. */
function openPage(): TestPage {
  const nothing = (): void => undefined;
  const page: TestPage = { active: true, revealed: 0, heard: [], say: nothing, close: nothing };
  const panel = {
    webview: { onDidReceiveMessage: (listen: TestPage['say']) => (page.say = listen) },
    get active() {
      return page.active;
    },
    reveal: () => page.revealed++,
    onDidDispose: (listen: () => void) => (page.close = listen),
  };
  pageTransport(panel as unknown as vscode.WebviewPanel).listen((said) => {
    page.heard.push(said);
    if (said === 'with a list before the dialog') boxOpens();
    focusPageAgain(Date.now() + 1);
  });
  return page;
}

describe('a page of ours and the dialogs over it', () => {
  it('[U4] it has the keys again where a dialog took them, and not where they had gone to a terminal before', () => {
    const [page, other] = [openPage(), openPage()];
    const before = Date.now();
    focusPageAgain(before);
    assert.equal(page.revealed, 0);
    page.say(LOST_KEYS);
    focusPageAgain(before);
    assert.equal(page.revealed, 1);
    focusPageAgain(Date.now() + 1);
    assert.equal(page.revealed, 1, 'not for a dialog that came later');
    page.active = false;
    focusPageAgain(before);
    assert.equal(page.revealed, 1, 'nor with another editor in front');
    page.active = true;
    page.say('a message');
    assert.equal(page.revealed, 1);
    page.say('with a list before the dialog');
    assert.equal(page.revealed, 2);
    assert.deepEqual(page.heard, ['a message', 'with a list before the dialog']);
    assert.equal(other.revealed, 0, 'it lost none');
    page.close();
    focusPageAgain(before);
    assert.equal(page.revealed, 2, 'a page that is closed cannot be shown');
  });
});
