import assert from 'node:assert/strict';
import { setUpChoices } from '../../../../src/core/setUp/setUpChoices';

describe('what a fresh worktree can get', () => {
  it('[G4] what is configured comes first and is ticked, and what the repository speaks for is offered once', () => {
    const configured = { setUp: [['node', '--version'], 'npm ci'], copy: ['/.env', '/local/*.key'] };
    const choices = setUpChoices(
      { names: ['package-lock.json', 'Cargo.lock', '.env', '.env.local', 'a[b]/.env'] },
      configured,
    );
    const rows = choices.map((one) => [one.isConfigured, one.kind === 'command' ? one.command : one.pattern, one.file]);
    assert.deepEqual(rows, [
      [true, ['node', '--version'], null],
      [true, 'npm ci', 'package-lock.json'],
      [false, 'cargo fetch --locked', 'Cargo.lock'],
      [true, '/.env', '.env'],
      [true, '/local/*.key', null],
      [false, '/.env.local', '.env.local'],
      [false, String.raw`/a\[b\]/.env`, 'a[b]/.env'],
    ]);
  });
});
