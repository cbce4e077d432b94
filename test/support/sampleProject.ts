import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface SampleRepository {
  readonly folder: string;
  /** Runs git in the repository and returns what it printed, trimmed. */
  git(...args: string[]): Promise<string>;
}

const files: Readonly<Record<string, string>> = {
  'package.json': `{
  "name": "greeter",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "bin": { "greeter": "src/cli.js" },
  "scripts": { "start": "node src/cli.js", "test": "node --test" }
}
`,
  '.gitignore': 'node_modules/\ncoverage/\n',
  'README.md': `# greeter

Greets people in their own language.

    node src/cli.js Ada --language fr

Run the tests with \`node --test\`.
`,
  'src/languages.js': `const greetings = new Map([
  ['en', 'Hello'],
  ['fr', 'Bonjour'],
  ['sv', 'Hej'],
]);

/** The word of greeting in a language, by its ISO 639-1 code. */
export function greetingIn(language) {
  const word = greetings.get(language);
  if (word === undefined) throw new RangeError(\`No greeting in "\${language}"; there are \${[...greetings.keys()].join(', ')}\`);
  return word;
}
`,
  'src/greet.js': `import { greetingIn } from './languages.js';

export function greet(name, language = 'en') {
  const person = name.trim();
  return person === '' ? \`\${greetingIn(language)}!\` : \`\${greetingIn(language)}, \${person}!\`;
}
`,
  'src/cli.js': `#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { greet } from './greet.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { language: { type: 'string', default: 'en' } },
});
console.log(greet(positionals.join(' '), values.language));
`,
  'test/greet.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

test('greets by name', () => {
  assert.equal(greet('Ada'), 'Hello, Ada!');
});

test('greets in another language', () => {
  assert.equal(greet('Ada', 'sv'), 'Hej, Ada!');
});

test('greets without a name', () => {
  assert.equal(greet('  '), 'Hello!');
});
`,
  'test/languages.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greetingIn } from '../src/languages.js';

test('says which languages there are', () => {
  assert.throws(() => greetingIn('xx'), /en, fr, sv/);
});
`,
};

/**
 * Makes a small Node project with tests of its own, committed on `main`.
 * `more` adds or replaces files before the commit. Needs no git configuration of the person's.
 */
export async function makeSampleRepository(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<SampleRepository> {
  for (const [name, text] of Object.entries({ ...files, ...more })) {
    const file = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await execute('git', args, { cwd: folder, env: gitEnvironment() });
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Sam Sample');
  await git('config', 'user.email', 'sam@example.com');
  await git('config', 'commit.gpgsign', 'false');
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '--message', 'Greet people in their own language');
  return { folder, git };
}

/** Without the variables by which a surrounding git (a hook, a rebase) would point at another repository. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(entries), GIT_CONFIG_NOSYSTEM: '1' };
}
