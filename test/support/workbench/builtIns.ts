import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { WorkbenchProgram } from './installation';

/** Of VS Code's own extensions those that a test meets: git and its marks, themes, and the languages of files it opens. */
const NEEDED = [
  'diff',
  'git',
  'git-base',
  'javascript',
  'json',
  'log',
  'markdown-basics',
  'merge-conflict',
  'theme-defaults',
  'theme-seti',
  'yaml',
];

/** Makes a folder that has these alone. The other ninety, which every window would read and start anew, cost a third of its opening. */
export async function linkBuiltIns(folder: string, program: WorkbenchProgram): Promise<string> {
  await mkdir(folder);
  for (const name of NEEDED) await symlink(path.join(program.builtIns, name), path.join(folder, name));
  return folder;
}
