/** The first line of a message: what a card has room for. The log has the rest. */
export function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

/** The first line of an error for people, which is its cause, and the last, which says what to do; null where it has one. */
export function reasonAndAdvice(message: string): { reason: string; advice: string | null } {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const reason = (lines[0] ?? message).replace(/\.$/, '');
  return { reason, advice: lines.length > 1 ? (lines.at(-1) ?? null) : null };
}
