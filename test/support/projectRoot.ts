import path from 'node:path';

/** The checkout that the tests run from. */
export const projectRoot = path.resolve(__dirname, '..', '..');
