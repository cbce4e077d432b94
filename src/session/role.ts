import type net from 'node:net';
import type { Told } from '../core/words/said';
import type { Engine } from '../engine/engine';
import type { Pipeline } from './pipeline';

/** What a window holds in its present role. */
export interface Role extends Pipeline {
  /** Null while another window leads. */
  readonly engine: Engine | null;
  /** What is wrong with it, in one sentence; null when all is well. */
  problem(): Told | null;
  /** It reaches its engine no more: another role follows. */
  isGone(): boolean;
  /** Ends what the role does and lets go of its files. */
  close(): Promise<void>;
}

/** A leader that was found, and the way to it. */
export interface FoundLeader {
  readonly pid: number;
  readonly token: string;
  readonly connection: net.Socket;
}
