import type { LiveLead } from '../core/landing/lead';

/** The right to act on a repository, as the one leader among all processes. It can be lost at any moment. */
export interface Lead {
  /** Higher than that of any leader before; the `boot` of merge jobs. */
  readonly epoch: number;
  /** Looks at the claims on disk; null once this process leads no more. Ask before every act that only a leader may do. */
  confirm(): Promise<LiveLead | null>;
}
