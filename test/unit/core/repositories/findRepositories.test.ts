import assert from 'node:assert/strict';
import {
  findRepositories,
  worktreesBeside,
  type FolderPlace,
} from '../../../../src/core/repositories/findRepositories';

const repository = (topLevel: string): FolderPlace => ({
  topLevel,
  commonDir: `${topLevel}/.git`,
  worktree: 'main',
  superprojects: [],
});
const worktree = (topLevel: string, of: string): FolderPlace => ({
  ...repository(topLevel),
  commonDir: `${of}/.git`,
  worktree: 'linked',
});
const submodule = (topLevel: string, superproject: string): FolderPlace => ({
  topLevel,
  commonDir: `${superproject}/.git/modules/lib`,
  worktree: 'main',
  superprojects: [superproject],
});

const said = (...places: FolderPlace[]): (string | null)[][] =>
  findRepositories(places).map(({ name, about, topLevel }) => [name, about, topLevel]);

describe('The repositories behind the folders of a window', () => {
  it('[U7] each folder’s repository is its own, in the order of the folders', () => {
    assert.deepEqual(said(repository('/c/web'), repository('/c/api')), [
      ['web', null, '/c/web'],
      ['api', null, '/c/api'],
    ]);
    assert.deepEqual(said(), []);
  });

  it('[U7] a worktree of a repository that is open too is that repository, whichever folder comes first', () => {
    const both = said(worktree('/c/app.worktrees/7-fix', '/c/app'), repository('/c/app'));
    assert.deepEqual(both, [['app', 'also open: its worktree 7-fix', '/c/app']]);
    assert.deepEqual(said(repository('/c/app'), repository('/c/app')), [['app', null, '/c/app']]);
  });

  it('[U7] a worktree alone stands for its repository, and says which worktree it is', () => {
    assert.deepEqual(said(worktree('/c/fix', '/c/app')), [['app', 'worktree fix', '/c/fix']]);
    const two = said(worktree('/c/fix', '/c/app'), worktree('/c/try', '/c/app'));
    assert.deepEqual(two, [['app', 'worktree fix, also open: its worktree try', '/c/fix']]);
  });

  it('[U7] a submodule is its own and named as such, and a nested repository is not its parent', () => {
    assert.deepEqual(said(repository('/c/app'), submodule('/c/app/lib', '/c/app'), repository('/c/app/vendor/x')), [
      ['app', null, '/c/app'],
      ['lib', 'submodule of app', '/c/app/lib'],
      ['x', 'inside app', '/c/app/vendor/x'],
    ]);
    assert.deepEqual(said(submodule('/c/app/lib', '/c/app')), [['lib', 'submodule of app', '/c/app/lib']]);
    // A folder whose name only begins like another's is not in it.
    assert.deepEqual(said(repository('/c/app'), repository('/c/app-web'))[1], ['app-web', null, '/c/app-web']);
  });

  it('[G4, U7] worktrees lie beside their repository, those of a submodule outside of every repository around it', () => {
    assert.equal(worktreesBeside('/c/app', []), '/c/app.worktrees');
    assert.equal(worktreesBeside('/c/app/lib', ['/c/app']), '/c/app-lib.worktrees');
    assert.equal(worktreesBeside('/c/app/lib/deep', ['/c/app/lib', '/c/app']), '/c/app-deep.worktrees');
  });

  it('[U7] repositories that are called alike are told apart, on Windows too', () => {
    const names = (...places: FolderPlace[]): string[] => findRepositories(places).map(({ name }) => name);
    assert.deepEqual(names(repository('/old/api'), repository('/new/api'), repository('/c/web')), ['api (old)', 'api (new)', 'web']); // prettier-ignore
    assert.deepEqual(names(repository('/a/x/api'), repository('/b/x/api')), ['api (x)', 'api (x) 2']);
    assert.deepEqual(names(repository('C:\\old\\api'), repository('C:\\new\\api')), ['api (old)', 'api (new)']);
  });
});
