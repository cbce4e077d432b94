// Builds every bundle: the extension, the engine without VS Code, the board, and (with --tests) the host tests.
import { cp, mkdir, rm } from 'node:fs/promises';
import { glob } from 'node:fs';
import process from 'node:process';
import * as esbuild from 'esbuild';

const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  legalComments: 'none',
  mainFields: ['module', 'main'],
  metafile: true,
};

/** @type {esbuild.BuildOptions} */
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', external: ['vscode'] },
  // `vscode` is not external here: an import of it anywhere in the engine fails this build.
  { ...node, entryPoints: { engine: 'src/services.ts' }, outdir: 'dist' },
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { board: 'media/board/main.tsx' },
    outdir: 'dist',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
];

if (flags.has('--tests')) {
  const tests = await new Promise((resolve, reject) =>
    glob('test/host/**/*.test.ts', (error, found) => (error ? reject(error) : resolve(found))),
  );
  bundles.push({
    ...node,
    entryPoints: ['test/host/index.ts', ...tests],
    outbase: 'test/host',
    outdir: 'out/host',
    external: ['vscode', 'mocha'],
  });
}

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await Promise.all(bundles.map((options) => esbuild.build(options)));
await cp('node_modules/sql.js/dist/sql-wasm.wasm', 'dist/sql-wasm.wasm');
await cp('node_modules/@vscode/codicons/dist/codicon.css', 'dist/codicon.css');
await cp('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/codicon.ttf');
