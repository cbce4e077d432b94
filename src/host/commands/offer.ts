import type { CommandContext } from './context';
import { guarded } from './showBug';

interface Step<T> {
  readonly button: T;
  readonly run: () => unknown;
}

/**
 * Does what a notification offers, once its button is pressed. The command that showed it is over by then: a notification may
 * stand for hours, and nothing (a pending row of the board, another extension, a keybinding) is to wait for it. What goes
 * wrong in the step is shown like what goes wrong in the command.
 */
export function offer<T extends string>(
  context: CommandContext,
  command: string,
  pressed: Thenable<T | undefined>,
  { button, run }: Step<T>,
): void {
  void guarded(context, command, async () => {
    if ((await pressed) === button) await run();
  });
}
