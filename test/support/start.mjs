// `npm start`: works from a fresh clone, so the rest is loaded only once the dependencies are there.
import { installDependencies, run } from './setup.mjs';

installDependencies();
run('npm', ['run', '--silent', 'package']);
const { require: requireTypeScript } = await import('tsx/cjs/api');
await requireTypeScript('./startSample.ts', import.meta.url).startSample();
