import { numberInName, shortRef } from '../core/story/names';
import type { SetUpLook } from '../core/setUp/offers';
import type { Told } from '../core/words/said';
import type { Engine } from '../engine/engine';
import type { Pipeline } from './pipeline';
import { callsBy, makeCall, wayOf } from './pipelineCalls';
import { PresentRole, type SessionPorts } from './presentRole';
import type { Role } from './role';

/** One window's part in one repository: it leads (and has an engine) or follows another that does. */
export interface Session extends Pipeline {
  /** Null while another window leads. Whoever commands uses the session itself, which reaches the engine wherever it is. */
  engine(): Engine | null;
  /** Why this window can neither lead nor follow, in one sentence; null when all is well. */
  problem(): Told | null;
  /** Short names of the local branches that are no story's. */
  branches(): Promise<string[]>;
  /** What the repository holds that says how a worktree is made ready. */
  lookAtTop(): Promise<SetUpLook>;
  dispose(): Promise<void>;
}

/**
 * Asks and commands the pipeline through the role that this window has just then. Resolves once there is a role, or a
 * problem that says why not; it is tried again then.
 */
export async function beginSession(ports: SessionPorts): Promise<Session> {
  const { git, doctor } = ports;
  const present = new PresentRole(ports);
  await present.begin();
  return {
    ...callsBy(async (name, given) => {
      const call = (role: Role): Promise<unknown> => makeCall(role, name, given);
      switch (wayOf(name)) {
        case 'command':
          return present.command(call);
        case 'look':
          return present.look(call);
        case 'once':
          return call(await present.reach());
      }
    }),
    engine: () => present.role()?.engine ?? null,
    model: () => present.model(),
    problem: () => present.problem(),
    commands: () => present.role()?.commands() ?? null,
    onDidChange: (listener) => present.onDidChange(listener),
    onDidWrite: (listener) => present.onDidWrite(listener),
    poke: () => present.role()?.poke(),
    /** Where the leader cannot be asked, this window looks by itself, as far as it can. */
    examine: async () => {
      const role = present.healthy();
      const asked = role === null ? null : await role.examine().catch(() => null);
      return asked ?? doctor.examine(present.problem()?.message ?? null);
    },
    repair: (finding) => (present.healthy() ?? doctor).repair(finding),
    branches: async () => {
      const names = [...(await git.branchTips()).keys()].map(shortRef);
      return names.filter((name) => numberInName(name) === null);
    },
    lookAtTop: async () => {
      const { topLevel } = await git.place();
      return git.lookAtTop({ folder: topLevel, main: topLevel });
    },
    dispose: () => present.dispose(),
  };
}
