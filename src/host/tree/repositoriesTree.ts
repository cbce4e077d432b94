import * as vscode from 'vscode';
import type { OverviewRow } from '../../core/board/overview';
import { overviewOf } from '../../core/board/overview';
import { markParts, repositoryName, rowLine, stageParts } from '../../core/board/overviewText';
import { plainLine } from '../../core/words/plainText';
import { systemClock } from '../../base/systemClock';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';
import { markIcon } from './storyItem';
import { StoryTree, type TreeNode } from './storyTree';
import { translate } from '../say/translate';

/** The row of a repository, in a window of several. `repository` is its name, by which commands know it. */
export interface RepositoryNode {
  readonly kind: 'repository';
  readonly repository: string;
}

type Node = TreeNode | RepositoryNode;

interface Branch {
  readonly host: RepositoryHost;
  readonly tree: StoryTree;
  node: RepositoryNode;
  /** The words of its row as they were drawn last. */
  drawn: string;
}

/**
 * The trees of stories of all repositories as one. Where there is only one, its groups are the roots; of several each has a row
 * that they stand below. The ids of rows begin with the repository then.
 */
export class RepositoriesTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #branches = new Map<RepositoryHost, Branch>();
  readonly #branchOf = new WeakMap<TreeNode, Branch>();
  readonly #subscription: vscode.Disposable;
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
  }

  /** One more page of the group that this row ends. */
  loadMore(node: TreeNode): void {
    if (node.kind === 'more') this.#branchOf.get(node)?.tree.loadMore(node.group);
  }

  /** The row of a story; null where no repository shows it. */
  storyNode(key: string): Node | null {
    const host = this.repositories.holding(key);
    const branch = host === null ? undefined : this.#branches.get(host);
    return branch === undefined ? null : this.#of(branch, { kind: 'story', key });
  }

  /** The repository that a row is of; null for one that is gone. */
  hostOf(node: Node): RepositoryHost | null {
    return this.#branchFor(node)?.host ?? null;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'repository') return this.#repositoryItem(node);
    const branch = this.#branchOf.get(node);
    if (branch === undefined) return new vscode.TreeItem('');
    const item = branch.tree.getTreeItem(node);
    if (this.repositories.areSeveral) item.id = `${branch.host.name}/${item.id ?? ''}`;
    if (node.kind === 'more' && item.command !== undefined) item.command = { ...item.command, arguments: [node] };
    return item;
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === 'repository') return undefined;
    const branch = this.#branchOf.get(node);
    const parent = branch?.tree.getParent(node);
    if (branch === undefined) return undefined;
    if (parent !== undefined) return this.#of(branch, parent);
    return this.repositories.areSeveral ? branch.node : undefined;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined && this.repositories.areSeveral)
      return this.repositories.all().flatMap((host) => this.#branches.get(host)?.node ?? []);
    const branch = this.#branchFor(node);
    if (branch === undefined) return [];
    const children = await branch.tree.getChildren(node?.kind === 'repository' ? undefined : node);
    return children.map((child) => this.#of(branch, child));
  }

  #branchFor(node: Node | undefined): Branch | undefined {
    if (node === undefined) return this.#branches.get(this.repositories.shown());
    if (node.kind !== 'repository') return this.#branchOf.get(node);
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
    const tree = new StoryTree(source, this.extensionUri);
    const branch: Branch = { host, tree, node: { kind: 'repository', repository: host.name }, drawn: '' };
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
      for (const branch of this.#branches.values()) branch.node = { kind: 'repository', repository: branch.host.name };
      this.#changed.fire(undefined);
    } else if (this.repositories.areSeveral) {
      const stale = [...this.#branches.values()].filter(({ host, drawn }) => drawn !== wordsOf(rowOf(host)));
      if (stale.length > 0) this.#changed.fire(stale.map(({ node }) => node));
    }
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
    const urgent = (['cold', 'running', 'queued'] as const).find((mark) => row.marks[mark] > 0);
    item.iconPath = urgent === undefined ? new vscode.ThemeIcon(isSubmodule(branch.host) ? 'file-submodule' : 'repo') : markIcon(urgent, this.extensionUri); // prettier-ignore
    return item;
  }
}

function rowOf(host: RepositoryHost): OverviewRow {
  const shown = host.shown();
  const [row] = overviewOf([shown]).rows;
  if (row === undefined) throw new Error(`${repositoryName(shown)} has no row.`);
  return row;
}

/** What it is, and what stands still in it; how many stories there are where nothing does. No moment, so that it rests. */
function wordsOf(row: OverviewRow): string {
  const marks = markParts(row).map(({ number, word }) => `${number} ${vscode.l10n.t(word)}`);
  const said = row.problem !== null ? [row.problem] : marks.length > 0 ? marks : [stageParts(row, translate)];
  return [...(row.about === null ? [] : [row.about]), ...said].join(' · ');
}

function isSubmodule({ found }: RepositoryHost): boolean {
  return (found?.superprojects.length ?? 0) > 0;
}
