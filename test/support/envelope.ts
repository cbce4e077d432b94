/** A message between host and board as it goes to the other side. */
export function envelope(name: string, value: unknown): unknown {
  return { t: 'q', m: name, a: [value] };
}
