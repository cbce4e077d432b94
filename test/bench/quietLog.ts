import type { Log } from '../../src/ports/log';

const silent = (): void => undefined;
export const quietLog: Log = { debug: silent, info: silent, warn: silent, error: silent };
