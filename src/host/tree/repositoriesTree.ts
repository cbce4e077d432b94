import * as vscode from 'vscode';
import type { OverviewRow } from '../../core/board/overview';
import { openNotices } from '../../core/board/openNotices';
import { overviewOf } from '../../core/board/overview';
import { markParts, repositoryName, rowLine, stageParts } from '../../core/board/overviewText';
import { plainLine } from '../../core/words/plainText';
import { systemClock } from '../../base/systemClock';
import { NOTICE_COMMANDS } from '../notices';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';
import { storyUri } from '../storyDocument/storyUri';
import { markIcon } from './storyItem';
import { StableCommands } from './stableCommands';
import { StoryTree, type TreeNode } from './storyTree';
import { translate } from '../say/translate';

/** The row of a repository, in a window of several. `repository` is its name, by which commands know it. */
export interface RepositoryNode {
  readonly kind: 'repository';
  readonly repository: string;
}

/** What holds up a repository as a whole; the row does what the notice's button does. `at` counts those of its repository. */
interface NoticeNode {
  readonly kind: 'notice';
  readonly repository: string;
  readonly at: number;
}

export type TreeRow = TreeNode | RepositoryNode | NoticeNode;

interface Branch {
  readonly host: RepositoryHost;
  readonly tree: StoryTree;
  node: RepositoryNode;
  /** The words of its row as they were drawn last. */
  drawn: string;
  /** A row for each notice that is open, and their words. */
  notices: readonly NoticeNode[];
  said: string;
}

/**
 * The trees of stories of all repositories as one. Where there is only one, its groups are the roots; of several each has a row
 * that they stand below. The ids of rows begin with the repository then.
 */
