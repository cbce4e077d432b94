import type { Oid } from '../story/stage';

/** Why a child could not be moved just now. As long as it is there, and neither parent nor child moves, nobody tries again. */
export interface RestackWait {
  readonly onto: Oid;
  readonly tip: Oid | null;
  readonly why: string;
}
