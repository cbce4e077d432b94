import { ModelMirror } from '../../src/core/board/modelFeed';
import { hostSide, pageSide, type HostSide, type PageSide } from '../../src/protocol/boardMessages';
import { MessageHandler, type Answers, type Transport } from '../../src/protocol/messageHandler';

export type HostLink = MessageHandler<PageSide, HostSide>;

/** What the page does with what the host says. */
export type PageAnswers = Omit<Answers<PageSide>['notifications'], 'model'> & {
  /** The model is another than before. */
  readonly shown: (mirror: ModelMirror) => void;
};

/** Opens the talk with the host. Changes of the model come here; who missed one asks for all of it. */
export function linkHost(transport: Transport, { shown, ...answers }: PageAnswers): HostLink {
  const mirror = new ModelMirror();
  const host: HostLink = new MessageHandler({
    here: pageSide,
    there: hostSide,
    answers: {
      requests: {},
      notifications: {
        ...answers,
        model: (message) => {
          const what = mirror.take(message);
          if (what === 'shown') shown(mirror);
          else if (what === 'gap') host.notify('resync', {});
        },
      },
    },
    transport,
    onProblem: (problem) => host.notify('problem', { text: `The board: ${problem}` }),
  });
  return host;
}
