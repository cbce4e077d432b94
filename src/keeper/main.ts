/**
 * The keeper's program, one for each run of an agent: it holds the agent while windows come and go. Called with the run's
 * folder, and told on its standard input what to run.
 */
import { systemClock } from '../base/systemClock';
import { directStarter } from '../processes/directStarter';
import { processPlatform } from '../processes/platform';
import { keepRun } from './keepRun';
import { readRequest } from './request';

/** Nobody reads what a keeper would say; its end is on record. */
const quiet = (): void => undefined;

async function main(): Promise<number> {
  process.umask(0o077);
  // A terminal that ends, ends the window, not the agent.
  process.on('SIGHUP', quiet).on('SIGINT', quiet);
  const request = readRequest(await readAll(process.stdin));
  const folder = process.argv[2];
  if (request === null || folder === undefined) return 2;
  const stop = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    // A fault here must not leave an agent that nobody answers for.
    process.once('uncaughtException', () => resolve());
    process.once('unhandledRejection', () => resolve());
  });
  const ports = {
    starter: directStarter,
    platform: processPlatform(process.platform),
    clock: systemClock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  };
  return (await keepRun(request, folder, { ports, stop, onBegun: say })) === 'kept' ? 0 : 3;
}

/** The host waits for this word, or for the end of the stream. */
function say(which: 'running' | 'notStarted'): void {
  process.stdout.on('error', quiet);
  process.stdout.end(`${which}\n`);
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
  },
);
