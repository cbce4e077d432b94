import assert from 'node:assert/strict';
import type { PrivateWords } from '../../../../src/core/bugBundle/privateWords';
import { Redactor } from '../../../../src/core/bugBundle/redactor';

const WORDS: PrivateWords = [
  { kind: 'title', text: 'Launch the Zeppelin' },
  { kind: 'text', text: 'As an aeronaut I want helium' },
  { kind: 'label', text: 'airship' },
  { kind: 'branch', text: 'refs/heads/hidden-plan' },
  { kind: 'branch', text: 'hidden-plan' },
  { kind: 'path', text: '/srv/work places/zeppelin app' },
  { kind: 'name', text: 'Ada Lovelace' },
  { kind: 'name', text: 'ada' },
  { kind: 'email', text: 'ada@example.org' },
];

describe('redactor', () => {
  it('[U9] the same text gets the same placeholder wherever it stands, in any case', () => {
    const redactor = new Redactor(WORDS);
    const [first, second] = redactor.lines(['start of Launch the Zeppelin', 'LAUNCH THE ZEPPELIN and hidden-plan']);
    assert.equal(first, 'start of <title 1>');
    assert.equal(second, '<title 1> and <branch 1>');
    assert.equal(redactor.whole('title', 'Launch the Zeppelin'), '<title 1>');
    assert.equal(redactor.whole('title', 'Another'), '<title 2>');
  });

  it('[U9] what is a secret, an address, a path or a branch by its form is replaced', () => {
    const planted = [
      'token=abcd1234efgh', 'password: hunter22', 'Authorization: Bearer zzzzyyyy', 'API_KEY="q9w8e7r6"', 'secret is tops3cret',
      'ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'github_pat_11ABCDEFG0xyz', 'sk-live-abcdefgh12345', 'xoxb-123456789-abc',
      'AKIAIOSFODNN7EXAMPLE', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig', 'glpat-ABCdef123456', 'x7Gh29KdLm48QpRt61VwYz',
      '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----',
      'https://ann:pw@git.example.com/secret/repo.git?key=1', 'git@github.com:acme/rocket.git', 'ann.b+c@corp.example.co.uk',
      '/home/ann/code/rocket', "'/home/ann/my code/rocket'", '"C:\\Users\\Ann Lee\\rocket"', 'C:\\Users\\ann\\rocket', '\\\\server\\share\\plan',
      '~/code/rocket', 'src/rocket/fuel.ts', 'rocket.config.mjs', 'fuel.ts', '.env.local', 'refs/heads/rocket', 'story/42-rocket-fuel', 'refs/remotes/origin/rocket',
    ]; // prettier-ignore
    for (const text of planted) {
      const left = new Redactor([]).within(`git said: ${text} (128), then stopped.`);
      assert.match(left, /^git said: .*<\w+ \d+>.* \(128\), then stopped\.$/s, `${text} → ${left}`);
      for (const bit of text.split(/[^A-Za-z0-9]+/).filter((one) => one.length > 4)) {
        const isOfTheForm = /^(?:token|password|authorization|bearer|api|key|secret|story|refs|heads|begin|private)$/i.test(bit); // prettier-ignore
        assert.ok(isOfTheForm || !left.includes(bit), `${bit} of ${text} is left in ${left}`);
      }
    }
  });

  it('[U9] what is of the report itself stays readable', () => {
    for (const text of [
      '[merge:#12] reassigned: it stood at gating when boot 3 ended',
      '[engine] Start: Backlog → Coding (person)',
      'gate test 2/3 exited with code 1 after 12.5 s',
      '2026-01-31T13:05:09.123Z [warn] store: refused',
      `landed as ${'0123456789abcdef'.repeat(2)}01234567`,
      'refs/switchyard/candidates/abc',
    ]) {
      assert.equal(new Redactor([]).within(text), text);
    }
  });

  it('[U9] a short name is replaced as a word, not inside of others', () => {
    const redactor = new Redactor(WORDS);
    assert.equal(redactor.within('ada said: adapter, Canada'), '<name 1> said: adapter, Canada');
  });

  it('[U9] a folder with blanks is replaced with all that is below it up to a blank', () => {
    const left = new Redactor(WORDS).within('no file /srv/work places/zeppelin app.worktrees/3-x/deep/file here');
    for (const bit of ['srv', 'work', 'zeppelin', 'deep']) assert.ok(!left.includes(bit), left);
    assert.match(left, /here$/);
  });

  it('[U9] what is known is replaced however addresses, JSON, shells, git and other systems write it', () => {
    const redactor = new Redactor([
      { kind: 'title', text: 'Launch the "Zeppelin" now' },
      { kind: 'title', text: 'Crème brûlée' },
      { kind: 'path', text: '/srv/work places/airship' },
      { kind: 'path', text: 'C:\\Users\\Ann Lee\\rocket app' },
      { kind: 'email', text: 'ada@example.org' },
    ]);
    const same = [
      ['<title 1>', ['Launch%20the%20%22Zeppelin%22%20now', 'launch%20the%20%22zeppelin%22%20now', 'Launch+the+%22Zeppelin%22+now', 'Launch the \\"Zeppelin\\" now', 'launch-the-zeppelin-now']],
      ['<title 2>', ['CRÈME BRÛLÉE', 'Crème brûlée'.normalize('NFD'), 'Cr\\u00e8me br\\u00fbl\\u00e9e', 'Cr\\303\\250me br\\303\\273l\\303\\251e', 'Cr%C3%A8me%20br%C3%BBl%C3%A9e']],
      ['<path 1>', ['/srv/work%20places/airship', '/srv/work\\ places/airship', '%2Fsrv%2Fwork%20places%2Fairship']],
      ['<path 2>', ['c:\\users\\ann lee\\rocket app', 'C:\\\\Users\\\\Ann Lee\\\\rocket app', 'C:/Users/Ann Lee/rocket app', 'c%3A/Users/Ann%20Lee/rocket%20app']],
      ['<email 1>', ['ada%40example.org', 'ADA@example.org']],
    ] as const; // prettier-ignore
    for (const [placeholder, forms] of same)
      for (const form of forms) assert.equal(redactor.within(`said ${form} (1)`), `said ${placeholder} (1)`, form);
    assert.doesNotMatch(new Redactor([]).within('by ann.b%40corp.example'), /ann|corp/);
  });

  it('[U9] a name of two letters is a name where letters are words', () => {
    const redactor = new Redactor([{ kind: 'name', text: '李明' }, { kind: 'title', text: '登录' }]); // prettier-ignore
    assert.equal(redactor.within('由李明开始登录了'), '由<name 1>开始<title 1>了');
  });

  it('[U9] a line that is one long word is looked through at once', () => {
    for (const word of ['x.', 'x', '-', 'x/', '+a']) {
      const left = new Redactor([]).within(`said ${word.repeat(8_000)} then`);
      assert.match(left, /^said .* then$/s);
    }
  });
});
