import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import type { MessageId } from '../../keeper/talkStanding';
import type { PastTalk } from './pastTalk';

/**
 * The line to an agent with which another process has talked before. The first turn that is asked for is the one that it is at
 * work on, or has ended meanwhile, so it is not asked again; what it asked and nobody answered comes anew. Ids go on from those
 * that were used.
 */
export function goingOn(stream: Stream, { turn, asks, lastId }: PastTalk): Stream {
  /** What is ours, by what it is for the agent. */
  const own = new Map<MessageId, MessageId>();
  let answer = turn.answer;
  let give: (message: AnyMessage) => void = () => undefined;
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));

  const incoming = new TransformStream<AnyMessage, AnyMessage>({
    start(controller) {
      give = (message) => controller.enqueue(message);
      for (const ask of asks) give(ask);
    },
    transform(message) {
      if ('method' in message || message.id === null) return give(message);
      const id = own.get(message.id);
      if (id !== undefined) give({ ...message, id });
      else if (message.id === turn.id) answer = message;
    },
    // Also of a program that has ended meanwhile the end of the turn is heard first.
    flush: () => isAsked,
  });
  const outgoing = new TransformStream<AnyMessage, AnyMessage>({
    transform(message, controller) {
      if (!('method' in message) || !('id' in message) || message.id === null) return controller.enqueue(message);
      if (message.method === 'session/prompt' && !own.has(turn.id)) {
        own.set(turn.id, message.id);
        if (answer !== null) give({ ...answer, id: message.id });
        return asked();
      }
      const id = lastId + 1 + Number(message.id);
      own.set(id, message.id);
      controller.enqueue({ ...message, id });
    },
  });
  void outgoing.readable.pipeTo(stream.writable).catch(() => undefined); // it is closed: nobody is there to be told
  return { readable: stream.readable.pipeThrough(incoming), writable: outgoing.writable };
}
