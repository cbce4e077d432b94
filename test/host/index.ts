import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { Report } from '../support/mocha/report';

/** Called by the extension host. Rejects when a test fails, which ends the host with an error. */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    reporter: Report,
    color: false,
    forbidOnly: true,
    forbidPending: true,
    timeout: 300_000,
    ...(process.env['SWITCHYARD_TEST_GREP'] ? { grep: process.env['SWITCHYARD_TEST_GREP'] } : {}),
  });
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.js'),
  );
  for (const file of files.sort()) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} host tests failed`);
}
