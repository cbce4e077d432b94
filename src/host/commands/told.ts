import { warn } from '../say/notify';

/** A refusal is a notification, and said nowhere else; what was done is for whoever asked to say. */
export function told({ kind, message }: { readonly kind: string; readonly message: string }): string | null {
  if (kind !== 'refused') return message;
  void warn(message);
  return null;
}
