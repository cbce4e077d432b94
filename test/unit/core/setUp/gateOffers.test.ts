import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GATE_FILES, gateOffers } from '../../../../src/core/setUp/gateOffers';
import { configSchema } from '../../../../src/core/gates/gateConfig';

const offered = (files: Readonly<Record<string, string>>): string[] =>
  gateOffers(new Map(Object.entries(files))).map(({ name, command, file }) => `${name}: ${command} (${file})`);

describe('gates that a repository speaks for', () => {
  it('[U6] are guessed from package.json, Makefile, Cargo.toml, go.mod and pyproject.toml, the cheapest first', () => {
    const scripts = { start: 'node .', test: 'node --test', lint: 'eslint .', build: 'tsc', typecheck: 'tsc --noEmit' };
    assert.deepEqual(offered({ 'package.json': JSON.stringify({ scripts }) }), [
      'typecheck: npm run typecheck (package.json)',
      'lint: npm run lint (package.json)',
      'build: npm run build (package.json)',
      'test: npm test (package.json)',
    ]);
    assert.deepEqual(offered({ Makefile: 'all: a\n\ntest : all\n\tgo test\nlint:\n\tvet\ncheck := no\n' }), [
      'lint: make lint (Makefile)',
      'test: make test (Makefile)',
    ]);
    assert.deepEqual(offered({ 'Cargo.toml': '[package]\n' }), ['test: cargo test (Cargo.toml)']);
    assert.deepEqual(offered({ 'go.mod': 'module a\n' }), [
      'vet: go vet ./... (go.mod)',
      'test: go test ./... (go.mod)',
    ]);
    assert.deepEqual(offered({ 'pyproject.toml': '[tool.ruff]\n[tool.uv]\n' }), [
      'lint: ruff check (pyproject.toml)',
      'test: uv run pytest (pyproject.toml)',
    ]);
  });

  it('[U6] what npm writes into a new package, or a file that cannot be read, is no gate; a name comes once', () => {
    const fresh = { scripts: { test: 'echo "Error: no test specified" && exit 1' } };
    assert.deepEqual(offered({ 'package.json': JSON.stringify(fresh) }), []);
    for (const broken of ['', '{', 'null', '[]', '{"scripts":7}', '{"scripts":{"test":7}}'])
      assert.deepEqual(offered({ 'package.json': broken }), [], broken);
    const both = { 'package.json': JSON.stringify({ scripts: { test: 'jest' } }), Makefile: 'test:\n\tjest\n' };
    assert.deepEqual(offered(both), ['test: npm test (package.json)']);
  });

  it('[U6] each can be used as it stands, whatever the files hold', () => {
    const texts = fc.dictionary(
      fc.constantFrom(...GATE_FILES),
      fc.oneof(
        fc.string(),
        fc.constantFrom('test:\n', '{"scripts":{"test":"a","lint":"b"}}', '[tool.uv]\n[tool.ruff]'),
      ),
    );
    fc.assert(
      fc.property(texts, (files) => {
        const gates = gateOffers(new Map(Object.entries(files))).map(({ name, command }) => ({ name, command }));
        assert.ok(configSchema.safeParse({ gates }).success);
      }),
    );
  });
});
