import { Parser, type CST } from 'yaml';

/**
 * Whether YAML text nests no deeper than `limit`. To be asked before text that others wrote is composed: the library
 * composes by recursion, and V8 ends the whole process when the stack runs out inside a regular expression. The parser
 * underneath keeps a stack of its own, and so does this.
 */
export function nestsWithin(text: string, limit: number): boolean {
  for (const token of new Parser().parse(text)) {
    const open: [CST.Token | null | undefined, number][] = [[token, 0]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [node, depth] = next;
      if (depth > limit) return false;
      if (node == null) continue;
      if (node.type === 'document') open.push([node.value, depth + 1]);
      if (!('items' in node)) continue;
      for (const { key, value } of node.items) open.push([key, depth + 1], [value, depth + 1]);
    }
  }
  return true;
}
