import { say } from '../../words/said';
import type { Rules } from '../rule';

export const environmentRules = {
  takenOut: {
    severity: 'note',
    title: 'Gates and agents are not given all of your environment',
    why: 'It leads into another work tree, such as an activated virtual environment, or belongs to an agent around the editor.',
    advice: 'If a gate needs it, name the program by its path in the tree, or start the editor without it.',
    find: ({ environment }) =>
      environment === null || environment.takenOut.length === 0
        ? []
        : [{ about: 'environment', what: say('Kept from runs: {0}.', { names: environment.takenOut }) }],
  },
  gitVariables: {
    severity: 'warning',
    title: 'The editor was started with variables that point git elsewhere',
    why: 'Switchyard does not obey them, and a git in a terminal does: the two work on different repositories.',
    advice: 'Start the editor from a terminal where they are not set.',
    find: ({ environment }) =>
      environment === null || environment.gitVariables.length === 0
        ? []
        : [{ about: 'git', what: say('{0}.', { names: environment.gitVariables }) }],
  },
} as const satisfies Rules;
