import path from 'node:path';

/** Where the store keeps what; everything is below one folder. */
export interface StoreFolder {
  readonly root: string;
  readonly stories: string;
  readonly jobs: string;
  readonly shadow: string;
  /** The words of bodies and outputs, for searches. */
  readonly search: string;
  readonly content: string;
  readonly leader: string;
  readonly findings: string;
  /** At which tip of the target a person let the queue go on. */
  readonly resumes: string;
  readonly seenTips: string;
  /** The push that was wanted last and is not over. */
  readonly pushes: string;
  /** What is being removed or brought back. */
  readonly removals: string;
  /** Losses that nobody has acknowledged. */
  readonly losses: string;
  /** Gates that a person has quarantined. */
  readonly quarantines: string;
  /** What people said to agents: permissions for a story, and messages that wait. */
  readonly words: string;
  /** The ledger: what runs of gates and agents were. */
  readonly ledger: string;
  /** Conversations that agents can go on with. */
  readonly sessions: string;
  /** How runs of agents went, and which agents must wait. */
  readonly standings: string;
  /** With whom stories are shared, and what is shared. */
  readonly share: string;
  readonly shared: string;
}

/** Worktrees share the common git directory, and nothing in it is committed by accident. */
export function storeFolderIn(commonGitDir: string): string {
  return path.join(commonGitDir, 'switchyard');
}

export function storeFolder(root: string): StoreFolder {
  return {
    root,
    stories: path.join(root, 'stories.log'),
    jobs: path.join(root, 'jobs.log'),
    shadow: path.join(root, 'shadow.sqlite'),
    search: path.join(root, 'search.sqlite'),
    content: path.join(root, 'content'),
    leader: path.join(root, 'leader'),
    findings: path.join(root, 'findings.json'),
    resumes: path.join(root, 'resumed.json'),
    seenTips: path.join(root, 'tips.json'),
    pushes: path.join(root, 'push.json'),
    removals: path.join(root, 'removals.json'),
    losses: path.join(root, 'losses.log'),
    quarantines: path.join(root, 'quarantines.json'),
    words: path.join(root, 'words.json'),
    ledger: path.join(root, 'runs.log'),
    sessions: path.join(root, 'sessions.json'),
    standings: path.join(root, 'standings.json'),
    share: path.join(root, 'share.json'),
    shared: path.join(root, 'shared.log'),
  };
}
