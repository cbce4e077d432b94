import * as vscode from 'vscode';
import { systemClock } from '../../base/systemClock';
import type { SharingState } from '../../core/sharing/sharingState';
import type { Session } from '../../session/session';
import { shareSecret } from '../shareSecret';
import { confirm, inform, warn } from '../say/notify';
import { askLine, pickOne, type Choice } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import { saidOf, type CommandContext } from './context';
import { inWords, wordsOf, namesOf } from '../say/inWords';

type Wish = 'stop' | 'take' | 'putBack' | 'change' | 'landAlone' | 'landInTurn';

/** Shares the stories of the repository, or says how that stands and offers what can be done. */
export async function shareStories(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const state = await session.sharing();
  // Whoever looks here has been told.
  if (state.notices.length > 0) await session.share({ kind: 'noticed', ids: state.notices.map(({ id }) => id) });
  if (state.url === null) return begin(context, session, state);
  const wish = await pickOne(choicesOf(state), { title: saidOf(context, stateLine(state)) });
  if (wish === 'stop') await stop(context, session);
  else if (wish === 'change') await begin(context, session, state);
  else if (wish === 'landAlone' || wish === 'landInTurn') await session.share({ kind: 'landAlone', isOn: wish === 'landAlone' });
  else if (wish !== undefined) await decide(session, state, wish);
} // prettier-ignore

/** Leaves everything in place, here and with the others. */
export async function stopSharing(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  if ((await session.sharing()).url === null) void inform(saidOf(context, vscode.l10n.t('The stories of this repository are not shared.')));
  else await stop(context, session);
} // prettier-ignore

async function begin(context: CommandContext, session: Session, state: SharingState): Promise<void> {
  const title = saidOf(context, vscode.l10n.t('Share Stories'));
  const url = await askLine({
    title,
    prompt: vscode.l10n.t('The address of your team’s Hocuspocus server'),
    placeHolder: 'wss://stories.example.org',
    value: state.url ?? '',
    validateInput: (text) =>
      /^wss?:\/\/[^\s/]/.test(text.trim()) ? null : vscode.l10n.t('It begins with wss:// (or ws:// on your own machine).'),
  });
  if (url === undefined) return;
  const token = await askLine({
    title,
    prompt: vscode.l10n.t('Your token for it. It is kept where VS Code keeps secrets.'),
    hidden: true,
  });
  if (token === undefined) return;
  const document = await askLine({
    title,
    prompt: vscode.l10n.t('The name of the board, the same on every machine'),
    value: state.document === '' ? repositoryName(context.host) : state.document,
  });
  if (!document) return;
  const name = await askLine({
    title,
    prompt: vscode.l10n.t('What the others call you'),
    value: state.me.name,
  });
  if (!name) return;
  await context.secrets.store(shareSecret(url.trim()), token);
  const wish = { kind: 'start', url: url.trim(), document: document.trim(), name: name.trim().slice(0, 100) } as const;
  const outcome = await session.share(wish);
  if (outcome.kind === 'done') await sayHowItBegan(context, session);
  else void warn(wordsOf(outcome));
} // prettier-ignore

