import assert from 'node:assert/strict';
import { lacksForAgent, lacksOf, localFiles, setUpOffers } from '../../../../src/core/setUp/offers';

describe('what a fresh worktree gets', () => {
  const commands = (...names: string[]): string[] => setUpOffers(names).map(({ command }) => command);

  it('[G4] commands are offered by lock files and what else says so, one for each kind', () => {
    assert.deepEqual(commands('README.md', 'package.json'), []);
    assert.deepEqual(commands('package-lock.json', 'pnpm-lock.yaml'), ['pnpm install --frozen-lockfile']);
    for (const [file, command] of [
      ['package-lock.json', 'npm ci'],
      ['yarn.lock', 'yarn install'],
      ['bun.lock', 'bun install --frozen-lockfile'],
      ['Cargo.lock', 'cargo fetch --locked'],
      ['go.mod', 'go mod download'],
      ['uv.lock', 'uv sync'],
      ['poetry.lock', 'poetry install'],
      ['composer.lock', 'composer install'],
      ['Gemfile.lock', 'bundle install'],
      ['.gitmodules', 'git submodule update --init --recursive'],
      ['.lfsconfig', 'git lfs pull'],
    ] as const)
      assert.deepEqual(commands(file), [command]);
    assert.match(commands('requirements.txt')[0] ?? '', /pip install -r requirements\.txt/);
    assert.deepEqual(commands('go.mod', 'yarn.lock', 'Gemfile.lock').length, 3);
  });

  it('[G4] files that git mostly ignores are offered to be copied, and samples of them are not', () => {
    assert.deepEqual(localFiles(['.env', '.env.local', '.env.example', '.envrc', 'env', '.environment', 'a']), [
      '.env',
      '.env.local',
      '.envrc',
    ]);
  });

  it('[G4] what is not there is named, with what brings it; what is there is not', () => {
    const look = {
      names: ['package-lock.json', 'go.mod'],
      mainNames: ['.env', 'node_modules'],
      emptySubmodules: ['lib/a'],
    };
    assert.deepEqual(lacksOf(look), [
      { name: 'node_modules', command: 'npm ci' },
      { name: '.env', command: null },
      { name: 'lib/a', command: 'git submodule update --init --recursive' },
    ]);
    assert.deepEqual(
      lacksOf({ ...look, names: ['package-lock.json', 'node_modules', '.env'], emptySubmodules: [] }),
      [],
    );
  });

  it('[G4] an agent is told what is not installed and how it comes, and nothing where nothing is missing', () => {
    assert.equal(lacksForAgent([]), null);
    assert.match(lacksForAgent([{ name: 'node_modules', command: 'npm ci' }]) ?? '', /node_modules.*npm ci/);
  });
});
