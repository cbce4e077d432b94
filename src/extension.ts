import { messageOf, stackOf } from './base/messageOf';
import * as vscode from 'vscode';
import { Consents } from './host/api/consents';
import { createApi, type SwitchyardApi } from './host/api/extensionApi';
import { Approval } from './host/approval';
import { noticeApprovalsElsewhere } from './host/approvalElsewhere';
import { registerBoardOn } from './host/boardCommands';
import { registerLanguageTools } from './host/chat/languageTools';
import { registerParticipant } from './host/chat/participant';
import { registerStoryServers } from './host/chat/storyServers';
import type { CommandContext } from './host/commands/context';
import { moveDragged } from './host/commands/moveStories';
import { registerCommands } from './host/commands/register';
import { keepContextKeys } from './host/contextKeys';
import { logTo } from './host/log';
import { decorateFiles } from './host/fileDecorations';
import { notifyOfQuestions } from './host/agentQuestions';
import { sayLanded } from './host/landedNotice';
import { askForApproval } from './host/notices';
import { TextDocuments } from './host/past/textDocuments';
import { guarded } from './host/commands/showBug';
import { Transcripts } from './host/transcript/transcripts';
import { OutputChannels } from './host/outputChannels';
import { DoctorDocument } from './host/doctor/doctorDocument';
import { registerStoryPages } from './host/storyPage/registerStoryPages';
import { Repositories } from './host/repositories';
import { Reviews } from './host/review/reviews';
import { registerStoryDocuments } from './host/storyDocument/registerStoryDocuments';
import { createStatusBar } from './host/statusBar';
import { linkStories } from './host/storyLinks';
import { openStoryLinks } from './host/window/storyLinksFromOutside';
import { WindowStory } from './host/window/windowStory';
import { createStoryView } from './host/tree/storyView';
import { fail } from './host/say/notify';

let running: Repositories | null = null;

/** Entry point that VS Code calls once; what it starts is disposed through `context.subscriptions`. */
export async function activate(context: vscode.ExtensionContext): Promise<SwitchyardApi | undefined> {
  const logChannel = vscode.window.createOutputChannel('Switchyard', { log: true });
  context.subscriptions.push(logChannel);
  const { log, recent: recentLog } = logTo(logChannel);
  try {
    const approval = new Approval(context.globalState);
    const outputs = new OutputChannels();
    const { extensionPath, secrets } = context;
    const repositories = new Repositories({ extensionPath, approval, outputs, log, secrets }, context.workspaceState);
    running = repositories;
    const view = createStoryView(repositories, context.extensionUri, (keys, to) =>
      guarded(commands, 'moveToStage', () => moveDragged(commands, keys, to)),
    );
    const consents = new Consents(context.globalState);
    const api = createApi(repositories, consents);
    const reviews = new Reviews(repositories, context.workspaceState, log);
    const windowStory = new WindowStory(repositories, view, log);
    const doctor = new DoctorDocument();
    const texts = new TextDocuments((run) => guarded(commands, 'showText', run));
    const transcripts = new Transcripts(outputs, log);
    const manifest: unknown = context.extension.packageJSON;
    const commands: CommandContext = {
      repositories,
      get host() {
        return repositories.shown();
      },
      approval,
      outputs,
      view,
      reviews,
      consents,
      windowStory: () => windowStory.card(),
      doctor,
      log,
      recentLog,
      texts,
      transcripts,
      secrets,
      manifest,
      logChannel,
    };
    context.subscriptions.push(
      approval,
      outputs,
      repositories,
      view,
      reviews,
      texts,
      transcripts,
      doctor,
      createStatusBar(repositories),
      keepContextKeys(repositories),
      linkStories(repositories),
      ...registerCommands(commands),
      registerBoardOn(context, commands),
      registerStoryDocuments(repositories, context, log),
      registerLanguageTools(repositories),
      registerStoryServers(repositories, String((manifest as { version?: unknown }).version)),
      registerParticipant(repositories),
      registerStoryPages(context, commands),
      windowStory,
      openStoryLinks(repositories),
      decorateFiles(repositories, log),
      api,
    );
    repositories.each((host) => {
      const label = (): string | null => repositories.label(host);
      return vscode.Disposable.from(
        askForApproval(host, label),
        notifyOfQuestions(host, label, (id, run) => void guarded(commands, id, run)),
        sayLanded(host, label),
        noticeApprovalsElsewhere(host, approval),
      );
    });
    await repositories.open();
    return api;
  } catch (error) {
    log.error(stackOf(error));
    const show = vscode.l10n.t('Show Log');
    const text = vscode.l10n.t('Switchyard could not start: {0}', messageOf(error));
    void fail(text, show).then((pressed) => {
      if (pressed === show) logChannel.show();
    });
    return undefined;
  }
}

/** VS Code waits for this when the window closes: runs are ended, jobs stay where they stand for the next window. */
export async function deactivate(): Promise<void> {
  await running?.close();
  running = null;
}
