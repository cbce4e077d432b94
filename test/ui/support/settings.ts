import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';
import type { Settings } from '../../support/workbench/server';

const support = (file: string): string => path.join(projectRoot, 'test', 'support', file);

/** The sample project's own tests. */
export const testGate: Settings = { 'switchyard.gates': [{ name: 'test', command: 'node --test' }] };

/** A coding agent that needs no account. */
export const sampleAgent: Settings = {
  'switchyard.agents': [
    { name: 'sample', role: 'coder', command: [process.execPath, support('sampleAgent.mjs'), '{promptFile}'] },
  ],
};

/** A gate that writes down what it is run on, and goes on once `release` exists. */
export function recordingGate(record: string, release: string): Settings {
  const command = ['sh', support('recordingGate.sh'), record, 'wait', release];
  return { 'switchyard.gates': [{ name: 'test', command }] };
}

/** The sample project's own tests, which begin once `release` exists: a stage that would pass can be looked at. */
export function heldTestGate(record: string, release: string): Settings {
  const wait = ['sh', support('recordingGate.sh'), record, 'wait', release];
  return {
    'switchyard.gates': [
      { name: 'test', command: ['sh', '-c', `${wait.map((word) => `"${word}"`).join(' ')} && node --test`] },
    ],
  };
}
