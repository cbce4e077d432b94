// `npm start`: works from a fresh clone, so the rest is loaded only once the dependencies are there.
import { installDependencies, run } from './setup.mjs';

installDependencies();
console.log('Building the extension …');
// Its list of files, and advice to those who publish, say nothing to who starts it.
run('npm', ['run', '--silent', 'package'], 'kept');
const { require: requireTypeScript } = await import('tsx/cjs/api');
await requireTypeScript('./startSample.ts', import.meta.url).startSample();