/** As its remote calls it, and so alike on every clone, whatever their folders are called. */
function repositoryName(host: CommandContext['host']): string {
  const remotes = host.repository?.state.remotes ?? [];
  const url = (remotes.find(({ name }) => name === 'origin') ?? remotes[0])?.fetchUrl ?? '';
  return /([^/:\\]+?)(?:\.git)?\/*$/.exec(url)?.[1] ?? host.model()?.repository ?? '';
}

/** So long (ms) the first answer of the server is waited for before it is said that there is none. */
const FIRST_ANSWER_MS = 8000;

/** Says whether the server was reached: the first time nobody wants to find that out later. */
async function sayHowItBegan(context: CommandContext, session: Session): Promise<void> {
  const title = vscode.l10n.t('Reaching the server …');
  const state = await unlessCancelled(title, () => firstAnswer(session));
  // It goes on all the same: how it stands is in the view's heading.
  if (state === 'cancelled') return;
  if (state.connection === 'connected') {
    const alone = vscode.l10n.t('Nobody else is connected yet: the others need the same address and name of the board.');
    void inform(saidOf(context, `${stateLine(state)} ${state.peers.length === 0 ? alone : ''}`.trim()));
    return;
  }
  if (state.problem === null) {
    const change = vscode.l10n.t('Change Server or Token…');
    if ((await warn(saidOf(context, stateLine(state)), change)) === change) await begin(context, session, state);
    return;
  }
  // Its notice may come as a notification too. With the same button it is the same one, and VS Code shows it once.
  const sharing = vscode.l10n.t('Sharing…');
  if ((await warn(saidOf(context, stateLine(state)), sharing)) === sharing) await shareStories(context);
} // prettier-ignore

/** How sharing stands once the server has answered, or has not in time. */
async function firstAnswer(session: Session): Promise<SharingState> {
  const isLate = { now: false };
  let wake = (): void => undefined;
  const timer = systemClock.after(FIRST_ANSWER_MS, () => {
    isLate.now = true;
    wake();
  });
  const heard = session.onDidChange(() => wake());
  try {
    for (;;) {
      // Heard from before it is asked, so that nothing falls in between.
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const state = await session.sharing();
      if (state.connection !== 'connecting' || state.problem !== null || isLate.now) return state;
      await changed;
    }
  } finally {
    timer.dispose();
    heard.dispose();
  }
}

async function stop(context: CommandContext, session: Session): Promise<void> {
  void inform(saidOf(context, wordsOf(await session.share({ kind: 'stop' }))));
}

async function decide(session: Session, { held }: SharingState, decision: 'take' | 'putBack'): Promise<void> {
  const words = {
    take: vscode.l10n.t('Take what the others sent?'),
    putBack: vscode.l10n.t('Put the stories back for everyone, as they are here?'),
  };
  const agree = { take: vscode.l10n.t('Take It'), putBack: vscode.l10n.t('Put Back') };
  const detail = `${held === null ? '' : inWords([held.said])}\n${vscode.l10n.t('What they sent is kept in {0}', held?.keptIn ?? '')}`;
  if (!(await confirm(words[decision], detail, agree[decision]))) return;
  void inform(wordsOf(await session.share({ kind: 'decide', decision })));
}

function choicesOf({ held, peers, landsAlone, problem }: SharingState): Choice<Wish>[] {
  const choices: Choice<Wish>[] = [];
  const detail = held === null ? '' : inWords([held.said]);
  if (held?.why === 'removes')
    choices.push({ label: vscode.l10n.t('Take What the Others Sent…'), detail, icon: 'check', value: 'take' });
  if (held !== null)
    choices.push({ label: vscode.l10n.t('Put Back for Everyone…'), detail, icon: 'discard', value: 'putBack' });
  const change: Choice<Wish> = {
    label: vscode.l10n.t('Change Server or Token…'),
    description: peers.map(({ name }) => name).join(', '),
    icon: 'key',
    value: 'change',
  };
  // A server that takes nobody, and a board that is another's, have no other way on.
  const isFirst = problem !== null && choices.length === 0;
  return [
    ...choices,
    ...(isFirst ? [change] : []),
    landsAlone
      ? {
          label: vscode.l10n.t('Land in Turn Again'),
          detail: vscode.l10n.t('One machine lands at a time, as the machines agree.'),
          icon: 'list-ordered',
          value: 'landInTurn',
        }
      : {
          label: vscode.l10n.t('Land without Waiting for the Turn'),
          detail: vscode.l10n.t('Where another machine keeps the turn. What others land meanwhile is built anew here; nothing is lost.'),
          icon: 'git-merge',
          value: 'landAlone',
        },
    {
      label: vscode.l10n.t('Stop Sharing'),
      detail: vscode.l10n.t('The stories stay here as they are, and with the others.'),
      icon: 'debug-disconnect',
      value: 'stop',
    },
    ...(isFirst ? [] : [change]),
  ];
} // prettier-ignore

/** How sharing stands, in a sentence. */
function stateLine({ url, connection, peers, problem }: SharingState): string {
  if (problem !== null) return wordsOf(problem);
  const place = url ?? '';
  switch (connection) {
    case 'connected':
      return peers.length === 0
        ? vscode.l10n.t('The stories are shared through {0}.', place)
        : vscode.l10n.t(
            'The stories are shared through {0} with {1}.',
            place,
            namesOf([...new Set(peers.map(({ name }) => name))]),
          );
    case 'connecting':
    case 'away':
      return vscode.l10n.t(
        '{0} cannot be reached now. It is tried again by itself; what you change is kept, and shared then.',
        place,
      );
    case 'refused':
    case 'off':
      return vscode.l10n.t('Not shared');
  }
}
