import { GROUP_NAMES, type GroupName } from '../../core/board/boardNames';
import * as vscode from 'vscode';
import type { PastRun } from '../../core/agents/pastRun';
import { pastRunWords } from '../../core/agents/pastRunWords';
import { localWhen } from '../../core/words/localMoment';
import { plainLine } from '../../core/words/plainText';
import { type BoardModel } from '../../core/board/boardModel';
import type { Card } from '../../core/board/card';
import { readCriteria } from '../../core/story/criteria';
import type { HistoryEntry } from '../../core/story/history';
import { byWords, deedWords } from '../../core/story/timelineText';
import { systemClock } from '../../base/systemClock';
import { factsText, hasAge } from '../../core/board/factsText';
import { isSameData } from '../../core/board/sameData';
import { spokenCard } from '../../core/board/spoken';
import { hasQueue, queueItem, queueRowItem, queueRows, type QueueRow } from './queueRows';
import { detailItem, storyDetails, type DetailRow } from './storyDetails';
import { rowWords } from '../../core/board/storyRow';
import { contextOf, storyIcon, storyTooltip } from './storyItem';
import { storyUri, tabLabel } from '../storyDocument/storyUri';
import { stageWord } from '../../core/story/stageWords';
import { translate } from '../say/translate';

/** Rows shown of one group before "Load more". */
const PAGE = 200;
/** How often (ms) ages are looked at. */
const SECOND_MS = 1000;
/** History lines shown under a story. */
const HISTORY_LINES = 8;

export type TreeNode =
  | { readonly kind: 'group'; readonly group: GroupName }
  | { readonly kind: 'queue' }
  | QueueRow
  | { readonly kind: 'story'; readonly key: string }
  | { readonly kind: 'more'; readonly group: GroupName; readonly left: number }
  | DetailRow;

export interface TreeSource {
  model(): BoardModel | null;
  readonly onDidChange: vscode.Event<void>;
  body(key: string): Promise<string>;
  history(key: string, limit: number): Promise<readonly HistoryEntry[]>;
  /** The runs of agents that are kept of it, the newest last. */
  runs(key: string): Promise<readonly PastRun[]>;
}

/**
 * The tree of stages and stories. Ids are stable, so that selection and expansion survive every change; nodes are too, so
 * that a row whose words change, as the ages of running work do, is drawn anew without the others.
 */
