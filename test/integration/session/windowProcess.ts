// Run as a process of its own: a window that leads until it is killed, with these agents.
import { systemClock } from '../../../src/base/systemClock';
import { openSession } from '../../../src/session/services';

async function main(folder: string, wasmPath: string, agents: unknown): Promise<void> {
  const silent = (): void => undefined;
  const opened = await openSession({
    gitBinary: 'git',
    folder,
    wasmPath,
    spawner: null,
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    settings: () => ({ target: '', gates: [], agents, maxCoders: 1, strategy: 'merge', reviewPaths: [] }),
    worktreesFolder: (top) => `${top}.worktrees`,
    permission: () => 'granted',
    onOutput: silent,
    afterLanding: () => Promise.resolve(),
  });
  if (opened.kind !== 'open' || opened.session.engine() === null) throw new Error('This window does not lead.');
  const made = await opened.session.createStory({ title: 'Wait for the leader', type: 'story', body: '' });
  if (made.kind === 'refused') throw new Error(made.message);
  process.send?.('leads');
}

const [folder, wasmPath, agents = '[]'] = process.argv.slice(2);
if (folder === undefined || wasmPath === undefined) throw new Error('Usage: windowProcess <folder> <wasm>');
void main(folder, wasmPath, JSON.parse(agents));
