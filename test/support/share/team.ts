import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LandingTurn } from '../../../src/core/sharing/queueLease';
import type { EngineSettings } from '../../../src/engine/ports';
import type { Clock } from '../../../src/ports/clock';
import { TestWindow } from '../../integration/engine/harness';
import { TemporaryFolder } from '../temporaryFolder';
import { TemporaryRepository } from '../temporaryRepository';
import { waitFor } from '../waitFor';
import { Proxy } from './proxy';
import { TeamServer } from './teamServer';

/** A window on a clone of its own, and the proxy that stands between it and the server. */
export interface TeamMember {
  readonly name: string;
  readonly window: TestWindow;
  readonly repository: TemporaryRepository;
  readonly proxy: Proxy;
}

export interface TeamOptions {
  readonly clock?: Clock;
  readonly settings?: Partial<EngineSettings>;
}

interface AdaAndBob {
  readonly team: Team;
  readonly ada: TeamMember;
  readonly bob: TeamMember;
}

/** Opens a team of two before each test of a suite, and closes it after; `begin` gets them before the test does. */
export function adaAndBob(begin: (two: AdaAndBob) => Promise<void> | void, options: TeamOptions = {}): void {
  let team: Team;
  beforeEach(async () => {
    team = await Team.open(['ada', 'bob'], options);
    await begin({ team, ada: team.member('ada'), bob: team.member('bob') });
  });
  afterEach(() => team.close());
}

/** A team: a bare remote, a clone for each with an engine on it, and a server through which they share their stories. */
export class Team {
  readonly members: TeamMember[] = [];
  readonly #folder = new TemporaryFolder();

  private constructor(
    readonly server: TeamServer,
    readonly bare: string,
    private readonly serverFolder: TemporaryFolder,
  ) {}

  static async open(names: readonly string[], options: TeamOptions = {}): Promise<Team> {
    const serverFolder = new TemporaryFolder();
    const server = await TeamServer.start(serverFolder.path);
    const bare = serverFolder.at('remote.git');
    const team = new Team(server, bare, serverFolder);
    for (const name of names) await team.#add(name, options);
    return team;
  }

  member(name: string): TeamMember {
    const found = this.members.find((one) => one.name === name);
    if (found === undefined) throw new Error(`Nobody is called ${name}.`);
    return found;
  }

  /** Begins to share on all machines; resolves once everybody sees the others. */
  async share(): Promise<void> {
    for (const { window, proxy, name } of this.members) {
      const outcome = await window.session.share({ kind: 'start', url: proxy.url, document: 'stories', name });
      if (outcome.kind !== 'done') throw new Error(outcome.message);
    }
    await this.met();
  }

  /** Everybody is connected and sees the others. */
  async met(): Promise<void> {
    for (const { window, name } of this.members) {
      const state = () => window.session.sharing();
      await waitFor(`${name} to see the others`, async () => (await state()).peers.length === this.members.length - 1, {
        seen: state,
      });
    }
  }

  there(...args: string[]): Promise<string> {
    const [first] = this.members;
    if (first === undefined) throw new Error('Nobody is in the team.');
    return first.repository.gitIn(this.bare, ...args);
  }

  /** What a machine knows of whose turn it is. */
  turn(name: string): LandingTurn | null {
    return this.member(name).window.engine.landingTurn();
  }

  /** Every push of this machine waits until it is let go; resolves with what waits for one to have begun. */
  holdPushes({ name, repository }: TeamMember): () => Promise<unknown> {
    const [begun, go] = [this.#folder.at(`${name}.begun`), this.#folder.at(name)];
    const hooks = path.join(repository.path, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    const script = `#!/bin/sh\n: > '${begun}'\nwhile [ ! -e '${go}' ]; do sleep 0.02; done\n`;
    writeFileSync(path.join(hooks, 'pre-push'), script, { mode: 0o755 });
    return () => waitFor(`the push of ${name}`, () => existsSync(begun));
  }

  /** As `holdPushes`, for fetches: it is the remote that does not answer. `letPushesGo` ends that too. */
  async holdFetches({ name, repository }: TeamMember): Promise<() => Promise<unknown>> {
    const [begun, go, script] = [`${name}.fetches`, name, `${name}.sh`].map((one) => this.#folder.at(one)) as [string, string, string];
    const wait = `: > '${begun}'\nwhile [ ! -e '${go}' ]; do sleep 0.02; done`;
    writeFileSync(script, `#!/bin/sh\n${wait}\nexec git-upload-pack "$@"\n`, { mode: 0o755 });
    await repository.git('config', 'remote.origin.uploadpack', script);
    return () => waitFor(`the fetch of ${name}`, () => existsSync(begun));
  } // prettier-ignore

  letPushesGo({ name }: TeamMember): void {
    writeFileSync(this.#folder.at(name), '');
  }

  async close(): Promise<void> {
    for (const member of this.members) this.letPushesGo(member);
    for (const { window } of this.members) await window.close();
    for (const { proxy, repository } of this.members) {
      await proxy.close();
      await repository.dispose();
    }
    await this.server.stop();
    this.serverFolder.remove();
    this.#folder.remove();
  }

  async #add(name: string, { settings = {}, clock }: TeamOptions): Promise<void> {
    const repository = await TemporaryRepository.create({ branch: 'main', config: { 'user.name': name } });
    if (this.members.length === 0) {
      await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
      await repository.git('clone', '--quiet', '--bare', '.', this.bare);
    }
    await repository.git('remote', 'add', 'origin', this.bare);
    await repository.git('fetch', '--quiet', 'origin');
    await repository.git('reset', '--quiet', '--hard', 'origin/main');
    await repository.git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
    const proxy = await Proxy.start(() => this.server.port);
    const window = new TestWindow(repository, { settings: { push: 'always', ...settings }, ...(clock && { clock }) });
    this.members.push({ name, window, repository, proxy });
    await window.open();
  }
}
