import type { SqlJsStatic } from 'sql.js';
import { readShadowFile } from '../shadowFile';
import { select } from '../shadowTables';

/** A story's body as the file of the text search has it; null where it is not there, or the file is not whole. */
export async function searchedBody(
  file: string,
  sqlite: () => Promise<SqlJsStatic>,
  key: string,
): Promise<string | null> {
  try {
    const found = await readShadowFile(file);
    if (found.kind !== 'whole') return null;
    const database = new (await sqlite()).Database(found.bytes);
    try {
      const [row] = select(database, "SELECT body FROM text WHERE key = ? AND what = 'body'", [key]);
      return typeof row?.['body'] === 'string' ? row['body'] : null;
    } finally {
      database.close();
    }
  } catch {
    return null; // of another version, or gone
  }
}
