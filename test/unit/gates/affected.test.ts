import assert from 'node:assert/strict';
import { CONFIG_FILE } from '../../../src/core/gates/gateConfig';
import { areApart } from '../../../src/gates/affected';
import type { Gate } from '../../../src/gates/chooseGates';

describe('Two changes', () => {
  const gateOf = (name: string, paths?: readonly string[], needs: readonly string[] = []): Gate =>
    ({ name, needs, ...(paths && { paths }) }) as unknown as Gate;
  const [left, right] = [gateOf('left', ['a']), gateOf('right', ['b'])];
  /** What each commit changes; a pattern is a path here. */
  const apart = (some: readonly string[], others: readonly string[], gates: readonly Gate[]): Promise<boolean> => {
    const changed = (tip: string): readonly string[] => (tip === 'some' ? some : others);
    const git = {
      changedPaths: ({ commit }: { commit: string }) => Promise.resolve([...changed(commit)]),
      changedIn: ({ tip, lists }: { tip: string; lists: readonly (readonly string[])[] }) =>
        Promise.resolve(lists.map((list) => list.some((path) => changed(tip).includes(path)))),
    };
    return areApart(git, gates, [
      { base: 'base', tip: 'some', isTree: true },
      { base: 'base', tip: 'others', isTree: true },
    ]);
  };

  it('[MQ12, MQ21] cannot touch each other where neither a path nor a gate is of both, and none says what gates are', async () => {
    assert.equal(await apart(['a'], ['b'], [left, right]), true);
    assert.equal(await apart(['a', 'x'], ['b', 'x'], [left, right]), false, 'a path of both');
    assert.equal(await apart(['a', 'x'], ['b', 'x/y'], [left, right]), false, 'a file where the other has a folder');
    assert.equal(await apart(['a'], ['b'], [left, gateOf('both', ['a', 'b'])]), false, 'a gate that looks at both');
    assert.equal(await apart(['a'], ['b'], [left, gateOf('all')]), false, 'a gate that looks everywhere');
    assert.equal(await apart(['a'], ['b'], [left, gateOf('right', ['b'], ['left'])]), false, 'a gate that one needs');
    assert.equal(await apart([CONFIG_FILE], ['b'], [left, right]), false, 'what gates are');
    assert.equal(await apart(['a'], [CONFIG_FILE], [left, right]), false, 'what gates are');
  });
});
