import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { boxOpens, focusPageAgain, pageTransport } from '../../../src/host/say/pageTransport';
import { LOST_KEYS } from '../../../src/protocol/lostKeys';

describe('a page of ours and the dialogs over it', () => {
  it('[U4] it has the keys again where a dialog took them, and not where they had gone to a terminal before', () => {
    let say: (said: unknown) => void = () => undefined;
    let revealed = 0;
    const heard: unknown[] = [];
    const webview = { onDidReceiveMessage: (listen: typeof say) => (say = listen) };
    const panel = { webview, active: true, reveal: () => revealed++, onDidDispose: () => undefined };
    pageTransport(panel as unknown as vscode.WebviewPanel).listen((said) => {
      heard.push(said);
      if (said === 'with a list before the dialog') boxOpens();
      focusPageAgain(Date.now() + 1);
    });
    const before = Date.now();
    focusPageAgain(before);
    assert.equal(revealed, 0);
    say(LOST_KEYS);
    focusPageAgain(before);
    assert.equal(revealed, 1);
    focusPageAgain(Date.now() + 1);
    assert.equal(revealed, 1, 'not for a dialog that came later');
    panel.active = false;
    focusPageAgain(before);
    assert.equal(revealed, 1, 'nor with another editor in front');
    panel.active = true;
    say('a message');
    assert.equal(revealed, 1);
    say('with a list before the dialog');
    assert.equal(revealed, 2);
    assert.deepEqual(heard, ['a message', 'with a list before the dialog']);
  });
});
