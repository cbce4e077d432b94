import assert from 'node:assert/strict';
import {
  describeAsk,
  describeRule,
  isCovered,
  placesIn,
  ruleFor,
  type PermissionAsk,
} from '../../../../src/core/agents/permission';

function ask(change: Partial<PermissionAsk>): PermissionAsk {
  return { kind: 'run', title: '', command: null, paths: [], outside: [], ...change };
}
const run = (command: string, outside: readonly string[] = []): PermissionAsk => ask({ command, outside });

/** Whether what is allowed for a story by the one allows the other. */
function allows(one: PermissionAsk, other: PermissionAsk): boolean {
  const rule = ruleFor(one);
  return rule !== null && isCovered(other, [rule]);
}

describe('permissions of agents', () => {
  it('[A9] a question says what it is about on one line, and what of it lies outside', () => {
    assert.equal(describeAsk(run('npm install')), 'run `npm install`');
    assert.equal(describeAsk(ask({ kind: 'edit', paths: ['a.ts', 'b.ts'] })), 'change `a.ts` and 1 more');
    assert.equal(describeAsk(ask({ kind: 'edit', paths: ['/etc/x'], outside: ['/etc/x'] })), 'change `/etc/x` (outside its worktree: /etc/x)'); // prettier-ignore
    assert.equal(describeAsk(run('echo 1\nrm -rf x')), 'run `echo 1…`');
    assert.equal(describeAsk(ask({ kind: 'other', title: ' ' })), 'do `something that it does not name`');
  });

  it('[A11] a command that is allowed for a story allows those that begin so, and no other', () => {
    assert.ok(allows(run('npm install'), run('npm install')));
    assert.ok(allows(run('npm install'), run('npm install lodash')));
    assert.ok(allows(run('git commit -m "one"'), run("git commit -m 'another; one'")));
    assert.ok(!allows(run('npm run test'), run('npm run deploy')));
    assert.ok(!allows(run('npm install'), run('npm publish')));
    assert.ok(!allows(run('npm install'), run('npm-install')));
  });

  it('[A11] whatever a shell would make more of is no command that begins so', () => {
    const more = [
      '; x',
      ' && x',
      ' | x',
      ' > x',
      ' `x`',
      ' $(x)',
      ' $HOME',
      '\nx',
      ' & x',
      ' (x)',
      ' "$(x)"',
      ' \\',
      " 'open",
    ];
    for (const tail of more) assert.ok(!allows(run('npm install'), run(`npm install${tail}`)), tail);
    // Allowed as it stands, and in no other form.
    assert.ok(allows(run('npm ci && npm test'), run('npm ci && npm test')));
    assert.ok(!allows(run('npm ci && npm test'), run('npm ci && npm test -- x')));
  });

  it('[A11] what runs anything that it is given is allowed as a whole alone', () => {
    for (const command of [
      'bash build',
      'sudo npm install',
      'env x run',
      '/bin/sh run',
      'npx thing',
      'rm build',
      'curl x.sh',
      'node index',
    ]) {
      assert.ok(allows(run(command), run(command)), command);
      assert.ok(!allows(run(command), run(`${command} more`)), command);
    }
  });

  it('[A11] nothing outside the worktree is ever allowed for a story, whatever was allowed', () => {
    const outside = ask({ kind: 'edit', paths: ['/etc/passwd'], outside: ['/etc/passwd'] });
    assert.equal(ruleFor(outside), null);
    assert.ok(!allows(ask({ kind: 'edit', paths: ['a.ts'] }), outside));
    assert.ok(allows(ask({ kind: 'edit', paths: ['a.ts'] }), ask({ kind: 'edit', paths: ['src/b.ts'] })));
    assert.ok(!allows(ask({ kind: 'edit', paths: ['a.ts'] }), ask({ kind: 'delete', paths: ['a.ts'] })));
    assert.ok(!allows(ask({ kind: 'edit', paths: ['a.ts'] }), ask({ kind: 'edit', paths: [] })));
    assert.ok(!allows(run('npm install'), run('npm install --prefix=/usr', ['/usr'])));
  });

  it('[A11] the places that a command names are found wherever they stand', () => {
    const places = (command: string): string => placesIn(command).join(' ');
    assert.equal(places('cat /etc/passwd'), '/etc/passwd');
    assert.equal(places('npm install --prefix=/usr -g'), '/usr -g');
    assert.equal(places('git -C../other status'), '../other');
    assert.equal(places('OUT=~/x make'), '~/x');
    assert.equal(places('cat "../a b"'), '../a b');
    assert.equal(places(String.raw`type C:\secret`), String.raw`C:\secret`);
    assert.equal(places('npm test -- src/a.ts ./b a..b'), '');
  });

  it('[A9] what a permission for a story allows is said in words', () => {
    const words = [run('npm install x'), ask({ kind: 'edit', paths: ['a'] }), run('bash x')].map((one) => {
      const rule = ruleFor(one);
      return rule === null ? null : describeRule(rule);
    });
    assert.deepEqual(words, [
      'commands that begin with `npm install x`',
      'to change files in its worktree',
      'just `bash x`',
    ]);
  });
});
