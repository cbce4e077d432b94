/** One step of `npm test`. Each runs a program of the project's. */
export interface Stage {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** It writes nothing that another stage reads: such stages run two at a time, and each prints when it is over. */
  readonly besideOthers?: true;
  /** Stages whose result it uses: where one of them failed it cannot be run. All others run whatever failed before. */
  readonly needs?: readonly string[];
  /** The folders below test/ whose tests it runs. A stage with folders has to run at least one test. */
  readonly testFolders?: readonly string[];
}

const mocha = ['mocha', '--config', 'test/support/mocha/mocharc.json'] as const;

function mochaStage(name: string, testFolders: readonly string[], needs: readonly string[], ...flags: string[]): Stage {
  const files = testFolders.map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);
  return { name, command: [...mocha, ...flags, ...files], needs, testFolders };
}

function check(name: string, ...command: Stage['command']): Stage {
  return { name, command, besideOthers: true };
}

const script = (file: string): readonly ['node', ...string[]] => ['node', '--import', 'tsx', `test/support/${file}`];

/**
 * Files side by side, each worker a process of its own. Starting git costs more the more memory the process has that
 * starts it, so two small processes are faster than one large one even where they share a core.
 */
const SIDE_BY_SIDE = ['--parallel', '--jobs', '2'] as const;

/** Of what waits for half of its time, for a disk, another process or a clock: three keep two cores at work. */
const THREE_SIDE_BY_SIDE = ['--parallel', '--jobs', '3'] as const;

/** What is cheap and tells most comes first. `package` and `build` write the same folder, so tests follow their own. */
export const stages: readonly Stage[] = [
  // The compiler's errors are among those it finds: it builds the program once for both.
  check('lint', 'oxlint', '--deny-warnings', '--report-unused-disable-directives'),
  check('format', 'oxfmt', '--check', '.'),
  check('imports', 'depcruise', 'src', 'media', 'test', '--config', '.dependency-cruiser.cjs'),
  check('unused', 'knip', '--no-progress'),
  check('dead', ...script('stages/deadCode.ts')),
  check('tools', ...script('workbench/prepare.ts')),
  { ...mochaStage('unit', ['unit', 'contract'], [], ...SIDE_BY_SIDE), besideOthers: true },
  { name: 'package', command: ['npm', 'run', '--silent', 'package'] },
  { name: 'size', command: script('stages/checkSize.ts'), needs: ['package'] },
  // Files begin in this order: the longest first, so that no worker is left with one of them in the end.
  mochaStage('integration', ['crash', 'integration'], ['package'], ...THREE_SIDE_BY_SIDE),
  mochaStage('board', ['board'], ['tools', 'package'], ...SIDE_BY_SIDE),
  { name: 'build', command: ['node', 'esbuild.mjs', '--tests'] },
  { name: 'host', command: script('hostTests/run.ts'), needs: ['tools', 'build'], testFolders: ['host'] },
  mochaStage('ui', ['ui'], ['tools', 'package'], ...SIDE_BY_SIDE),
  // `npm start` packages anew what those of `ui` install.
  mochaStage('start', ['start'], ['tools']),
];
