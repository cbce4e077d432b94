// Builds every bundle: the extension, the engine without VS Code, the board, and (with --tests) the host tests.
import { readdirSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
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
  // An apostrophe or an ellipsis as an escape takes twice the place.
  charset: 'utf8',
  mainFields: ['module', 'main'],
};

/**
 * simple-git has no way to be told how to start git, so what it has in place of Node's module starts it the way everything
 * is started. All others get Node's.
 * @type {esbuild.Plugin}
 */
const gitStartedByUs = {
  name: 'git-started-by-us',
  setup(build) {
    const own = path.resolve('src/git/door/simpleGitProcesses.ts');
    const isSimpleGit = /[\\/]node_modules[\\/](?:simple-git|@simple-git|@kwsites)[\\/]/;
    build.onResolve({ filter: /^(?:node:)?child_process$/ }, ({ importer }) =>
      isSimpleGit.test(importer) ? { path: own } : undefined,
    );
  },
};

/**
 * A part of a library that nobody needs, with little in its place.
 * @param {string} name
 * @param {RegExp} filter
 * @param {string} contents
 * @returns {esbuild.Plugin}
 */
const without = (name, filter, contents) => ({
  name: `without-${name}`,
  setup(build) {
    build.onResolve({ filter }, () => ({ path: name, namespace: name }));
    build.onLoad({ filter: /.*/, namespace: name }, () => ({ contents }));
  },
});

/** simple-git tells its log by a library that reads the environment and colours terminals. What git was asked is in our own log. */
const withoutDebugLog = without(
  'debug-log',
  /^debug$/,
  `const silent = Object.assign(() => undefined, { enabled: false, extend: () => silent });
   export default Object.assign(() => silent, { formatters: {} });`,
);

/** The MCP library compiles schemas for what a client answers to questions. The server asks none, and the compiler is half of it. */
const withoutSchemaCompiler = without(
  'schema-compiler',
  /validation[\\/]ajv-provider\.js$/,
  'export class AjvJsonSchemaValidator {}',
);

const YAML = { yaml: './node_modules/yaml/browser/index.js' };

/** @type {esbuild.BuildOptions} */
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };

/**
 * What runs in Node is built together: what several of these need is in a file that they share, and what is asked for
 * with `import(…)` is in files of its own, loaded then. esbuild splits modules of the one kind alone, so each file is
 * made a module of the other kind afterwards: every host and plain Node load those.
 */
async function buildSplit() {
  const { outputFiles, metafile } = await esbuild.build({
    ...node,
    format: 'esm',
    splitting: true,
    sourcemap: production ? false : 'inline',
    entryPoints: {
      extension: 'src/extension.ts',
      engine: 'src/session/services.ts',
      // Looked for beside the engine; it starts programs for it.
      spawner: 'src/processes/spawner/main.ts',
      // Asked for by the engine like the other parts; a test of its own loads it by this name.
      simpleGit: 'src/git/door/simpleGit.ts',
    },
    outdir: 'dist',
    chunkNames: '[name]-[hash]',
    external: ['vscode'],
    plugins: [gitStartedByUs, withoutDebugLog],
    alias: { 'sql.js': './node_modules/sql.js/dist/sql-wasm.js', ...YAML },
    metafile: true,
    write: false,
  });
  withoutEditor(metafile, 'dist/engine.js');
  withoutEditor(metafile, 'dist/spawner.js');
  await Promise.all(outputFiles.map(writeAsCommonJs));
  // What `npm test -- size` looks at: which file needs which.
  await mkdir('out', { recursive: true });
  await writeFile('out/bundles.json', withShortNames(JSON.stringify(metafile)));
}

/** @param {esbuild.OutputFile} file */
async function writeAsCommonJs({ path: long, text }) {
  const file = withShortNames(long);
  const { code, map } = await esbuild.transform(withPlainExports(withPlainImports(withShortNames(text))), {
    format: 'cjs',
    platform: 'neutral',
    target: 'node20',
    minify: production,
    // An `import(…)` is a `require` like the rest.
    supported: { 'dynamic-import': false },
    sourcemap: production ? false : 'external',
    sourcefile: path.basename(file),
    legalComments: 'none',
    charset: 'utf8',
  });
  await mkdir(path.dirname(file), { recursive: true });
  if (!production) await writeFile(`${file}.map`, map);
  await writeFile(file, production ? withPlainCalls(code) : `${code}//# sourceMappingURL=${path.basename(file)}.map\n`);
}

