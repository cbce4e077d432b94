import path from 'node:path';
import { projectRoot } from './projectRoot';

/** The engine as it is shipped, for a process that runs one of its own. */
export const ENGINE_BUNDLE = {
  bundle: path.join(projectRoot, 'dist', 'engine.js'),
  wasmPath: path.join(projectRoot, 'dist', 'sql-wasm.wasm'),
} as const;
