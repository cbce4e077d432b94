import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { TemporaryFolder } from '../../support/temporaryFolder';
import type { DeathOfMachine } from '../../support/share/killedMachine';
import { converged, hasty, Machine, patient } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { TeamServer } from '../../support/share/teamServer';
import { bundleScript, startScript } from '../../support/childProcess';
import { wasmPath } from '../store/fixtures';

const STORIES = 60;

describe('a machine that is killed while it takes what others made', () => {
  const folder = new TemporaryFolder();
  after(() => folder.remove());

  it('[Y1, P1] again and again, at texts and at records: what is shown was in the log first, all of it is there once, and nothing half', async () => {
    const script = bundleScript('support/share/killedMachine', folder.path);
    const server = await TeamServer.start(folder.path);
    const proxy = await Proxy.start(() => server.port);
    const [ada, bob] = [await new Machine('ada').open(), new Machine('bob', { clock: hasty, limits: patient })];
    const dir = bob.folder.at('switchyard');
    const shown = (file: string, keys: readonly string[]): string[] => {
      const bytes = existsSync(file) ? readFileSync(file, 'latin1') : '';
      return keys.filter((key) => bytes.includes(key));
    };
    const dies = async (death: DeathOfMachine): Promise<void> => {
      const args = [dir, wasmPath, proxy.url, String(STORIES), death];
      const child = startScript(script, args, { execArgv: ['--experimental-websocket'] });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      assert.equal(signal, 'SIGKILL', `it ended by itself at ${death}`);
      const keys = ada.stories.map(({ key }) => key);
      const logged = new Set(shown(bob.folder.at('switchyard', 'shared.log'), keys));
      assert.deepEqual(shown(bob.folder.at('switchyard', 'stories.log'), keys).filter((key) => !logged.has(key)), [], death);
    }; // prettier-ignore
    try {
      for (let count = 0; count < STORIES; count += 1) await ada.create(`Story ${count}`, `Text ${count}.\n`);
      await ada.share(server.url);
      await ada.connected();
      await ada.sharing.settled();
      for (const death of ['first text', 'middle text', 'before records', 'middle of records', 'behind records'] as const)
        await dies(death);
      proxy.cut();
      await bob.open();
      assert.deepEqual(await bob.picture(), await ada.picture(), 'what was accepted is there without the others');
      assert.deepEqual(readdirSync(bob.folder.at('switchyard', 'content')).filter((name) => !name.startsWith('.')).sort(), ada.stories.map(({ key }) => key).sort());
      const history = await bob.store.stories.history({ cursor: 0, limit: Infinity });
      assert.deepEqual(history.map(({ event }) => event), Array.from({ length: STORIES }, () => 'Shared'));
      proxy.heal();
      await bob.connected();
      await converged([ada, bob]);
      await bob.close();
      for (const { key } of ada.stories) await ada.rewrite(key, `${await ada.body(key)}And more.\n`);
      await ada.sharing.settled();
      for (const death of ['before records', 'middle of records', 'behind records'] as const) await dies(death);
      proxy.cut();
      await bob.open();
      assert.deepEqual(await bob.picture(), await ada.picture());
      assert.equal((await bob.store.stories.history({ cursor: 0, limit: Infinity })).length, 2 * STORIES);
      proxy.heal();
      await bob.connected();
      await converged([ada, bob]);
    } finally {
      await Promise.all([ada.remove(), bob.remove()]);
      await proxy.close();
      await server.stop();
    }
  }); // prettier-ignore
});
