import { pathWithin } from '../../base/pathWithin';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { LookOnce } from '../../base/lookOnce';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import type { PastRun } from '../../core/agents/pastRun';
import { pastRunWords } from '../../core/agents/pastRunWords';
import type { Card } from '../../core/board/card';
import type { Log } from '../../ports/log';
import { coalesce, type Coalescer } from '../board/coalesce';
import { documentName, type CommandContext } from '../commands/context';
import type { OutputChannels } from '../outputChannels';
import type { DocumentPlace } from '../past/textDocuments';
import { openDiff } from '../review/showChanges';
import { translate } from '../say/translate';
import { localClock } from '../../core/words/localMoment';
import { plainLine } from '../../core/words/plainText';

/** What is said within this time (ms) is read together. */
const TOGETHER_MS = 500;

type Story = Pick<Card, 'key' | 'number' | 'title'>;

interface Written {
  readonly text: string;
  readonly places: readonly DocumentPlace[];
}

/** Who said and did what on a story, as documents that grow while its agent works. */
export class Transcripts implements vscode.Disposable {
  /** What renews those that were opened, by story. */
  readonly #open = new Map<string, Coalescer>();
  readonly #subscription: vscode.Disposable;

  constructor(
    outputs: OutputChannels,
    private readonly log: Log,
  ) {
    this.#subscription = outputs.onDidAppend((key) => this.#open.get(key)?.changed());
  }

  /** `run`: which run of an agent, by its id; null for the last one, also while it is at work. */
  async open(context: CommandContext, card: Card, run: string | null = null): Promise<void> {
    const which = run === null ? null : await runOf(context, card, run);
    const title = vscode.l10n.t('Transcript of #{0}', card.number);
    const name = documentName(context, `${which === null ? title : `${title} (${nameOf(which)})`}.txt`);
    const { text, places } = await write(context, card, which);
    const actions = [
      { label: vscode.l10n.t('Open Diff'), run: () => openDiff(context, card) },
      { label: vscode.l10n.t('Show Raw Stream'), run: () => showRaw(context, card, which) },
    ];
    await context.texts.show(name, text, actions, { places });
    // What has ended says no more.
    if (which !== null) return;
    this.#open.get(card.key)?.dispose();
    const renewals = new LookOnce(() => this.#renew(context, card, name));
    const renewal = coalesce(
      () => void renewals.ask(),
      () => TOGETHER_MS,
      (ms, callback) => systemClock.after(ms, callback),
    );
    this.#open.set(card.key, renewal);
    // Something may have been said while it was opened.
    renewal.changed();
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const renewal of this.#open.values()) renewal.dispose();
  }

  async #renew(context: CommandContext, card: Story, name: string): Promise<void> {
    try {
      if (!context.texts.isOpen(name)) {
        this.#open.get(card.key)?.dispose();
        this.#open.delete(card.key);
        return;
      }
      const { text, places } = await write(context, card, null);
      context.texts.grow(name, text, places);
    } catch (error) {
      this.log.warn(`[transcript] ${messageOf(error)}`);
    }
  }
}

async function runOf({ host }: CommandContext, { key }: Story, run: string): Promise<PastRun | null> {
  return (await host.session()?.runsOf(key))?.agents.find((one) => one.run === run) ?? null;
}

/** `claude, reviewer, 2026-01-31 14.05`: a colon cannot stand in the name of a document everywhere. */
function nameOf(run: PastRun): string {
  const { who, at } = pastRunWords(run, translate);
  return plainLine(`${who}, ${at.replace(':', '.')}`);
}

async function write({ host }: CommandContext, { key, number, title }: Story, run: PastRun | null): Promise<Written> {
  const session = host.session();
  const [{ readRecords }, { transcriptText }] = await Promise.all([
    import('../../core/agents/transcript/transcriptRecord'),
    import('../../core/agents/transcript/transcriptText'),
  ]);
  const [lines, worktree] = await Promise.all([
    session?.agentTextOf(key, 'transcript', run?.run ?? null),
    session?.worktreeOf(key),
  ]);
  const { text, links } = transcriptText(readRecords(lines ?? ''), {
    heading: headingOf(number, title, run),
    nothing: vscode.l10n.t('No agent has worked on this story yet.'),
    when: localClock,
    t: translate,
    nameOf: (path) => within(worktree ?? null, path) ?? path,
  });
  const places = links.flatMap(({ path, ...place }) => {
    // Whatever an agent says: only what lies in the story's worktree is opened by a click.
    const inside = worktree == null ? null : within(worktree, path);
    return inside === null ? [] : [{ ...place, uri: vscode.Uri.file(resolve(worktree ?? '', inside)) }];
  });
  return { text, places };
}

function headingOf(number: number, title: string, run: PastRun | null): string {
  const heading = vscode.l10n.t('#{0} {1}: what its agents said and did', number, title);
  if (run === null) return heading;
  const { who, at, what, took } = pastRunWords(run, translate);
  return `${heading}\n${who} · ${at} · ${what} · ${took}`;
}

/** The path from the worktree; null for one outside of it. */
function within(worktree: string | null, path: string): string | null {
  if (worktree === null) return null;
  const inside = pathWithin(worktree, resolve(worktree, path));
  return inside === '.' ? null : inside;
}

async function showRaw(context: CommandContext, { key, number }: Story, run: PastRun | null): Promise<void> {
  const raw = await context.host.session()?.agentTextOf(key, 'raw', run?.run ?? null);
  const nothing = vscode.l10n.t('Its program printed nothing, or only what the transcript says as it stands.');
  const title = vscode.l10n.t('Raw Stream of #{0}', number);
  const name = documentName(context, `${run === null ? title : `${title} (${nameOf(run)})`}.txt`);
  await context.texts.show(name, raw === null || raw === undefined || raw === '' ? nothing : raw, [], {
    beside: 'yes',
  });
}
