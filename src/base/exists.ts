import { access } from 'node:fs/promises';

/** Whether something can be found by that name now. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
