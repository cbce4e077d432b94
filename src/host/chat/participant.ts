import * as vscode from 'vscode';
import { readChat, type ChatRequest } from '../../core/chat/chatRequest';
import type { Repositories } from '../repositories';
import { inWords } from '../say/inWords';
import { TooltipText } from '../say/markdown';
import { answerChat, type ChatAnswer } from './answerChat';
import { PARTICIPANT } from './chatList';

/** `@switchyard` in a chat. It reads plain commands itself and asks no language model. */
export function registerParticipant(repositories: Repositories): vscode.Disposable {
  const answer = (request: ChatRequest): Promise<ChatAnswer> => answerChat(repositories.forChat(), request, Date.now());
  const participant = vscode.chat.createChatParticipant(PARTICIPANT, (asked, _, stream) =>
    replyInChat(answer, asked, stream),
  );
  participant.iconPath = new vscode.ThemeIcon('git-merge');
  return new vscode.Disposable(() => participant.dispose());
}

/** Does what a person wrote, and says what came of it. */
export async function replyInChat(
  answer: (request: ChatRequest) => Promise<Pick<ChatAnswer, 'text'>>,
  { command, prompt }: Pick<vscode.ChatRequest, 'command' | 'prompt'>,
  stream: Pick<vscode.ChatResponseStream, 'markdown' | 'button'>,
): Promise<void> {
  const read = readChat(command ?? null, prompt);
  stream.markdown(asLines(read.kind === 'unclear' ? inWords([read.said]) : (await answer(read.request)).text));
  stream.button({ command: 'switchyard.openBoard', title: vscode.l10n.t('Open Board') });
}

/** The text line by line; nothing in it is markup, a link or an icon. */
function asLines(text: string): vscode.MarkdownString {
  const words = new TooltipText();
  for (const line of text.split('\n')) words.text(line).line();
  return words.toMarkdown();
}
