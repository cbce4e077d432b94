import * as vscode from 'vscode';
import { verdictOf, type AgentTrial, type CommitSignature } from '../../core/agents/agentTrial';
import { namesOf } from '../say/inWords';

const [GOOD, BAD, NOTE] = ['✓', '✗', '·'];

export function trialHeadline(trial: AgentTrial): string {
  switch (verdictOf(trial)) {
    case 'works':
      return vscode.l10n.t('{0} can work on stories here.', trial.agent);
    case 'asOther':
      return vscode.l10n.t('{0} works, but commits under another name.', trial.agent);
    case 'fails':
      return vscode.l10n.t('{0} cannot work on stories here yet.', trial.agent);
  }
}

/** What a try has shown, a line each, each with what helps. `login`: how to log in, where that is known. */
export function trialLines(trial: AgentTrial, login: string | null): string[] {
  const started = startLine(trial);
  if (trial.end.kind === 'notFound' || (trial.end.kind === 'failed' && !trial.answered))
    return [
      ...nodeLines(trial),
      started,
      ...(trial.login === 'needed' ? [answerLine(trial, login)] : []),
      ...afterLines(trial),
    ];
  const isSilent = !trial.answered && trial.work.kind === 'nothing';
  return [
    ...nodeLines(trial),
    started,
    answerLine(trial, login),
    ...(isSilent ? [] : [workLine(trial), ...fileLines(trial), ...endLines(trial)]),
    ...afterLines(trial),
  ];
}

function nodeLines({ node }: AgentTrial): string[] {
  if (node === null) return [];
  if (node.found === null)
    return [`${BAD} ${vscode.l10n.t('It needs Node {0} or later, and there is none on PATH.', node.needed)}`];
  if (Number.parseInt(node.found, 10) >= node.needed) return [];
  return [`${BAD} ${vscode.l10n.t('It needs Node {0} or later, and on PATH is {1}.', node.needed, node.found)}`];
}

function startLine({ end, version }: AgentTrial): string {
  if (end.kind === 'notFound')
    return `${BAD} ${vscode.l10n.t('{0} was not found on PATH. Install it, or write where it is into the command.', end.program)}`;
  if (end.kind === 'failed') return `${BAD} ${end.message}`;
  return `${GOOD} ${version === null ? vscode.l10n.t('It starts.') : vscode.l10n.t('It starts, as version {0}.', version)}`;
}

function answerLine(trial: AgentTrial, login: string | null): string {
  const { answered, limited, end, work } = trial;
  if (answered || work.kind !== 'nothing') return `${GOOD} ${vscode.l10n.t('It answers.')}`;
  if (limited) return `${BAD} ${vscode.l10n.t('A limit of its service holds it. Try again later.')}`;
  const how = login === null ? '' : ` ${vscode.l10n.t('To log in, run {0} in a terminal.', login)}`;
  if (trial.login === 'needed') return `${BAD} ${vscode.l10n.t('It is not logged in.')}${how}`;
  if (end.kind === 'tooLong')
    return `${BAD} ${vscode.l10n.t('It did not answer within {0} minutes.', minutesOf(end.ms))} ${loginMaybe(how)}`;
  if (end.kind === 'exited')
    return `${BAD} ${vscode.l10n.t('It ended with exit status {0} before it answered.', end.code)} ${loginMaybe(how)}`;
  return `${BAD} ${vscode.l10n.t('It ended before it answered.')} ${loginMaybe(how)}`;
}

function loginMaybe(how: string): string {
  return `${vscode.l10n.t('It may need a login, or its model; what it said tells more.')}${how}`;
}

function workLine({ work, person }: AgentTrial): string {
  switch (work.kind) {
    case 'committed':
      return work.as.length === 0
        ? `${GOOD} ${vscode.l10n.t('It commits as {0}.', signed(person))}`
        : `${BAD} ${vscode.l10n.t('It commits as {0}, and not as {1}. Look for an identity in its own settings.', work.as.map(signed).join(', '), signed(person))}`;
    case 'elsewhere':
      return work.branch === null
        ? `${BAD} ${vscode.l10n.t('It committed on no branch, and not on the one that was checked out.')}`
        : `${BAD} ${vscode.l10n.t('It committed on {0}, and not on the branch that was checked out.', work.branch)}`;
    case 'uncommitted':
      return `${BAD} ${vscode.l10n.t('It left uncommitted what it was to commit: {0}. See what it said of git.', namesOf(work.files))}`;
    case 'nothing':
      return `${BAD} ${vscode.l10n.t('It committed nothing. It may not be allowed to write: see what it said.')}`;
  }
}

function fileLines({ file, work }: AgentTrial): string[] {
  if (file === 'asTold' || work.kind === 'nothing') return [];
  return [
    `${BAD} ${vscode.l10n.t('The file that it was to write is not as it was told. Its prompt may not reach it whole.')}`,
  ];
}

function endLines({ end }: AgentTrial): string[] {
  if (end.kind === 'tooLong')
    return [`${BAD} ${vscode.l10n.t('It did not end by itself within {0} minutes.', minutesOf(end.ms))}`];
  if (end.kind === 'exited' && end.code !== 0)
    return [`${BAD} ${vscode.l10n.t('It ended with exit status {0} all the same.', end.code)}`];
  return [];
}

function afterLines({ asked, elsewhere, left }: AgentTrial): string[] {
  const questions = vscode.l10n.t('It asked before it did something, {0} times. On stories that waits for you.', asked);
  return [
    ...(asked > 0 ? [`${NOTE} ${questions}`] : []),
    ...elsewhere.map((what) => `${NOTE} ${vscode.l10n.t('Outside its worktree it {0}.', what)}`),
    ...left.map((what) => `${BAD} ${what}`),
    ...(left.length > 0
      ? []
      : [`${NOTE} ${vscode.l10n.t('Nothing of the try stays: no worktree, no branch, no commit.')}`]),
  ];
}

function signed({ name, email }: CommitSignature): string {
  return `${name} <${email}>`;
}

function minutesOf(ms: number): string {
  return String(Math.max(1, Math.round(ms / 60_000)));
}
