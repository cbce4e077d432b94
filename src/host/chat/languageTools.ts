import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { CHAT_ASKS, CHAT_VERBS, type ChatRequest, type ChatVerb } from '../../core/chat/chatRequest';
import { describeIssue } from '../../core/words/describeIssue';
import { IN_WORDS } from '../../core/words/inWords';
import { plainLine } from '../../core/words/plainText';
import type { Repositories } from '../repositories';
import { TooltipText } from '../say/markdown';
import { answerChat } from './answerChat';
import { CHAT_ENTRIES } from './chatList';

/** Longest part of a text that a confirmation shows, in characters. */
const SHOWN = 300;

/** What VS Code's own agents, and those of other extensions, can use. What changes something asks the person first. */
export function registerLanguageTools(repositories: Repositories): vscode.Disposable {
  return vscode.Disposable.from(
    ...CHAT_VERBS.map((verb) => vscode.lm.registerTool(CHAT_ENTRIES[verb].tool, toolFor(repositories, verb))),
  );
}

function toolFor(repositories: Repositories, verb: ChatVerb): vscode.LanguageModelTool<unknown> {
  return {
    prepareInvocation: ({ input }) => {
      const request = read(verb, input);
      const confirmation = typeof request === 'string' ? null : confirmationOf(request);
      return confirmation === null ? {} : { confirmationMessages: confirmation };
    },
    invoke: async ({ input }) => {
      const request = read(verb, input);
      if (typeof request === 'string') return said(request);
      const { kind, text } = await answerChat(repositories.forChat(), request, Date.now());
      return said(kind === 'done' ? text : vscode.l10n.t('Nothing was done: {0}', text));
    },
  };
}

/** What is asked for, or why it cannot be told. */
function read(verb: ChatVerb, input: unknown): ChatRequest | string {
  const parsed = z.safeParse(CHAT_ASKS[verb], input, IN_WORDS);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(describeIssue).join(' ');
    return `${CHAT_ENTRIES[verb].tool} was not used: ${problems}`;
  }
  const defaults = verb === 'create' ? { body: '', type: 'story' } : {};
  // What is left out of a story is said here; all else the schema of this verb has checked.
  return { ...defaults, ...parsed.data, verb } as ChatRequest;
}

/** What a person is asked before something is changed; null where nothing is. */
function confirmationOf(request: ChatRequest): vscode.LanguageModelToolConfirmationMessages | null {
  switch (request.verb) {
    case 'status':
    case 'why':
      return null;
    case 'create': {
      const message = vscode.l10n.t('Into the backlog of Switchyard, not started: {0}', request.title.slice(0, SHOWN));
      return { title: vscode.l10n.t('Create a story?'), message: asText(message) };
    }
    case 'move': {
      const title = vscode.l10n.t('Move #{0} to {1}?', String(request.number), request.to);
      return { title: plainLine(title), message: asText(consequenceOf(request.to)) };
    }
    default:
      return request satisfies never;
  }
}

function consequenceOf(to: Extract<ChatRequest, { verb: 'move' }>['to']): string {
  switch (to) {
    case 'Coding':
      return vscode.l10n.t('An agent, if one is configured, begins to work on it.');
    case 'QA':
      return vscode.l10n.t('Its gates run; where they pass, it goes to the merge queue.');
    case 'Backlog':
      return vscode.l10n.t('Work on it stops; its branch and worktree stay.');
    case 'Frozen':
      return vscode.l10n.t('It is set aside until you unfreeze it.');
    default:
      return to satisfies never;
  }
}

function asText(words: string): vscode.MarkdownString {
  return new TooltipText().text(words).toMarkdown();
}

function said(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
