/** What a person could do to a story: let it in, set it aside, or say that it comes first. */
export const WHAT_IF_KINDS = ['approve', 'freeze', 'first'] as const;
export type WhatIfKind = (typeof WHAT_IF_KINDS)[number];

export interface WhatIfChange {
  readonly kind: WhatIfKind;
  readonly key: string;
}
