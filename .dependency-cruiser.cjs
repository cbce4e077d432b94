// Who may import whom. Each folder of src names what it may use; everything else is a violation.

/** Paths that a rule compares with: modules of Node and `vscode` come without a folder. */
const library = (...names) => names.map((name) => `node_modules/${name}/`);
const node =
  '^(node:)?(' +
  require('node:module')
    .builtinModules.filter((name) => !name.startsWith('_'))
    .join('|') +
  ')$';

/** One allow-list: the folder itself is always allowed. */
const may = (folder, why, ...allowed) => ({
  name: `${folder.replaceAll('/', '-')}-imports`,
  comment: why,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { pathNot: [`^${folder}/`, ...allowed] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'What needs each other is one thing, or lacks a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-barrels',
      comment: 'Import a thing from the file that defines it.',
      severity: 'error',
      from: { path: '^(src|media)/' },
      to: { path: '^(src|media)/.*/index\\.tsx?$' },
    },
    {
      name: 'resolvable',
      comment: 'Only the editor itself is there without being installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    {
      name: 'no-development-dependency',
      comment: 'What ships is built from dependencies that are declared to ship.',
      severity: 'error',
      from: { path: '^(src|media)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'vscode',
      },
    },
    {
      name: 'recovery-is-for-people',
      comment: 'What agents reach, or what they are given, never recovers what was half-written.',
      severity: 'error',
      from: {
        path: '^src/(agents|mcp|core/agents|session/agents|session/hub/agentGuest|engine/agents/desk/agentDesk)',
      },
      to: { path: '^src/(core/recovery/(halfWritten|recovered)|engine/stories/halfWrittenStories|host/recovery/)' },
    },
    {
      name: 'vscode-in-host-only',
      comment: 'Everything else runs, and is tested, without an editor.',
      severity: 'error',
      from: { path: '^(src|media)/', pathNot: '^src/(host/|extension\\.ts$)' },
      to: { path: '^(vscode$|node_modules/@types/vscode/)' },
    },
    {
      name: 'small-zod',
      comment: 'zod/mini does the same in less than half of the size, and most bundles hold it.',
      severity: 'error',
      from: { path: '^(src|media)/' },
      to: { path: '^node_modules/zod/(index|v4/(index|classic))' },
    },
    {
      name: 'nothing-ships-tests',
      comment: 'Tests use the sources, never the other way round.',
      severity: 'error',
      from: { path: '^(src|media)/' },
      to: { path: '^test/' },
    },
    may('src/base', 'What any folder may use and Node has not.', node),
    may('src/core', 'The core is pure: no I/O, no clock, no editor.', ...library('zod', 'yaml', 'diff')),
    may('src/ports', 'What the engine asks of the world, in the core’s types.', '^src/(core|base)/'),
    may(
      'src/protocol',
      'Messages are types of the core, checked by a schema.',
      '^src/core/',
      ...library('zod', 'birpc'),
    ),
    may(
      'src/processes',
      'Programs are started and ended here, for everyone.',
      '^src/(base|core|ports)/',
      node,
      ...library('cross-spawn', '@types/cross-spawn', 'write-file-atomic', '@types/write-file-atomic', 'zod'),
    ),
    may('src/git', 'The one door to git.', '^src/(base|core|ports|processes)/', node, ...library('simple-git')),
    may(
      'src/store',
      'What is kept on disk.',
      '^src/(base|core|ports|processes)/',
      node,
      ...library('yjs', 'sql\\.js', '@types/sql\\.js', 'write-file-atomic', '@types/write-file-atomic', 'zod'),
    ),
    may(
      'src/keeper',
      'A program of its own, small and with nothing that it does not need.',
      '^src/(base|core|ports|processes)/',
      node,
    ),
    may(
      'src/share',
      'Shares stories with other machines: judges what they send, and knows the store by its ports alone.',
      '^src/(base|core|ports)/',
      ...library('yjs', 'lib0', '@hocuspocus/provider', 'zod'),
    ),
    may(
      'src/agents',
      'Coding agents as programs.',
      '^src/(base|core|ports|processes|keeper)/',
      node,
      ...library('string-argv', 'zod', 'write-file-atomic', '@types/write-file-atomic', '@agentclientprotocol'),
    ),
    may(
      'src/gates',
      'Chooses gates and runs them.',
      '^src/(base|core|ports|processes)/',
      node,
      ...library('string-argv'),
    ),
    may('src/landing', 'Performs what the core has planned.', '^src/(base|core|ports|processes|gates)/', node),
    may(
      'src/engine',
      'One repository’s loop, through the ports.',
      '^src/(base|core|ports|processes|gates|landing|agents)/',
      node,
    ),
    may(
      'src/mcp',
      'Agents reach the window that leads, and what it lets them ask.',
      '^src/(base|core|ports|protocol)/',
      '^src/session/hub/(frames|limits)\\.ts$',
      '^src/store/leader/(claim|epochs|folderId|leaderSocket)\\.ts$',
      node,
      ...library('@modelcontextprotocol/sdk', 'zod'),
    ),
    {
      name: 'agents-change-their-story-alone',
      comment: 'What an agent can ask reaches no gate, setting, approval, landing, removal or command of a person.',
      severity: 'error',
      from: {
        path: '^src/(mcp/|session/agents/|session/hub/agentGuest|engine/agents/desk/agentDesk|core/agents/agentTools)',
      },
      to: {
        path: '^src/(gates|landing|host|git)/|^src/session/(pipeline|session|ledRepository|services|doctor/)|^src/engine/(engine|agents/findingDecisions|stories/(personCommands|adoption)|gates/|landing/|races/|removal/|target/|worktrees/)',
      },
    },
    {
      name: 'host-loads-the-engine-later',
      comment: 'The engine is a bundle of its own, loaded with `import(…)` when there is a repository to open.',
      severity: 'error',
      from: { path: '^src/(host/|extension\\.ts$)' },
      to: {
        path: '^src/(session|engine|landing|gates|agents|store|git|processes)/',
        // A person sets an agent up before there is a repository.
        pathNot: '^src/agents/findPresets\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'session-composes-all-but-host',
      comment: 'The composition root is bundled and tested without the editor.',
      severity: 'error',
      from: { path: '^src/session/' },
      to: { path: '^(src/(host|extension)|media)' },
    },
    may(
      'media/board',
      'The board runs in a web page and knows the host by its messages alone.',
      '^src/protocol/',
      '^src/core/',
      ...library('preact', 'zod', '@vscode/codicons'),
    ),
  ],
  options: {
    // The build script's own name shadows its library's.
    exclude: { path: '^esbuild\\.mjs$' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
