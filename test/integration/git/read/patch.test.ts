import assert from 'node:assert/strict';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor } from '../fixture';

describe('The patch that an agent is told which reviews', () => {
  it('[A1] is the change as git prints it, and of a long one no more than its beginning is held', async () => {
    const repository = await TemporaryRepository.create();
    try {
      const port = portFor(repository.path);
      const first = await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
      const second = await repository.commit({ 'a.txt': 'two\n' }, 'Change');
      const third = await repository.commit({ 'b.txt': `${'x'.repeat(99)}\n`.repeat(100_000) }, 'Bring in much');
      assert.match(await port.patch(first, second), /\n-one\n\+two\n$/);
      const long = await port.patch(second, third);
      assert.match(long, /\n\+x{99}\n/);
      assert.ok(long.length > 200_000 && long.length < 1_000_000, String(long.length));
    } finally {
      await repository.dispose();
    }
  });
});
