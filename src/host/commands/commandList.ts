/** When a command that is not about one story can be used. */
type Applies =
  | 'always'
  | 'on a repository'
  | 'on several repositories'
  | 'with commands'
  | 'after a loss'
  | 'while git waits'
  | 'with a left lock'
  | 'after a stray run'
  | 'on a red target'
  | 'while agents may start'
  | 'while agents are paused'
  | 'in a worktree'
  | 'on a review'
  | 'in a review'
  | 'with news in a review'
  | 'never from the palette';

export interface PlainCommand {
  readonly label: string;
  readonly does: 'at once' | 'asks';
  /** Name of a codicon. */
  readonly icon: string | null;
  readonly applies: Applies;
  /** What it is for where that is not one repository, which is asked for where it is not clear. */
  readonly about?: 'the window' | 'the file in front';
  /** Offered in the menu of a repository's row, in a window of several. */
  readonly onRepository?: true;
  /**
   * Its place in the view's title: as a button, or in a part of the menu behind it. The parts, from top to bottom: more
   * stories, what was, what is kept or taken away, how it is set up, and where to look when something is wrong.
   */
  readonly inTitle?: 'navigation' | '1_more' | '2_past' | '3_keep' | '4_set' | '5_help';
  /** Offered in the menu of every editor, as far as this holds there. */
  readonly inEditor?: 'on a selection';
  /** Its keys, as VS Code writes them; on a Mac `cmd` stands for `ctrl`. */
  readonly keys?: string;
  /** A button of the editor that shows what a story changes, by its place there. */
  readonly inReview?: number;
  /** A button of the source control view. */
  readonly inSourceControl?: true;
  /**
   * Where VS Code shows comments: a button below what is typed, one on a thread in these states, one on a comment, or one below
   * a comment that is being changed.
   */
  readonly onComments?:
    | { readonly at: 'input' | 'comment' | 'edited comment' }
    | { readonly at: 'thread'; readonly states: string };
}

/**
 * The one list of commands beside the actions on stories: handlers, palette, view title and manifest come from it.
 * After a change, `npm run docs` writes the manifest anew.
 */