export class RepositoriesTree implements vscode.TreeDataProvider<TreeRow>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeRow[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #branches = new Map<RepositoryHost, Branch>();
  readonly #branchOf = new WeakMap<TreeNode, Branch>();
  readonly #subscription: vscode.Disposable;
  readonly #commands = new StableCommands();
  #shown = '';

  constructor(
    private readonly repositories: Repositories,
    private readonly extensionUri: vscode.Uri,
  ) {
    repositories.each((host) => this.#grow(host));
    this.#subscription = repositories.onDidChange(() => this.#update());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#commands.dispose();
  }

  /** One more page of the group that this row ends. */
  loadMore(node: TreeNode): void {
    if (node.kind === 'more') this.#branchOf.get(node)?.tree.loadMore(node.group);
  }

  /** The row of a story; null where no repository shows it. */
  storyNode(key: string): TreeRow | null {
    const host = this.repositories.holding(key);
    const branch = host === null ? undefined : this.#branches.get(host);
    return branch === undefined ? null : this.#of(branch, { kind: 'story', key });
  }

  /** The repository that a row is of; null for one that is gone. */
  hostOf(node: TreeRow): RepositoryHost | null {
    return this.#branchFor(node)?.host ?? null;
  }

  getTreeItem(node: TreeRow): vscode.TreeItem {
    if (node.kind === 'repository') return this.#repositoryItem(node);
    if (node.kind === 'notice') return this.#noticeItem(node);
    const branch = this.#branchOf.get(node);
    if (branch === undefined) return new vscode.TreeItem('');
    const item = branch.tree.getTreeItem(node);
    if (this.repositories.areSeveral) item.id = `${branch.host.name}/${item.id ?? ''}`;
    if (node.kind === 'more' && item.command !== undefined) item.command.arguments = [node];
    return this.#stable(item);
  }

  getParent(node: TreeRow): TreeRow | undefined {
    if (node.kind === 'repository') return undefined;
    if (node.kind === 'notice') return this.#branchFor(node)?.node;
    const branch = this.#branchOf.get(node);
    const parent = branch?.tree.getParent(node);
    if (branch === undefined) return undefined;
    if (parent !== undefined) return this.#of(branch, parent);
    return this.repositories.areSeveral ? branch.node : undefined;
  }

  async getChildren(node?: TreeRow): Promise<TreeRow[]> {
    if (node === undefined && this.repositories.areSeveral)
      return this.repositories.all().flatMap((host) => this.#branches.get(host)?.node ?? []);
    const branch = this.#branchFor(node);
    if (branch === undefined || node?.kind === 'notice') return [];
    const children = await branch.tree.getChildren(node?.kind === 'repository' ? undefined : node);
    const rows = children.map((child) => this.#of(branch, child));
    return node?.kind === 'repository' ? [...branch.notices, ...rows] : rows;
  }

  #branchFor(node: TreeRow | undefined): Branch | undefined {
    if (node === undefined) return this.#branches.get(this.repositories.shown());
    if (node.kind !== 'repository' && node.kind !== 'notice') return this.#branchOf.get(node);
    return [...this.#branches.values()].find(({ host }) => host.name === node.repository);
  }

  #of(branch: Branch, node: TreeNode): TreeNode {
    this.#branchOf.set(node, branch);
    return node;
  }

  #grow(host: RepositoryHost): vscode.Disposable {
    const source = {
      model: () => host.model(),
      onDidChange: host.onDidChange,
      // Where the leading window cannot be reached, the view's message says so.
      body: async (key: string) =>
        (await host
          .session()
          ?.bodyOf(key)
          .catch(() => '')) ?? '',
      history: async (key: string, limit: number) =>
        (await host
          .session()
          ?.historyOf(key, limit)
          .catch(() => [])) ?? [],
      runs: async (key: string) =>
        (
          await host
            .session()
            ?.runsOf(key)
            .catch(() => null)
        )?.agents ?? [],
    };
    const tree = new StoryTree(source, this.extensionUri, (number) =>
      storyUri({ number, repository: this.repositories.label(host) }),
    );
    const branch: Branch = {
      host,
      tree,
      node: { kind: 'repository', repository: host.name },
      drawn: '',
      notices: [],
      said: '',
    };
    this.#branches.set(host, branch);
    return vscode.Disposable.from(
      tree,
      tree.onDidChangeTreeData((nodes) =>
        this.#changed.fire(nodes ?? (this.repositories.areSeveral ? [branch.node] : undefined)),
      ),
      new vscode.Disposable(() => this.#branches.delete(host)),
    );
  }

  /** All is drawn anew when repositories come, go or are renamed; else the rows whose words changed. */
  #update(): void {
    const names = this.repositories.all().map(({ name }) => name);
    if (names.join('\n') !== this.#shown) {
      this.#shown = names.join('\n');
      for (const branch of this.#branches.values()) {
        Object.assign(branch, { node: { kind: 'repository', repository: branch.host.name }, notices: [] });
        this.#stale(branch);
      }
      this.#changed.fire(undefined);
    } else if (this.repositories.areSeveral) {
      const stale = [...this.#branches.values()].flatMap((branch) => this.#stale(branch));
      if (stale.length > 0) this.#changed.fire(stale);
    }
  }

  /** The rows that say something else now. That of a repository takes those below it along, which is why it is spared. */
  #stale(branch: Branch): TreeRow[] {
    const open = openNotices(branch.host.model());
    const said = open.map(({ text }) => text).join('\n');
    const areOthers = said !== branch.said;
    branch.said = said;
    const asMany = open.length === branch.notices.length;
    if (!asMany) branch.notices = open.map((_, at) => ({ kind: 'notice', repository: branch.host.name, at }));
    if (!asMany || branch.drawn !== wordsOf(rowOf(branch.host))) return [branch.node];
    return areOthers ? [...branch.notices] : [];
  }

  #noticeItem({ repository, at }: NoticeNode): vscode.TreeItem {
    const notice = openNotices(this.repositories.named(repository)?.model() ?? null)[at];
    if (notice === undefined) return new vscode.TreeItem('');
    const { action, text, severity } = notice;
    const label = vscode.l10n.t(action.label);
    const item = new vscode.TreeItem(label);
    item.id = `${repository}/notice/${at}`;
    item.description = plainLine(text);
    item.tooltip = plainLine(text);
    item.contextValue = 'notice';
    item.iconPath = new vscode.ThemeIcon(severity, new vscode.ThemeColor(`list.${severity}Foreground`));
    item.command = { command: NOTICE_COMMANDS[action.id], title: label, arguments: [{ repository }] };
    return this.#stable(item);
  }

  #stable(item: vscode.TreeItem): vscode.TreeItem {
    // VS Code's own commands keep their arguments.
    if (item.command !== undefined && item.command.command !== 'vscode.open')
      item.command = this.#commands.of(item.id ?? '', item.command);
    return item;
  }

  #repositoryItem(node: RepositoryNode): vscode.TreeItem {
    const branch = this.#branchFor(node);
    const item = new vscode.TreeItem(plainLine(node.repository), vscode.TreeItemCollapsibleState.Expanded);
    item.id = `repository/${node.repository}`;
    item.contextValue = 'repository';
    if (branch === undefined) return item;
    const row = rowOf(branch.host);
    branch.drawn = wordsOf(row);
    item.description = plainLine(branch.drawn);
    const line = rowLine(row, systemClock.now(), translate);
    item.tooltip = line;
    item.accessibilityInformation = { label: line, role: 'treeitem' };
    const isHeld = row.queue?.stopped != null;
    const urgent = (['cold', 'running', 'queued'] as const).find((mark) => row.marks[mark] > 0);
    item.iconPath = urgent === undefined ? new vscode.ThemeIcon(isHeld ? 'debug-pause' : isSubmodule(branch.host) ? 'file-submodule' : 'repo') : markIcon(urgent, this.extensionUri); // prettier-ignore
    return item;
  }
}

function rowOf(host: RepositoryHost): OverviewRow {
  const shown = host.shown();
  const [row] = overviewOf([shown]).rows;
  if (row === undefined) throw new Error(`${repositoryName(shown)} has no row.`);
  return row;
}

/** What it is, why nothing lands, and what stands still in it, or else how many stories there are. No moment, so that it rests. */
function wordsOf(row: OverviewRow): string {
  const marks = markParts(row).map(({ number, word }) => `${number} ${vscode.l10n.t(word)}`);
  const said = row.problem !== null ? [row.problem] : marks.length > 0 ? marks : [stageParts(row, translate)];
  const stopped = row.queue?.stopped?.replace(/\.$/, '') ?? null;
  return [row.about, stopped, ...said].filter((part) => part !== null).join(' · ');
}

function isSubmodule({ found }: RepositoryHost): boolean {
  return (found?.superprojects.length ?? 0) > 0;
}
