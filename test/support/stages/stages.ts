/** One step of `npm test`. Each runs a program of the project's; the first that fails ends the run. */
export interface Stage {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** The folders below test/ whose tests it runs. A stage with folders has to run at least one test. */
  readonly testFolders?: readonly string[];
}

const mocha = ['mocha', '--config', 'test/support/mocha/mocharc.json'] as const;

function mochaStage(name: string, testFolders: readonly string[], ...flags: string[]): Stage {
  const files = testFolders.map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);
  return { name, command: [...mocha, ...flags, ...files], testFolders };
}

const script = (file: string): readonly ['node', ...string[]] => ['node', '--import', 'tsx', `test/support/${file}`];

/** What is cheap and tells most comes first. */
export const stages: readonly Stage[] = [
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'imports', command: ['depcruise', 'src', 'media', 'test', '--config', '.dependency-cruiser.cjs'] },
  { name: 'unused', command: ['knip', '--no-progress'] },
  { name: 'package', command: ['npm', 'run', '--silent', 'package'] },
  { name: 'size', command: script('stages/checkSize.ts') },
  { name: 'tools', command: script('workbench/prepare.ts') },
  mochaStage('unit', ['unit', 'contract']),
  mochaStage('integration', ['integration', 'crash'], '--timeout', '60000'),
  mochaStage('board', ['board']),
  { name: 'build', command: ['node', 'esbuild.mjs', '--tests'] },
  { name: 'host', command: script('hostTests/run.ts'), testFolders: ['host'] },
  mochaStage('ui', ['ui'], '--timeout', '60000'),
];
