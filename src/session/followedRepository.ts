import { Listeners } from '../base/listeners';
import { arrangeCards } from '../core/board/arrangeCards';
import { asFollowed } from '../core/board/asFollowed';
import type { BoardModel } from '../core/board/boardModel';
import { ModelMirror, type ModelMessage } from '../core/board/modelFeed';
import { asWritten, say, tell, tellingError, type Said } from '../core/words/said';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { CommandList } from '../protocol/windowMessages';
import { HubLink } from './hub/hubLink';
import { callsBy, messageOf, wayOf, type CallName } from './pipelineCalls';
import type { FoundLeader, Role } from './role';

const NOT_CERTAIN = say('It is not certain yet which window runs Switchyard for this repository.');

interface FollowedPorts {
  /** Null while it is not certain who leads. */
  readonly leader: FoundLeader | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  readonly openFolders: () => readonly string[];
}

/** A repository that another window leads: what is shown and done here is shown and done there. */
export function followedRepository({ leader, clock, log, onOutput, openFolders }: FollowedPorts): Role {
  const listeners = new Listeners<void>(log);
  const writes = new Listeners<void>(log);
  const mirror = new ModelMirror();
  const seen: { model: BoardModel | null; commands: CommandList } = { model: null, commands: null };

  const show = (message: ModelMessage): void => {
    if (mirror.take(message) === 'gap') linked().tell('boardLost');
    seen.model = mirror.model === null ? null : asFollowed(mirror.model);
    listeners.call();
  };
  const link =
    leader === null
      ? null
      : new HubLink(leader, {
          clock,
          log,
          onTrouble: () => listeners.call(),
          openFolders,
          told: {
            board: show,
            commands: (commands) => {
              seen.commands = commands;
              listeners.call();
            },
            written: () => writes.call(),
            files: () => listeners.call(),
            // After whoever asked for the output so far has taken it.
            output: ({ key, number, text }) => void setImmediate(() => onOutput({ key, number }, text)),
          },
        });
  const linked = (): HubLink => {
    if (link === null) throw tellingError(NOT_CERTAIN);
    return link;
  };

  return {
    ...callsBy(async (name, given) =>
      wayOf(name) === 'command'
        ? linked().command(name, messageOf(name, given), subjectOf(name, given[0], seen.model))
        : linked().look(name, messageOf(name, given)),
    ),
    engine: null,
    problem: () => (link === null ? tell(NOT_CERTAIN) : link.trouble),
    /** The way to the leader is closed: another role follows. */
    isGone: () => link?.isClosed ?? true,
    model: () => seen.model,
    commands: () => seen.commands,
    onDidChange: (listener) => listeners.add(listener),
    onDidWrite: (listener) => writes.add(listener),
    poke: () => link?.tell('poke'),
    /** A leader that goes meanwhile leaves nothing to settle: the next one looks at everything anew. */
    settle: async () => {
      await linked()
        .look('settle', null)
        .catch(() => null);
    },
    boardAt: async (time) => {
      const { head, cards } = await linked().look('boardAt', time);
      return arrangeCards(head, cards);
    },
    /** The connection itself is ended by who found it. */
    close: () => Promise.resolve(link?.dispose()),
  };
}

/** What a command is about, for a sentence that says that it was not done. All but new stories are named by their key. */
function subjectOf(name: CallName, first: unknown, model: BoardModel | null): Said {
  if (name === 'createStory') return say('The new story');
  if (name === 'adopt') return say('The work');
  const card = model?.cards.find((one) => one.key === first);
  return card === undefined ? say('The story') : asWritten(`#${card.number}`);
}