export class StoryTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #pages = new Map<GroupName, number>();
  readonly #subscription: vscode.Disposable;
  readonly #storyNodes = new Map<string, TreeNode>();
  /** The line of facts of each row as it was drawn last. */
  readonly #drawnFacts = new Map<string, string>();
  #seconds: { dispose(): void } | null = null;
  /** The cards that the rows were told of last; the same list holds the same cards. */
  #drawn: readonly Card[] | null = null;
  #groups: BoardModel['groups'] | null = null;
  /** The merge queue as it was drawn last. */
  #queue: BoardModel['queue'] = null;
  /** One object, so that VS Code knows it again. */
  readonly #queueNode: TreeNode = { kind: 'queue' };
  #cards: ReadonlyMap<string, Card> = new Map();

  constructor(
    private readonly source: TreeSource,
    private readonly extensionUri: vscode.Uri,
    /** Where the story of a number is opened as a document. */
    private readonly uriOf = (number: number): vscode.Uri => storyUri({ number, repository: null }),
  ) {
    this.#subscription = source.onDidChange(() => this.#update());
  }

  /**
   * Drawing the whole tree anew makes VS Code forget every row for a moment, and a menu that is open then acts on none.
   * So that is only done when stories come, go or change places.
   */
  #update(): void {
    const model = this.source.model();
    if (model !== null && model.cards === this.#drawn) return this.#updateQueue(model);
    this.#drawn = model?.cards ?? null;
    const before = this.#cards;
    const samePlaces = model !== null && this.#groups !== null && haveSamePlaces(this.#groups, model.groups);
    this.#groups = model?.groups ?? null;
    this.#cards = new Map(model?.cards.map((card) => [card.key, card]));
    this.#keepTime(model?.cards.filter((card) => hasAge(card.facts)) ?? []);
    if (!samePlaces) return this.#changed.fire(undefined);
    this.#drawQueue();
    this.#drawAnew(model.cards.filter((card) => !isSameRow(before.get(card.key), card)));
  }

  /** The queue can change although no card does: by what it is measured by, and as time goes by. */
  #updateQueue(model: BoardModel): void {
    const before = this.#queue;
    if (before === model.queue) return;
    if (hasQueue(before) === hasQueue(model.queue)) this.#drawQueue();
    else this.#changed.fire(undefined);
  }

  #drawQueue(): void {
    this.#queue = this.source.model()?.queue ?? null;
    if (hasQueue(this.#queue)) this.#changed.fire([this.#queueNode]);
  }

  #drawAnew(cards: readonly Card[]): void {
    if (cards.length > 0) this.#changed.fire(cards.map((card) => this.#storyNode(card.key)));
  }

  /** Rows that tell an age are drawn anew when it reads otherwise; the model does not change for that. */
  #keepTime(aging: readonly Card[]): void {
    this.#seconds?.dispose();
    this.#seconds = null;
    if (aging.length === 0) return;
    this.#seconds = systemClock.after(SECOND_MS, () => {
      const now = systemClock.now();
      const readsOtherwise = ({ key, facts }: Card): boolean =>
        this.#drawnFacts.has(key) && this.#drawnFacts.get(key) !== factsText(facts, now);
      this.#drawAnew(aging.filter(readsOtherwise));
      this.#keepTime(aging);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#seconds?.dispose();
    this.#changed.dispose();
  }

  loadMore(group: GroupName): void {
    this.#pages.set(group, (this.#pages.get(group) ?? 1) + 1);
    this.#changed.fire(undefined);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return this.#groupItem(node.group);
      case 'story':
        return this.#storyItem(node.key);
      case 'queue':
        return this.#queueItem();
      case 'queueRow':
        return opening(queueRowItem(node), node.key === null ? undefined : this.#cards.get(node.key), this.uriOf);
      case 'more':
        return moreItem(node);
      case 'detail':
        return detailItem(node);
    }
  }

  /** Lets VS Code find a story's place when it is revealed. */
  getParent(node: TreeNode): TreeNode | undefined {
    const card = node.kind === 'story' ? this.#cards.get(node.key) : undefined;
    return card === undefined ? undefined : { kind: 'group', group: card.group };
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const model = this.source.model();
    if (model === null) return [];
    if (node === undefined) {
      this.#groups = model.groups;
      this.#cards = new Map(model.cards.map((card) => [card.key, card]));
      for (const key of this.#storyNodes.keys()) if (!this.#cards.has(key)) this.#forget(key);
      if (model.cards.length === 0) return [];
      this.#queue = model.queue;
      return groupsOf(model, this.#queueNode);
    }
    if (node.kind === 'queue') return queueRows(model, contextOf);
    if (node.kind === 'group') return this.#rows(node.group, model);
    return node.kind === 'story' ? this.#details(node.key) : [];
  }

  #forget(key: string): void {
    this.#storyNodes.delete(key);
    this.#drawnFacts.delete(key);
  }

  #rows(group: GroupName, model: BoardModel): TreeNode[] {
    const keys = model.groups[group];
    const shown = keys.slice(0, PAGE * (this.#pages.get(group) ?? 1));
    const rows = shown.map((key) => this.#storyNode(key));
    const left = keys.length - shown.length;
    return left > 0 ? [...rows, { kind: 'more', group, left }] : rows;
  }

  #storyNode(key: string): TreeNode {
    const known = this.#storyNodes.get(key);
    const node: TreeNode = known ?? { kind: 'story', key };
    if (known === undefined) this.#storyNodes.set(key, node);
    return node;
  }

  async #details(key: string): Promise<TreeNode[]> {
    const card = this.#cards.get(key);
    if (card === undefined) return [];
    const details: TreeNode[] = storyDetails(card, systemClock.now());
    const add = (id: string, label: string, description: string, icon: string) =>
      details.push({ kind: 'detail', id: `${key}/${id}`, label, description, icon, command: null });
    for (const one of (await this.source.runs(key)).toReversed()) {
      const { who, at, what } = pastRunWords(one, translate);
      const command = { action: 'openTranscript', key, run: one.run } as const;
      details.push({ kind: 'detail', id: `${key}/run-${one.run}`, label: who, description: `${what} · ${at}`, icon: 'comment-discussion', command }); // prettier-ignore
    }
    readCriteria(await this.source.body(key)).forEach((one, index) =>
      add(
        `criterion-${index}`,
        one.text,
        one.done ? vscode.l10n.t('done') : '',
        one.done ? 'pass' : 'circle-large-outline',
      ),
    );
    for (const entry of [...(await this.source.history(key, HISTORY_LINES))].reverse()) {
      // A moment: nothing draws the row again while its age goes on.
      const at = `${localWhen(entry.at, Date.now())} · ${byWords(entry.by, translate)}`;
      add(`history-${entry.sequence}`, historyLabel(entry), at, 'history');
    }
    return details;
  }

  #queueItem(): vscode.TreeItem {
    const lane = this.source.model()?.queue ?? null;
    return lane === null ? new vscode.TreeItem('') : queueItem(lane);
  }

  #groupItem(group: GroupName): vscode.TreeItem {
    const count = this.source.model()?.groups[group].length ?? 0;
    const open = group !== 'Done' && group !== 'Archived';
    const state = open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(vscode.l10n.t(group), state);
    item.id = `group/${group}`;
    item.description = String(count);
    item.contextValue = 'group';
    return item;
  }

  #storyItem(key: string): vscode.TreeItem {
    const card = this.#cards.get(key);
    if (card === undefined) return new vscode.TreeItem('');
    const now = systemClock.now();
    const facts = factsText(card.facts, now);
    const { label, description } = rowWords(card, facts);
    const item = new vscode.TreeItem(plainLine(label), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = `story/${key}`;
    this.#drawnFacts.set(key, facts);
    item.description = plainLine(description);
    item.iconPath = storyIcon(card, this.extensionUri);
    item.tooltip = storyTooltip(card, now);
    item.contextValue = contextOf(card);
    item.accessibilityInformation = { label: spokenCard(card, now, translate), role: 'treeitem' };
    return opening(item, card, this.uriOf);
  }
}

