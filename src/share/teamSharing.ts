import type { Disposable } from '../base/disposable';
import { Listeners } from '../base/listeners';
import { messageOf } from '../base/messageOf';
import { SerialQueue } from '../base/serialQueue';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { SharedLog, ShareFile, ShareNotice, TeamStories } from '../ports/sharing';
import type { LandingNeed, LandingTurn } from '../core/sharing/queueLease';
import { inBoth, refuse, say, tell, type Told } from '../core/words/said';
import type { SharingState } from '../core/sharing/sharingState';
import type { Connection, Peer } from './connection';
import { limitsProblem, type KeepaliveLimits } from './keepalive';
import { TargetLeases } from './targetLeases';
import type { HeldDecision, TeamLink } from './teamLink';

export interface TeamSharingPorts {
  readonly file: ShareFile;
  readonly openLog: () => Promise<SharedLog>;
  /** Forgets what the log holds, while it is closed. */
  readonly dropLog: () => Promise<void>;
  readonly stories: TeamStories;
  /** Commits with which the history of the repository begins; empty where that cannot be told. */
  readonly roots: () => Promise<readonly string[]>;
  /** The token for a server, from where secrets are kept; null where there is none. */
  readonly token: (url: string) => Promise<string | null>;
  readonly limits: () => KeepaliveLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export type ShareOutcome = Told & { readonly kind: 'done' | 'refused' };

interface Live {
  readonly log: SharedLog;
  readonly link: TeamLink;
  readonly connection: Connection;
  readonly leases: TargetLeases;
}

/** Sharing of one repository by this machine: off until a person turns it on, and again after a restart until it is turned off. */
export class TeamSharing {
  readonly #turns = new SerialQueue();
  readonly #changes: Listeners<void>;
  #live: Live | null = null;
  #problem: Told | null = null;
  #atWork: readonly string[] = [];

  constructor(private readonly ports: TeamSharingPorts) {
    this.#changes = new Listeners(ports.log);
  }

  onDidChange(listener: () => void): Disposable {
    return this.#changes.add(listener);
  }

  /** Goes on where the last session on this repository left off. */
  async begin(): Promise<void> {
    if (this.ports.file.state().url !== null) await this.#turns.run(() => this.#start());
  }

  /** Shares with this server from now on. */
  start(url: string, document: string, name: string): Promise<ShareOutcome> {
    return this.#turns.run(async () => {
      const problem = limitsProblem(this.ports.limits());
      if (problem !== null) return refuse(problem);
      if (!/^wss?:\/\/[^\s/]/.test(url)) return refuse(say('The address of a Hocuspocus server begins with wss:// or ws://.'));
      await this.#end();
      // Another board is met as one that was never seen: it may be another repository's, and nothing is given to such a one.
      if (document !== this.ports.file.state().document) await this.ports.dropLog();
      await this.ports.file.change(() => ({ url, document, name, landsAlone: false }));
      await this.#start();
      if (this.#problem !== null) return refuse(this.#problem);
      return { kind: 'done', ...tell(say('The stories of this repository are shared through {0}.', url)) };
    });
  } // prettier-ignore

