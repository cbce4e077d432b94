import type { LiveLead } from '../../src/core/landing/lead';

/** A lead for tests of what stands behind it: no other process contends there. */
export function liveLead(epoch: number): LiveLead {
  return { epoch } as LiveLead;
}
