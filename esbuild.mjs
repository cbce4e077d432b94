// Builds every bundle: the extension, the engine without VS Code, the board, and (with --tests) the host tests.
import { readdirSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
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

/**
 * What is not needed to start, or to show the first board, by the module that asks for it with `import(…)`: built apart,
 * loaded then.
 * @type {Record<string, { name: string, entry: string }>}
 */
const apart = {
  'sql.js': { name: 'sqljs', entry: 'node_modules/sql.js/dist/sql-wasm.js' },
  '../../core/story/storyFolder': { name: 'storyFolder', entry: 'src/core/story/storyFolder.ts' },
  '../core/gates/configFile': { name: 'configFile', entry: 'src/core/gates/configFile.ts' },
  '../core/story/storyFile': { name: 'storyFile', entry: 'src/core/story/storyFile.ts' },
  '../core/story/storyEdit': { name: 'storyEdit', entry: 'src/core/story/storyEdit.ts' },
  // `vscode` is not external to what is built apart: an import of it anywhere in the engine fails the build.
  '../session/services': { name: 'engine', entry: 'src/session/services.ts' },
};

/** A library that several of these use: built once, and asked for by their `import`. */
const sharedLibraries = { yaml: 'node_modules/yaml/dist/index.js' };

/** @type {esbuild.Plugin} */
const keepApart = {
  name: 'keep-apart',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path: asked }) => {
      if (kind !== 'entry-point' && asked in sharedLibraries) return { path: `./${asked}.js`, external: true };
      // Whoever asks, the path leads up to the sources and down again.
      const part = kind === 'dynamic-import' ? apart[asked.replace(/^(?:\.\.\/)+/, '../')] : undefined;
      return part === undefined ? undefined : { path: `./${part.name}.js`, external: true };
    });
  },
};

/** @type {esbuild.BuildOptions} */
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    external: ['vscode'],
    plugins: [keepApart],
  },
  // Looked for beside the engine; it starts programs for it.
  { ...node, entryPoints: { spawner: 'src/processes/spawner/main.ts' }, outdir: 'dist' },
  ...Object.entries(sharedLibraries).map(([name, entry]) => ({
    ...node,
    entryPoints: { [name]: entry },
    outdir: 'dist',
  })),
  ...Object.values(apart).map(({ name, entry }) => ({
    ...node,
    entryPoints: { [name]: entry },
    outdir: 'dist',
    plugins: [keepApart],
  })),
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
  const tests = readdirSync('test/host', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  bundles.push({
    ...node,
    entryPoints: ['index.ts', ...tests].map((name) => path.join('test/host', name)),
    outbase: 'test/host',
    outdir: 'out/host',
    // mocha finds its own files beside itself, so it stays a package.
    external: ['vscode', 'mocha'],
  });
  await rm('out/host', { recursive: true, force: true });
}

// Only what gets packaged has to be free of leftovers; a development build leaves a running host its files.
if (production) await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
// esbuild has printed what is wrong by the time it rejects.
await Promise.all(bundles.map((options) => esbuild.build(options))).catch(() => process.exit(1));
await cp('node_modules/sql.js/dist/sql-wasm.wasm', 'dist/sql-wasm.wasm');
await cp('node_modules/@vscode/codicons/dist/codicon.css', 'dist/codicon.css');
await cp('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/codicon.ttf');
