import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { focusPageAgain, pageTransport } from '../../../src/host/say/pageTransport';
import { LOST_KEYS } from '../../../src/protocol/lostKeys';

describe('a page of ours and the dialogs over it', () => {
  it('[U4] it has the keys again where a dialog took them, and not where they had gone to a terminal before', () => {
    let say: (said: unknown) => void = () => undefined;
    let revealed = 0;
    const heard: unknown[] = [];
    const webview = { onDidReceiveMessage: (listen: typeof say) => (say = listen) };
    const panel = { webview, active: true, reveal: () => revealed++, onDidDispose: () => undefined };
    pageTransport(panel as unknown as vscode.WebviewPanel).listen((said) => heard.push(said));
    const before = Date.now();
    focusPageAgain(before);
    assert.equal(revealed, 0);
    say(LOST_KEYS);
    focusPageAgain(before);
    assert.equal(revealed, 1);
    focusPageAgain(Date.now() + 1);
    panel.active = false;
    focusPageAgain(before);
    assert.equal(revealed, 1, 'neither for a dialog that came later, nor with another editor in front');
    say('a message');
    assert.deepEqual(heard, ['a message']);
  });
});
