import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The built bundles that are measured: what stands here, and perhaps another build beside it. */
export interface Build {
  readonly name: string;
  /** Absolute path of a folder with `engine.js` in it. */
  readonly dist: string;
}

/** A repository of so many files in a folder of its own, with room for what is made beside it. */
export class Place {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sy-bench-')));
  readonly repository = path.join(this.folder, 'repository');
  readonly scratch = path.join(this.folder, 'scratch');

  constructor(files: number) {
    mkdirSync(this.repository);
    mkdirSync(this.scratch);
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Sam Sample');
    this.git('config', 'user.email', 'sam@example.com');
    for (let at = 0; at < files; at += 1) {
      const folder = path.join(this.repository, `d${at % 50}`);
      if (at < 50) mkdirSync(folder);
      writeFileSync(path.join(folder, `f${at}.txt`), `${at}\n`);
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', 'Begin');
  }

  /** What git printed, trimmed. */
  git(...args: string[]): string {
    return this.gitIn(this.repository, ...args);
  }

  gitIn(folder: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
