import { holdStarter } from '../../src/session/heldStarter';
import type { Starter } from '../../src/processes/starter';
import { noteError } from './mocha/unexpectedErrors';
import { programBundle } from './programBundle';

let bundle: string | null = null;
let starter: Starter | null = null;

/** The spawner's bundle, built from the sources as they are, once in a process of the test run. */
export function spawnerBundle(): string {
  bundle ??= programBundle('spawner', 'processes', 'spawner');
  return bundle;
}

/**
 * Starts programs as a real window does, by a small process, which stays for all tests of this one. Started from here each
 * would cost by the memory of the test runner, and hold up what else it is at.
 */
export function sharedStarter(): Starter {
  const silent = (): void => undefined;
  starter ??= holdStarter(spawnerBundle(), { debug: silent, info: silent, warn: noteError, error: noteError }).starter;
  return starter;
}
