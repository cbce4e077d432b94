import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

// For the code under test as well: it inherits these, and nobody's own settings may change a result.
process.env['GIT_CONFIG_GLOBAL'] = '/dev/null';
process.env['GIT_CONFIG_SYSTEM'] = '/dev/null';
process.env['GIT_CONFIG_NOSYSTEM'] = '1';

/** The git that tests run, and give to the code under test. */
export const gitBinary = 'git';

export interface RepositoryOptions {
  /** First branch; default `main`. */
  readonly branch?: string;
  readonly objectFormat?: 'sha1' | 'sha256';
  /** Settings written before the first commit. */
  readonly config?: Readonly<Record<string, string>>;
  /** Where its folder is made; the system's folder for temporary files unless given. */
  readonly within?: string;
}

/** Files of a commit: text, bytes, or null for a file that is removed. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

/**
 * A real git repository in a temporary folder, with an identity and without anybody's settings. `folder` is its parent,
 * so that worktrees made beside the repository go with it.
 */
export class TemporaryRepository {
  private constructor(
    readonly folder: string,
    readonly path: string,
  ) {}

  static async create(options: RepositoryOptions = {}): Promise<TemporaryRepository> {
    const folder = realpathSync(await mkdtemp(path.join(options.within ?? tmpdir(), 'switchyard-git-')));
    const repository = new TemporaryRepository(folder, path.join(folder, 'repository'));
    const { branch = 'main', objectFormat = 'sha1', config = {} } = options;
    await mkdir(repository.path);
    await repository.git('init', '--quiet', `--initial-branch=${branch}`, `--object-format=${objectFormat}`);
    const settings = { 'user.name': 'Sam Sample', 'user.email': 'sam@example.com', ...config };
    for (const [name, value] of Object.entries(settings)) await repository.git('config', name, value);
    return repository;
  }

  /** What git printed, trimmed. Throws with git's words when it fails. */
  git(...args: string[]): Promise<string> {
    return runGit(this.path, args);
  }

  /** As `git`, in another folder, such as a worktree. */
  gitIn(folder: string, ...args: string[]): Promise<string> {
    return runGit(folder, args);
  }

  /** Writes files, stages everything in the checkout and commits it. Returns the commit's id. */
  async commit(files: Files, message: string): Promise<string> {
    await this.#writeAll(files);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--no-verify', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Makes a branch without checking it out. `from` is a commit or branch; default HEAD. */
  async branch(name: string, from = 'HEAD'): Promise<void> {
    await this.git('update-ref', `refs/heads/${name}`, await this.git('rev-parse', `${from}^{commit}`));
  }

  /**
   * Commits on a branch that need not be checked out; checkout and index are left alone. `author` is `Name <address>`.
   * Returns the commit's id.
   */
  async commitOn(branch: string, files: Files, message: string, author?: string): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const index = path.join(this.folder, `index-${process.hrtime.bigint()}`);
    const env = { GIT_INDEX_FILE: index };
    const parent = await this.git('rev-parse', ref);
    await runGit(this.path, ['read-tree', parent], { env });
    for (const [name, data] of Object.entries(files)) {
      const removed = data === null;
      const oid = removed ? '0'.repeat(parent.length) : await this.blob(data);
      const line = `${removed ? '0' : '100644'} ${oid}\t${name}\0`;
      await runGit(this.path, ['update-index', '-z', '--index-info'], { env, input: line });
    }
    const tree = await runGit(this.path, ['write-tree'], { env });
    await rm(index, { force: true });
    const [, name, email] = /^(.*) <(.*)>$/.exec(author ?? '') ?? [];
    const by = name === undefined ? {} : { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email ?? '' };
    const commit = await runGit(this.path, ['commit-tree', '-p', parent, '-m', message, tree], { env: by });
    await this.git('update-ref', ref, commit, parent);
    return commit;
  }

  /** Writes a blob object and returns its id. */
  blob(data: string | Buffer): Promise<string> {
    return runGit(this.path, ['hash-object', '-w', '--stdin'], { input: data });
  }

  /** Writes a file of the checkout; `/` in names on every platform. */
  async write(name: string, data: string | Buffer): Promise<void> {
    const file = path.join(this.path, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, data);
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.path, ...name.split('/')), 'utf8');
  }

  async remove(name: string): Promise<void> {
    await rm(path.join(this.path, ...name.split('/')), { recursive: true, force: true });
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #writeAll(files: Files): Promise<void> {
    for (const [name, data] of Object.entries(files)) {
      if (data === null) await this.remove(name);
      else await this.write(name, data);
    }
  }
}

/** Every file of a folder but what is below `.git`, byte for byte: name → contents in base64, links by their target. */
export async function snapshotFiles(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (name === '.git' || name.startsWith('.git/') || (await lstat(file)).isDirectory()) continue;
    found[name] = entry.isSymbolicLink() ? `-> ${await readlink(file)}` : (await readFile(file)).toString('base64');
  }
  return found;
}

function runGit(
  cwd: string,
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string | Buffer } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...plainEnvironment(), ...env }, maxBuffer: 64 << 20 };
    const child = execFile(gitBinary, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`git ${args.join(' ')}\n${stderr}`, { cause: error }));
    });
    child.stdin?.end(input);
  });
}

/** Without the variables by which a surrounding git (a hook, a rebase) would point at another repository. */
function plainEnvironment(): Record<string, string | undefined> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const isolated = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  return { ...Object.fromEntries(entries), ...isolated };
}
