import { config } from 'zod/mini';

// The page's policy forbids evaluating text as code, and zod tries that as soon as a schema is made: this comes first.
config({ jitless: true });