/**
 * Each file names some of the others, together more than a thousand times. What several share has its hash alone as its name.
 * @param {string} text
 */
function withShortNames(text) {
  return text.replaceAll(/\bchunk-([A-Z0-9]{8})(\.js)/g, '$1$2');
}

/**
 * What `import path from 'node:path'` gives is what `require` gives, and so it is with what files of ours and VS Code export.
 * esbuild does not know that: it would look for a default at each use, and put half a kilobyte that does so into each file.
 * @param {string} text
 */
function withPlainImports(text) {
  return text
    .replaceAll(/\bimport ([\w$]+) from ?("node:[\w/]+")/g, 'var $1 = require($2)')
    .replaceAll(/\bimport ?\* ?as ([\w$]+) from ?("(?:node:[\w/]+|vscode)")/g, 'var $1 = require($2)')
    .replaceAll(/\bimport\(("\.\/[^"]+")\)/g, 'Promise.resolve().then(() => require($1))');
}

/**
 * What a file exports, as getters. esbuild would put the same half a kilobyte that makes them into each of the many files.
 * @param {string} text
 */
function withPlainExports(text) {
  const found = /\bexport ?\{([^}]*)\};?\s*$/.exec(text);
  if (found === null) return text;
  const getters = found[1].split(',').map((one) => {
    const [own, name = own] = one.trim().split(/ as /);
    return `get ${name}() { return ${own}; }`;
  });
  return `${text.slice(0, found.index)}module.exports = { ${getters.join(', ')} };`;
}

/**
 * A call of what another file or Node exports, as `file.name()`. esbuild writes `(0,file.name)()`, so that the called sees no
 * `this`; what is called here looks for none, and the eight thousand calls are 30 kB.
 * @param {string} code
 */
function withPlainCalls(code) {
  const files = new Set([...code.matchAll(/([\w$]+)=require\("(?:\.\/|node:)[^"]+"\)/g)].map(([, name]) => name));
  // Behind a word it is a call only where that is one of the language, which then needs the blank.
  const call =
    /(?:(?<![\w$.])(return|await|yield|throw|typeof|void|else|case|in|of|do|extends)|(?<![\w$)\]]))\(0,([\w$]+)(\.[\w$]+)\)\(/g;
  return code.replaceAll(call, (all, word, file, name) =>
    files.has(file) ? `${word === undefined ? '' : `${word} `}${file}${name}(` : all,
  );
}

/**
 * Whatever a bundle can reach, now or later, does without VS Code.
 * @param {esbuild.Metafile} metafile
 * @param {string} entry
 */
function withoutEditor({ outputs }, entry) {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const asked of outputs[file]?.imports ?? []) {
      if (asked.path === 'vscode') throw new Error(`${entry} imports vscode, in ${file}.`);
      if (!asked.external) reached.add(asked.path);
    }
  }
}

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { board: 'media/board/main.tsx', storyPage: 'media/storyPage/main.tsx' },
    outdir: 'dist',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  // Outlives the extension, and maybe its update: one file that needs no other.
  { ...node, entryPoints: { keeper: 'src/keeper/main.ts' }, outdir: 'dist' },
  // What agents start, with Node alone.
  { ...node, entryPoints: { mcp: 'src/mcp/main.ts' }, outdir: 'dist', plugins: [withoutSchemaCompiler] },
  // Runs with Node alone, also where nobody has an editor: one file that needs no other.
  { ...node, entryPoints: { 'verify-landings': 'src/git/receipts/verifyScript.ts' }, outdir: 'dist', alias: YAML },
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
await Promise.all([buildSplit(), ...bundles.map((options) => esbuild.build(options))]).catch((error) => {
  // esbuild has printed what it finds wrong by the time it rejects.
  if (error.errors === undefined) console.error(error);
  process.exit(1);
});
await cp('node_modules/sql.js/dist/sql-wasm.wasm', 'dist/sql-wasm.wasm');
await cp('node_modules/@vscode/codicons/dist/codicon.css', 'dist/codicon.css');
await cp('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/codicon.ttf');