export const PLAIN_COMMANDS = {
  newStory: {
    label: 'New Story',
    does: 'asks',
    icon: 'add',
    applies: 'on a repository',
    onRepository: true,
    inTitle: 'navigation',
    keys: 'ctrl+k alt+y',
  },
  needsYou: {
    label: 'Show What Needs You',
    does: 'asks',
    icon: 'bell',
    applies: 'on a repository',
    about: 'the window',
    keys: 'ctrl+k ctrl+y',
  },
  nextNeedsYou: {
    label: 'Next That Needs You',
    does: 'at once',
    icon: 'bell-dot',
    applies: 'on a repository',
    about: 'the window',
    keys: 'ctrl+k y',
  },
  createFromList: {
    label: 'Create Stories from List',
    does: 'asks',
    icon: null,
    applies: 'on a repository',
    inTitle: '1_more',
  },
  importStories: { label: 'Import Stories', does: 'asks', icon: null, applies: 'on a repository', inTitle: '1_more' },
  exportStories: { label: 'Export Stories', does: 'asks', icon: null, applies: 'on a repository', inTitle: '1_more' },
  newStoryAndStart: { label: 'Write and Start a Story', does: 'asks', icon: null, applies: 'on a repository' },
  newStoryFromSelection: {
    label: 'New Story from Selection',
    does: 'asks',
    icon: null,
    applies: 'on a repository',
    about: 'the file in front',
    inEditor: 'on a selection',
  },
  newStoryFromTodo: {
    label: 'New Story from Comment',
    does: 'asks',
    icon: null,
    applies: 'never from the palette',
    about: 'the file in front',
  },
  openStory: { label: 'Open Story', does: 'asks', icon: 'go-to-file', applies: 'on a repository', about: 'the window' },
  showStoryPage: {
    label: 'Show Story Page',
    does: 'asks',
    icon: 'preview',
    applies: 'on a repository',
    about: 'the window',
  },
  approveShown: {
    label: 'Approve What Is Shown',
    does: 'at once',
    icon: 'check',
    applies: 'on a review',
    about: 'the window',
    inReview: 1,
  },
  rejectShown: {
    label: 'Reject What Is Shown',
    does: 'asks',
    icon: 'close',
    applies: 'on a review',
    about: 'the window',
    inReview: 2,
  },
  nextReview: {
    label: 'Next Review',
    does: 'at once',
    icon: 'arrow-right',
    applies: 'in a review',
    about: 'the window',
    inReview: 3,
  },
  showNew: {
    label: 'Show What Is New',
    does: 'at once',
    icon: 'history',
    applies: 'with news in a review',
    about: 'the window',
    inReview: 4,
  },
  commentOnLine: {
    label: 'Comment on This Line',
    does: 'asks',
    icon: 'comment',
    applies: 'in a review',
    about: 'the window',
  },
  addComment: {
    label: 'Comment',
    does: 'at once',
    icon: null,
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'input' },
  },
  settleComment: {
    label: 'Put Aside',
    does: 'at once',
    icon: 'check',
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'thread', states: 'open|sent' },
  },
  reopenComment: {
    label: 'Say Again',
    does: 'at once',
    icon: 'refresh',
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'thread', states: 'answered|settled' },
  },
  editComment: {
    label: 'Edit Comment',
    does: 'at once',
    icon: 'edit',
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'comment' },
  },
  saveComment: {
    label: 'Save',
    does: 'at once',
    icon: null,
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'edited comment' },
  },
  leaveComment: {
    label: 'Cancel',
    does: 'at once',
    icon: null,
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'edited comment' },
  },
  deleteComment: {
    label: 'Delete Comment',
    does: 'at once',
    icon: 'trash',
    applies: 'never from the palette',
    about: 'the window',
    onComments: { at: 'comment' },
  },
  adopt: {
    label: 'Adopt Branch or Worktree',
    does: 'asks',
    icon: null,
    applies: 'on a repository',
    inTitle: '1_more',
  },
  openBoard: {
    label: 'Open Board',
    does: 'at once',
    icon: 'layout',
    applies: 'on a repository',
    about: 'the window',
    inTitle: 'navigation',
    keys: 'ctrl+k shift+y',
  },
  approveCommands: {
    label: 'Review Commands',
    does: 'asks',
    icon: 'shield',
    applies: 'with commands',
    onRepository: true,
    inTitle: '4_set',
  },
  setUpGates: { label: 'Set Up Gates', does: 'asks', icon: 'beaker', applies: 'on a repository', inTitle: '4_set' },
  pauseAgents: {
    label: 'Pause Agents',
    does: 'at once',
    icon: 'debug-pause',
    applies: 'while agents may start',
    inTitle: '4_set',
  },
  resumeAgents: {
    label: 'Resume Agents',
    does: 'at once',
    icon: 'play',
    applies: 'while agents are paused',
    inTitle: '4_set',
  },
  setUpAgent: { label: 'Set Up Agent', does: 'asks', icon: 'robot', applies: 'on a repository', inTitle: '4_set' },
  editGates: {
    label: 'Edit Gates',
    does: 'at once',
    icon: 'settings-gear',
    applies: 'on a repository',
    onRepository: true,
    inTitle: '4_set',
  },
  quarantineGate: { label: 'Quarantine Gate', does: 'asks', icon: null, applies: 'on a repository' },
  editAgents: { label: 'Edit Agents', does: 'at once', icon: null, applies: 'on a repository' },
  setTarget: {
    label: 'Choose Target Branch',
    does: 'asks',
    icon: null,
    applies: 'on a repository',
    onRepository: true,
    inTitle: '4_set',
  },
  pullTarget: { label: 'Pull Target Branch', does: 'at once', icon: 'repo-pull', applies: 'on a repository' },
  setUpWorktrees: {
    label: 'Set Up Worktrees',
    does: 'asks',
    icon: 'tools',
    applies: 'on a repository',
    inTitle: '4_set',
  },
  setIdentity: { label: 'Set Git Identity', does: 'asks', icon: null, applies: 'on a repository' },
  acknowledgeLoss: { label: 'Acknowledge Lost Records', does: 'asks', icon: null, applies: 'after a loss' },
  reviewRunChanges: {
    label: 'Review What Agents Changed Outside',
    does: 'asks',
    icon: null,
    applies: 'after a stray run',
  },
  redTarget: { label: 'What to Do about a Red Target', does: 'asks', icon: null, applies: 'on a red target' },
  recoverHalfWritten: {
    label: 'Recover Half-Written Stories',
    does: 'asks',
    icon: null,
    applies: 'on a repository',
  },
  removeLocks: { label: 'Remove Left Lock', does: 'asks', icon: null, applies: 'with a left lock' },
  restoreEarlierText: { label: 'Go Back to Earlier Text', does: 'asks', icon: null, applies: 'on a repository' },
  stopWaiting: { label: 'Stop Waiting for a Program', does: 'at once', icon: null, applies: 'while git waits' },
  showArchived: {
    label: 'Show Archived Stories',
    does: 'asks',
    icon: 'archive',
    applies: 'on a repository',
    onRepository: true,
    inTitle: '2_past',
  },
  searchStories: {
    label: 'Search Stories',
    does: 'asks',
    icon: 'search',
    applies: 'on a repository',
    inTitle: 'navigation',
  },
  showStatistics: {
    label: 'Show Statistics',
    does: 'asks',
    icon: 'graph',
    applies: 'on a repository',
    inTitle: '2_past',
  },
  showBoardAt: {
    label: 'Show Board at a Past Moment',
    does: 'asks',
    icon: 'history',
    applies: 'on a repository',
    inTitle: '2_past',
  },
  pushTarget: {
    label: 'Push Target',
    does: 'at once',
    icon: 'cloud-upload',
    applies: 'on a repository',
    inTitle: '4_set',
  },
  pushReceipts: { label: 'Push Receipts', does: 'at once', icon: null, applies: 'on a repository' },
  verifyLandings: {
    label: 'Verify Landings',
    does: 'asks',
    icon: 'verified',
    applies: 'on a repository',
    inTitle: '2_past',
  },
  shareStories: {
    label: 'Share Stories',
    does: 'asks',
    icon: 'broadcast',
    applies: 'on a repository',
    inTitle: '4_set',
  },
  stopSharing: { label: 'Stop Sharing Stories', does: 'at once', icon: null, applies: 'on a repository' },
  runDoctor: {
    label: 'Run Doctor',
    does: 'at once',
    icon: 'pulse',
    applies: 'always',
    onRepository: true,
    inTitle: '5_help',
  },
  repairWorktrees: { label: 'Repair Moved Worktrees', does: 'asks', icon: null, applies: 'on a repository' },
  restoreKept: { label: 'Restore', does: 'asks', icon: 'history', applies: 'on a repository', inTitle: '3_keep' },
  purgeStories: { label: 'Purge', does: 'asks', icon: null, applies: 'on a repository' },
  removeLandedWorktrees: {
    label: 'Remove Worktrees of Landed Stories',
    does: 'asks',
    icon: null,
    applies: 'on a repository',
    inTitle: '3_keep',
  },
  whatIf: { label: 'What If', does: 'asks', icon: null, applies: 'on a repository', inTitle: '1_more' },
  showConflicts: {
    label: 'Show Conflicts',
    does: 'asks',
    icon: 'git-compare',
    applies: 'on a repository',
    inTitle: '1_more',
  },
  mergeStatus: { label: 'Show Merge Status', does: 'asks', icon: null, applies: 'on a repository' },
  openSample: {
    label: 'Open Sample Project',
    does: 'asks',
    icon: null,
    applies: 'always',
    about: 'the window',
    inTitle: '5_help',
  },
  openWalkthrough: {
    label: 'Open Walkthrough',
    does: 'at once',
    icon: null,
    applies: 'always',
    about: 'the window',
    inTitle: '5_help',
  },
  showOverview: {
    label: 'Show Overview of Repositories',
    does: 'at once',
    icon: 'list-flat',
    applies: 'on several repositories',
    about: 'the window',
    inTitle: '1_more',
  },
  switchRepository: {
    label: 'Show Repository on Board',
    does: 'asks',
    icon: 'layout',
    applies: 'on several repositories',
    about: 'the window',
    onRepository: true,
  },
  copyStatus: {
    label: 'Copy Status',
    does: 'at once',
    icon: 'copy',
    applies: 'on a repository',
    about: 'the window',
    inTitle: '2_past',
  },
  openSettings: {
    label: 'Open Settings',
    does: 'at once',
    icon: null,
    applies: 'always',
    about: 'the window',
    inTitle: '4_set',
  },
  showLog: {
    label: 'Show Log',
    does: 'at once',
    icon: null,
    applies: 'always',
    about: 'the window',
    inTitle: '5_help',
  },
  reviewExtensions: { label: 'Review Extensions', does: 'asks', icon: null, applies: 'always', about: 'the window' },
  readyThisStory: {
    label: 'Ready for QA: The Story of This Window',
    does: 'at once',
    icon: 'beaker',
    applies: 'in a worktree',
    about: 'the window',
    inSourceControl: true,
  },
  saveBugBundle: { label: 'Save Bug Bundle', does: 'asks', icon: null, applies: 'always', inTitle: '5_help' },
  openSourceControl: {
    label: 'Open Source Control',
    does: 'at once',
    icon: 'source-control',
    applies: 'never from the palette',
    about: 'the window',
  },
  doctorAct: {
    label: 'Act on a Finding',
    does: 'at once',
    icon: null,
    applies: 'never from the palette',
    about: 'the window',
  },
  loadMore: { label: 'Load More', does: 'at once', icon: null, applies: 'never from the palette', about: 'the window' },
} as const satisfies Readonly<Record<string, PlainCommand>>;
export type PlainCommandId = keyof typeof PLAIN_COMMANDS;
