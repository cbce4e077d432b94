import { realpathSync } from 'node:fs';
import { appendFile, lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { directStarter } from '../../src/processes/directStarter';
import { outputOf } from '../../src/processes/outputOf';
import type { Starter } from '../../src/processes/starter';

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

const IDENTITY = '[user]\n\tname = Sam Sample\n\temail = sam@example.com\n';

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
    // Without the samples of hooks, which are most of the files of a new repository.
    await repository.git(
      'init',
      '--quiet',
      '--template=',
      `--initial-branch=${branch}`,
      `--object-format=${objectFormat}`,
    );
    for (const name of ['hooks', 'info']) await mkdir(path.join(repository.path, '.git', name));
    await writeFile(path.join(repository.path, '.git', 'info', 'exclude'), '');
    // As text: a process for each is most of what a repository costs.
    await appendFile(path.join(repository.path, '.git', 'config'), IDENTITY);
    for (const [name, value] of Object.entries(config)) await repository.git('config', name, value);
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

  /** A worktree at the moment when git has its record and has not written where its HEAD is; until it is finished. */
  async beginWorktree(name: string): Promise<{ finish(): Promise<void> }> {
    await this.git('worktree', 'add', '--quiet', '--detach', path.join(this.folder, name));
    const file = path.join(this.path, '.git', 'worktrees', name, 'HEAD');
    const head = await readFile(file, 'utf8');
    await writeFile(file, `${'0'.repeat(head.trim().length)}\n`);
    return { finish: () => writeFile(file, head) };
  }

  /** Writes files, stages everything in the checkout and commits it. Returns the commit's id. */
  async commit(files: Files, message: string): Promise<string> {
    await this.#writeAll(files);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--no-verify', '--allow-empty', '--message', message);
    const head = await readFile(path.join(this.path, '.git', 'HEAD'), 'utf8');
    return this.#tipOf(/^ref: (.*)$/m.exec(head)?.[1] ?? 'HEAD');
  }

  /** Makes a branch without checking it out. `from` is a commit or branch; default HEAD. */
  async branch(name: string, from = 'HEAD'): Promise<void> {
    await this.git('update-ref', `refs/heads/${name}`, `${from}^{commit}`);
  }

  /**
   * Commits on a branch that need not be checked out; checkout and index are left alone. `author` is `Name <address>`.
   * Returns the commit's id.
   */
  async commitOn(branch: string, files: Files, message: string, author?: string): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const by = author ?? 'Sam Sample <sam@example.com>';
    const now = Math.floor(Date.now() / 1000);
    const input = [
      ...[`commit ${ref}\nauthor ${by} ${now} +0000\ncommitter Sam Sample <sam@example.com> ${now} +0000\n`],
      ...[data(`${message}\n`), `from ${ref}^0\n`],
      ...Object.entries(files).flatMap(([name, content]) =>
        content === null ? [`D ${quoted(name)}\n`] : [`M 100644 inline ${quoted(name)}\n`, data(content)],
      ),
    ].map((part) => Buffer.from(part));
    await runGit(this.path, ['fast-import', '--quiet'], { input: Buffer.concat(input) });
    return this.#tipOf(ref);
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

  /** The commit of a ref that was just written: it is in a file then, and a process costs more than to read it. */
  async #tipOf(ref: string): Promise<string> {
    const written = await readFile(path.join(this.path, '.git', ...ref.split('/')), 'utf8').catch(() => '');
    return /^[0-9a-f]+$/m.exec(written)?.[0] ?? this.git('rev-parse', ref);
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

/** Bytes as `git fast-import` takes them. */
function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

/** A path as `git fast-import` takes it, whatever is in it. */
function quoted(name: string): string {
  return `"${name.replaceAll(/["\\\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`))}"`;
}

let starter = (): Starter => directStarter;

/** From now on the git of repositories here is started by this: where a process is large, a small one is faster. */
export function startGitBy(another: () => Starter): void {
  starter = another;
}

async function runGit(
  cwd: string,
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string | Buffer } = {},
): Promise<string> {
  const request = { program: gitBinary, args, cwd, env: { ...plainEnvironment(), ...env } };
  const started = starter().start({ ...request, stdin: 'pipe', group: 'shared' });
  started.stdin.end(input);
  const { end, stdout, stderr } = await outputOf(started);
  if (end.kind === 'exited' && end.code === 0) return stdout.toString().trim();
  throw new Error(`git ${args.join(' ')}\n${stderr.toString()}`, { cause: end });
}

/** Without the variables by which a surrounding git (a hook, a rebase) would point at another repository. */
function plainEnvironment(): Record<string, string> {
  const isolated = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith('GIT_') ? [] : [[name, value]],
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...isolated };
}
