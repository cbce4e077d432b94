import * as vscode from 'vscode';
import type { GroupName } from '../../core/board/boardNames';
import type { StageName } from '../../core/story/stage';
import type { StoryIn } from '../storyIn';
import type { RepositoriesTree, TreeRow } from './repositoriesTree';

/** The type that VS Code gives to rows that are dragged within a tree of this id. */
const ROWS = 'application/vnd.code.tree.switchyard.stories';

/** What a drop asks for; what cannot be done of it is told by whoever does it. */
export type MoveStories = (keys: readonly string[], to: StageName) => Promise<unknown>;

/**
 * Rows of stories are dragged onto a group, or onto a story that stands in one: all that are selected move by the one event
 * that leads there, within their repository. It holds no state of its own.
 */
export function dragStories(
  tree: Pick<RepositoriesTree, 'hostOf'>,
  find: (key: string) => StoryIn | null,
  move: MoveStories,
): vscode.TreeDragAndDropController<TreeRow> {
  return {
    dragMimeTypes: [ROWS],
    dropMimeTypes: [ROWS],
    handleDrag(nodes, data) {
      const keys = nodes.flatMap(storyOf);
      if (keys.length > 0) data.set(ROWS, new vscode.DataTransferItem(keys));
    },
    async handleDrop(target, data) {
      const given: unknown = data.get(ROWS)?.value;
      const keys = Array.isArray(given) ? given.filter((one) => typeof one === 'string') : [];
      if (target === undefined) return;
      const to = stageAt(target, find);
      const there = keys.filter((key) => find(key)?.host === tree.hostOf(target));
      if (to !== null && there.length > 0) await move(there, to);
    },
  };
}

function storyOf(node: TreeRow): string[] {
  if (node.kind === 'story') return [node.key];
  return node.kind === 'queueRow' && node.key !== null ? [node.key] : [];
}

/** The stage that a row stands for; null where it stands for none. */
function stageAt(target: TreeRow, find: (key: string) => StoryIn | null): StageName | null {
  switch (target.kind) {
    case 'group':
    case 'more':
      return stageOfGroup(target.group);
    case 'queue':
    case 'queueRow':
      return 'Merge';
    case 'story': {
      const card = find(target.key)?.card;
      return card === undefined ? null : (card.column ?? stageOfGroup(card.group));
    }
    case 'detail':
    case 'repository':
    case 'notice':
      return null;
    default:
      return target satisfies never;
  }
}

/** Needs you is no stage: nothing is sent there. */
function stageOfGroup(group: GroupName): StageName | null {
  return group === 'Needs you' ? null : group;
}
