import assert from 'node:assert/strict';
import { programFiles } from '../../../src/processes/findProgram';

describe('where a program may lie', () => {
  it('[U12] on Linux and macOS: in each absolute folder of PATH, by its plain name', () => {
    const environment = { PATH: '/usr/bin:relative:.::/opt/my tools', Path: '/wrong' };
    assert.deepEqual(programFiles('claude', environment, 'linux'), ['/usr/bin/claude', '/opt/my tools/claude']);
    assert.deepEqual(programFiles('claude', environment, 'darwin'), ['/usr/bin/claude', '/opt/my tools/claude']);
  });

  it('[U12] on Windows: in each absolute folder of Path, with each ending of PATHEXT', () => {
    const environment = { Path: 'C:\\npm;"D:\\my tools";relative', PATHEXT: '.EXE;.CMD' };
    assert.deepEqual(programFiles('claude', environment, 'win32'), [
      'C:\\npm\\claude.EXE',
      'C:\\npm\\claude.CMD',
      'D:\\my tools\\claude.EXE',
      'D:\\my tools\\claude.CMD',
    ]);
    assert.equal(programFiles('x', { PATH: 'C:\\a' }, 'win32').length, 4);
  });

  it('[U12] nowhere without a PATH', () => {
    assert.deepEqual(programFiles('claude', {}, 'linux'), []);
  });
});
