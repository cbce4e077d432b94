import { oidSchema, refSchema, type Oid } from '../../core/story/stage';

/** A full ref name that is safe to hand to git, also in `-z` input. Throws for anything else: a bug of the caller. */
export function fullRef(ref: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const unsafe = /[\u0000-\u001f\u007f]|@\{|\/\/|\/\.|\.lock(?:\/|$)|[./]$/.test(ref);
  if (unsafe || !refSchema.safeParse(ref).success) throw new Error(`${JSON.stringify(ref)} is not a full ref name.`);
  return ref;
}

/** A full object id. Throws for anything else: a bug of the caller. */
export function fullOid(oid: string): Oid {
  if (!oidSchema.safeParse(oid).success) throw new Error(`${JSON.stringify(oid)} is not a full object id.`);
  return oid;
}

/**
 * For `rev-list`: every ref. Not `--all`, which also takes the HEAD of each worktree: one that is just being made has a HEAD
 * of zeros, and git dies over it.
 */
export const EVERY_REF = '--glob=refs/*';

/** Fields of `-z` output; the end mark of the last field is not another field. */
export function splitFields(text: string): string[] {
  const fields = text.split('\0');
  if (fields.at(-1) === '') fields.pop();
  return fields;
}
