import * as z from 'zod/mini';

/** Where in the repository something is: a path or a pattern that cannot lead out of it. */
export const placeSchema = z
  .string()
  .check(
    z.refine(
      (text) => text.trim() !== '' && !/^(?:[\\/]|[a-z]:)/i.test(text) && !text.split(/[\\/]/).includes('..'),
      'Name something inside the repository, from its top.',
    ),
  );
