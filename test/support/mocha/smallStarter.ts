import { sharedStarter } from '../sharedSpawner';
import { startGitBy } from '../temporaryRepository';

/*
 * A process that has loaded hundreds of test files is large, and each program that it starts costs by that. So the git of
 * test repositories is started by a small one. Loaded by mocharc.json before every file.
 */
startGitBy(sharedStarter);
