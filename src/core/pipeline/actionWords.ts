import type { Action } from './action';

/** An action in a person's words, before "of #3 failed". */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'stopRun':
      return 'Ending the run';
    case 'event':
      return 'Moving the stage';
    case 'startSetUp':
      return 'Setting up the worktree';
    case 'checkCriteria':
      return 'Checking the criteria';
    case 'startCoder':
      return 'Starting the agent';
    case 'startMergemaster':
      return 'Starting the agent that merges';
    case 'startReviewer':
      return 'Starting the agent that reviews';
    case 'settleMerge':
      return 'Taking back a merge that was cut off';
    case 'startGates':
      return 'Starting the gates';
    case 'dispatchMerge':
      return 'Starting the landing';
    case 'restack':
      return 'Moving the branch onto what its parent is now';
    case 'withdrawMerge':
      return 'Taking back the landing';
    case 'stepRace':
      return 'Going on with the race';
    default:
      return action satisfies never;
  }
}