/**
 * The row of a story opens it beside the list, which keeps the focus. By VS Code's own command: it gives the arguments of any other
 * away with each row that is drawn anew, and a click in that moment is answered by an error.
 */
function opening(
  item: vscode.TreeItem,
  card: Card | undefined,
  uriOf: (number: number) => vscode.Uri,
): vscode.TreeItem {
  if (card === undefined) return item;
  const how = { preview: true, preserveFocus: true };
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open Story'),
    arguments: [uriOf(card.number), how, tabLabel(card)],
  };
  return item;
}

/** `Gates started: Coding → QA`: the event's name as words, and where it led. */
function historyLabel({ event, by, from, to }: HistoryEntry): string {
  const words = deedWords({ event, by }, translate);
  const said = words.charAt(0).toUpperCase() + words.slice(1);
  return from === to || from === null || to === null
    ? said
    : `${said}: ${vscode.l10n.t(stageWord(from))} → ${vscode.l10n.t(stageWord(to))}`;
}

function haveSamePlaces(a: BoardModel['groups'], b: BoardModel['groups']): boolean {
  const same = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((key, index) => key === other[index]);
  return GROUP_NAMES.every((group) => same(a[group], b[group]));
}

/** What of a card a row, its tooltip and what unfolds below it tell. */
const SHOWN = [
  'title', 'type', 'labels', 'priority', 'dependsOn', 'neededBy', 'conflicts', 'stage', 'state', 'mark', 'since', 'facts', 'why', 'brief', 'need',
  'actions', 'primaryActions',
] as const satisfies readonly (keyof Card)[]; // prettier-ignore

/** Whether a story's row and what unfolds below it would be drawn alike. */
function isSameRow(a: Card | undefined, b: Card): boolean {
  if (a === b) return true;
  if (a === undefined) return false;
  return SHOWN.every((field) => isSameData(a[field], b[field]));
}

/** The groups that hold something. The queue stands before Merge, also where all that is in it needs the person first. */
function groupsOf(model: BoardModel, queue: TreeNode): TreeNode[] {
  return GROUP_NAMES.flatMap((group): TreeNode[] => {
    const shown: TreeNode[] = model.groups[group].length > 0 ? [{ kind: 'group', group }] : [];
    return group === 'Merge' && hasQueue(model.queue) ? [queue, ...shown] : shown;
  });
}

function moreItem(node: Extract<TreeNode, { kind: 'more' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Load more'));
  item.id = `more/${node.group}`;
  item.description = vscode.l10n.t('{0} left', node.left);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'switchyard.loadMore', title: vscode.l10n.t('Load more'), arguments: [node.group] };
  return item;
}
