import { Parser, type CST } from 'yaml';

/** How deep and how large a YAML text may be: lists within lists, and entries of lists and maps in all. */
export interface YamlLimits {
  readonly depth: number;
  readonly entries: number;
}

/**
 * Whether YAML text stays within limits; to be asked before text that others wrote is composed. The library composes by
 * recursion, and V8 ends the whole process when the stack runs out inside a regular expression; and it compares every key
 * of a map with every other. The parser underneath keeps a stack of its own, and so does this.
 */
export function yamlSize(
  text: string,
  { depth: deepest, entries: most }: YamlLimits,
): 'within' | 'tooDeep' | 'tooMany' {
  let entries = 0;
  for (const token of new Parser().parse(text)) {
    const open: [CST.Token | null | undefined, number][] = [[token, 0]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [node, depth] = next;
      if (depth > deepest) return 'tooDeep';
      if (node == null) continue;
      if (node.type === 'document') open.push([node.value, depth + 1]);
      if (!('items' in node)) continue;
      entries += node.items.length;
      if (entries > most) return 'tooMany';
      for (const { key, value } of node.items) open.push([key, depth + 1], [value, depth + 1]);
    }
  }
  return 'within';
}