  /** Leaves everything here and there as it is. */
  stop(): Promise<void> {
    return this.#turns.run(async () => {
      // First, so that no view sees a connection that is lost.
      await this.ports.file.change(() => ({ url: null, notices: [] }));
      await this.#end();
      this.#problem = null;
      this.#changes.call();
    });
  }

  async decide(decision: HeldDecision): Promise<void> {
    await this.#live?.link.decide(decision);
  }

  /** Landings wait for no turn from now on, or again do: safe either way, but others' landings make them be built anew. */
  async landAlone(isOn: boolean): Promise<void> {
    await this.ports.file.change(() => ({ landsAlone: isOn }));
    this.#changes.call();
  }

  /** The person has read these. */
  async noticed(ids: readonly string[]): Promise<void> {
    await this.ports.file.change(({ notices }) => ({ notices: notices.filter(({ id }) => !ids.includes(id)) }));
    this.#changes.call();
  }

  state(): SharingState {
    const { url, notices, machine, name, document, landsAlone = false } = this.ports.file.state();
    const held = this.#live?.link.held() ?? null;
    const problem = this.#problem ?? this.#live?.link.problem() ?? null;
    const connection = this.#live?.connection.state() ?? null;
    // What the server has may be another repository's: until it was looked at nothing is shared.
    const isMeeting = connection?.kind === 'connected' && this.#live?.link.hasMet() === false;
    return {
      url,
      document,
      me: { machine, name },
      connection: url === null ? 'off' : isMeeting ? 'connecting' : (connection?.kind ?? 'away'),
      failures: connection?.kind === 'away' ? connection.failures : 0,
      isTold: connection?.kind === 'refused' || (connection?.kind === 'away' && connection.told),
      problem: problem ?? (connection?.kind === 'refused' ? refusedWords(url ?? '', document) : null),
      held: held === null ? null : { why: held.why, said: held.said, keptIn: held.keptIn },
      landsAlone,
      peers: this.peers().map(({ machine: id, name: called, at }) => ({ machine: id, name: called, at: [...at] })),
      notices: notices.map(({ id, ...told }) => ({ id, ...inBoth(told.said ?? told.text) })),
    };
  }

  peers(): readonly Peer[] {
    return this.#live?.connection.peers() ?? [];
  }

  /** Tells the others on which stories this machine is at work. */
  workOn(keys: readonly string[]): void {
    if (keys.join() === this.#atWork.join()) return;
    this.#atWork = keys;
    this.#live?.connection.workOn(keys);
  }

  /** Whether landings on this target (full name) may begin here now; null where this machine lands by itself. */
  turn(target: string, need: () => LandingNeed): LandingTurn | null {
    const { url, machine, name, landsAlone = false } = this.ports.file.state();
    if (url === null || this.#problem !== null) return null;
    const live = this.#live;
    if (live === null) return { kind: 'asking' };
    const { link, connection } = live;
    const state = connection.state();
    if (link.problem() !== null || state.kind === 'refused') return null;
    const isAlone = landsAlone || link.held() !== null;
    // Who waits for nobody keeps nobody waiting: a turn that it has goes on to the others.
    const turn = live.leases.turn(target, isAlone ? { wants: false, atWork: false } : need(), {
      me: { machine, name },
      isConnected: state.kind === 'connected',
      failures: state.kind === 'away' ? state.failures : 0,
      peers: connection.peers(),
      lease: (ref) => link.lease(ref),
      held: () => link.leases(),
      write: (ref, lease) => void link.putLease(ref, lease),
      ask: (targets) => connection.ask(targets),
    });
    return isAlone ? null : turn;
  }

  /** Resolves once all that came in so far was judged and taken, and all changes here are in the document. */
  async settled(): Promise<void> {
    await this.#live?.link.settled();
  }

  async dispose(): Promise<void> {
    await this.#turns.run(() => this.#end());
    this.#changes.clear();
  }

  async #start(): Promise<void> {
    const { file, clock, log, random, stories, roots, limits, token: tokenOf } = this.ports;
    const { url, document, machine, name } = file.state();
    if (url === null) return;
    this.#problem = null;
    try {
      const token = await tokenOf(url);
      if (token === null) return this.#fail(tell(say('There is no token for {0} on this machine. Share Stories… asks for one.', url)));
      const [{ Connection }, { TeamLink }] = await Promise.all([import('./connection'), import('./teamLink')]);
      const shared = await this.ports.openLog();
      const me = { machine, name };
      const link = await TeamLink.open({ stories, log: shared, me, clock, report: log, board: document, roots, tell: (notices) => this.#tell(notices) }).catch(async (error: unknown) => {
        await shared.close();
        throw error;
      });
      let connection: Connection | null = null;
      const onChange = (): void => {
        // Who hears nobody any more is not there for the others either.
        if (link.problem() !== null) connection?.close();
        this.#changes.call();
      };
      link.onDidChange(onChange);
      connection = new Connection({ url, document, token, me, doc: link.document, limits: limits(), clock, random, log, onMet: () => void link.met(), onChange });
      // It tells of itself while it is being made, and what was written here since the link was opened may have failed already.
      if (link.problem() !== null) connection.close();
      connection.workOn(this.#atWork);
      this.#live = { log: shared, link, connection, leases: new TargetLeases({ clock, log, onChange }) };
    } catch (error) {
      return this.#fail(tell(messageOf(error)));
    }
    this.#changes.call();
  } // prettier-ignore

  #fail(problem: Told): void {
    this.#problem = problem;
    this.ports.log.warn(`[share] ${problem.message}`);
    this.#changes.call();
  }

  async #tell(notices: readonly ShareNotice[]): Promise<void> {
    await this.ports.file.change(({ url, notices: all }) => {
      const known = new Map(all.map((notice) => [notice.about ?? notice.id, notice]));
      const added = notices.filter(({ id, about = id }) => known.get(about)?.id !== id);
      // Of a story that got another number twice before anybody looked, the last is what there is to know.
      for (const notice of added) known.set(notice.about ?? notice.id, notice);
      return url === null || added.length === 0 ? null : { notices: [...known.values()] };
    });
    this.#changes.call();
  }

  async #end(): Promise<void> {
    const live = this.#live;
    this.#live = null;
    if (live === null) return;
    live.leases.dispose();
    live.connection.close();
    await live.link.close();
    await live.log.close();
  }
}

function refusedWords(url: string, document: string): Told {
  return tell(say('{0} refuses the token, or knows no board “{1}”, so nothing is shared. Sharing… asks for another.', url, document)); // prettier-ignore
}
