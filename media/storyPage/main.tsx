import { render } from 'preact';
import { LOST_KEYS } from '../../src/protocol/lostKeys';
import { MessageHandler } from '../../src/protocol/messageHandler';
import {
  storyPageHostSide,
  storyPageSide,
  type StoryPageHostSide,
  type StoryPageSide,
} from '../../src/protocol/storyPageMessages';
import '../board/withoutEval';
import { keepFocus, reportErrors } from '../board/channel';
import { setStrings } from '../board/strings';
import { StoryPageView } from './storyPageView';
import './storyPage.css';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: { readonly key: string; readonly number: number }): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The page's one entry: it draws what the host sends, and sends what the person asks for. */
function start(root: HTMLElement): void {
  const api = acquireVsCodeApi();
  const host: MessageHandler<StoryPageSide, StoryPageHostSide> = new MessageHandler({
    here: storyPageSide,
    there: storyPageHostSide,
    answers: {
      requests: {},
      notifications: {
        page: (page) => {
          if (page !== null) api.setState({ key: page.key, number: page.number });
          render(<StoryPageView page={page} host={host} />, root);
        },
        strings: ({ strings }) => setStrings(strings),
      },
    },
    transport: {
      send: (message) => api.postMessage(message),
      listen: (receive) => {
        const take = ({ data }: MessageEvent<unknown>): void => receive(data);
        window.addEventListener('message', take);
        return { dispose: () => window.removeEventListener('message', take) };
      },
    },
    onProblem: (problem) => host.notify('problem', { text: `The page of a story: ${problem}` }),
  });
  reportErrors((text) => host.notify('problem', { text }));
  keepFocus(() => api.postMessage(LOST_KEYS));
  host.notify('ready', {});
}

const root = document.getElementById('root');
if (root !== null) start(root);
