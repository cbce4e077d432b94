/** The first line of a message: what a card has room for. The log has the rest. */
export function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
