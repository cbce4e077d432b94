import * as vscode from 'vscode';
import { waitFor } from '../../support/waitFor';

type Answer = string | RegExp | undefined;

interface Shown {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

interface StepParts {
  readonly accepted: vscode.EventEmitter<void>;
  readonly onDidAccept: vscode.Event<void>;
  readonly onDidHide: vscode.Event<void>;
  readonly onDidChangeValue: () => vscode.Disposable;
  readonly onDidTriggerButton: () => vscode.Disposable;
  readonly onDidTriggerItemButton: () => vscode.Disposable;
  title: string;
  step: number;
  totalSteps: number;
  placeholder: string;
  dispose(): void;
  show(): void;
}

const NO_ITEMS: Record<'items' | 'activeItems' | 'selectedItems', readonly vscode.QuickPickItem[]> = {
  items: [],
  activeItems: [],
  selectedItems: [],
};

/**
 * A person at the dialogs of one window: the questions come through VS Code's own API, the answers were laid ready.
 * A question without an answer is left open, as a person may do. `restore()` puts VS Code's dialogs back.
 */
export class Person {
  /** Every message shown, oldest first. */
  readonly messages: Shown[] = [];
  /** What the status bar said for a moment, oldest first. */
  readonly mentioned: string[] = [];
  /** Every text of messages, questions and lists, as VS Code was given it. */
  readonly read: string[] = [];
  readonly #later: { question: RegExp; answer: Promise<string> }[] = [];
  readonly #answers: { question: RegExp; answer: Answer }[] = [];
  readonly #window = vscode.window as unknown as Record<string, unknown>;
  readonly #originals = new Map<string, unknown>();

  /**
   * `closes` lets questions that nobody laid an answer for be closed, as a person does who looks around. Notifications stand
   * until they are answered: nobody has to close them.
   */
  constructor(private readonly unanswered: 'stays open' | 'closes' = 'stays open') {
    for (const name of ['showInformationMessage', 'showWarningMessage', 'showErrorMessage']) {
      this.#replace(name, (message: string, ...rest: unknown[]) => this.#message(message, rest));
    }
    this.#replace('setStatusBarMessage', (text: string) => {
      this.mentioned.push(text);
      return { dispose: () => undefined };
    });
    this.#replace('showInputBox', (options: vscode.InputBoxOptions) => {
      this.#readAll(options.title, options.prompt, options.placeHolder);
      return this.#next(options.title ?? '');
    });
    this.#replace('showQuickPick', async (items: readonly unknown[], options: vscode.QuickPickOptions) => {
      this.#readAll(options.title, options.placeHolder);
      for (const { label, description, detail } of items as readonly vscode.QuickPickItem[])
        this.#readAll(label, description, detail);
      const answer = await this.#next(options.title ?? '');
      if (options.canPickMany === true) return ticked(items as readonly vscode.QuickPickItem[], answer);
      const label = (item: unknown) => (typeof item === 'string' ? item : (item as vscode.QuickPickItem).label);
      if (answer === undefined) return undefined;
      const picked = items.find((item) =>
        typeof answer === 'string' ? label(item).includes(answer) : answer.test(label(item)),
      );
      if (picked === undefined) throw new Error(`"${String(answer)}" is not among ${items.map(label).join(', ')}`);
      return picked;
    });
    for (const name of ['showOpenDialog', 'showSaveDialog'])
      this.#replace(name, async (options: vscode.OpenDialogOptions & vscode.SaveDialogOptions) => {
        this.#readAll(options.title);
        const answer = await this.#next(options.title ?? '');
        if (answer === undefined) return undefined;
        const place = vscode.Uri.file(String(answer));
        return name === 'showOpenDialog' ? [place] : place;
      });
    this.#replace('createInputBox', () =>
      this.#step({ value: '', validationMessage: '' }, (box, answer) => {
        box.value = String(answer);
        box.accepted.fire();
        // What cannot be taken is said below the line; this person then gives up.
        if (box.validationMessage !== '') this.#told(box.validationMessage);
      }),
    );
    this.#replace('createQuickPick', () =>
      this.#step({ value: '', ...NO_ITEMS }, (pick, answer) => {
        const { items } = pick;
        for (const { label, description } of items) this.#readAll(label, description);
        const fits = ({ label }: vscode.QuickPickItem) =>
          typeof answer === 'string' ? label.includes(answer) : (answer?.test(label) ?? false);
        pick.activeItems = items.filter(fits).slice(0, 1);
        pick.selectedItems = [...new Set([...pick.selectedItems, ...items.filter(fits)])];
        pick.accepted.fire();
      }),
    );
  }

  /** A question that stays until it is answered: VS Code's input boxes and lists that are made by hand. */
  #step<T extends object>(own: T, answer: (step: T & StepParts, given: Answer) => void): object {
    const [accepted, hidden] = [new vscode.EventEmitter<void>(), new vscode.EventEmitter<void>()];
    const never = () => ({ dispose: () => undefined });
    const step: T & StepParts = {
      ...own,
      accepted,
      title: '',
      step: 0,
      totalSteps: 0,
      placeholder: '',
      onDidAccept: accepted.event,
      onDidHide: hidden.event,
      onDidChangeValue: never,
      onDidTriggerButton: never,
      onDidTriggerItemButton: never,
      dispose: () => undefined,
      show: () => void ask(),
    };
    const ask = async (): Promise<void> => {
      this.#readAll(step.title, step.placeholder);
      const given = await this.#next(`${step.title} (${step.step}/${step.totalSteps})`);
      if (given !== undefined) answer(step, given);
      hidden.fire();
    };
    return step;
  }

  #told(message: string): void {
    this.#readAll(message);
    this.messages.push({ message, detail: '', buttons: [] });
  }

  /** Lays an answer ready for the next question that matches; `undefined` closes it. */
  will(question: RegExp, answer: Answer): this {
    this.#answers.push({ question, answer });
    return this;
  }

  /** As `will`, for a notification; it stands until what is returned is called. Asked `once`, the next one is another question. */
  willLater(question: RegExp): (answer: string, asked?: 'once') => void {
    let give: (answer: string) => void = () => undefined;
    const later = { question, answer: new Promise<string>((resolve) => (give = resolve)) };
    this.#later.push(later);
    return (answer, asked) => {
      if (asked === 'once') this.#later.splice(this.#later.indexOf(later), 1);
      give(answer);
    };
  }

  async sees(text: RegExp): Promise<Shown> {
    return waitFor(
      `the message ${text}`,
      () => this.messages.find((shown) => text.test(`${shown.message} ${shown.detail}`)),
      {
        seen: () => this.messages,
      },
    );
  }

  restore(): void {
    for (const [name, original] of this.#originals) this.#window[name] = original;
  }

  #replace(name: string, stand: unknown): void {
    this.#originals.set(name, this.#window[name]);
    this.#window[name] = stand;
  }

  #message(message: string, rest: unknown[]): Promise<unknown> {
    const options = rest.find((one): one is vscode.MessageOptions => typeof one === 'object' && one !== null);
    const buttons = rest.filter((one): one is string => typeof one === 'string');
    this.#readAll(message, ...buttons);
    this.messages.push({ message, detail: options?.detail ?? '', buttons });
    const later = this.#later.find((one) => one.question.test(message));
    if (later !== undefined) return later.answer;
    const answer = this.#take(message);
    const stays = options?.modal !== true || this.unanswered === 'stays open';
    if (answer === null && stays) return new Promise(() => undefined);
    return Promise.resolve(answer?.answer);
  }

  #next(title: string): Promise<Answer> {
    const answer = this.#take(title);
    if (answer === null && this.unanswered === 'stays open')
      return Promise.reject(new Error(`Nobody answers "${title}"`));
    return Promise.resolve(answer?.answer);
  }

  #readAll(...texts: readonly (string | undefined)[]): void {
    this.read.push(...texts.filter((text) => text !== undefined));
  }

  #take(question: string): { answer: Answer } | null {
    const index = this.#answers.findIndex((one) => one.question.test(question));
    return index < 0 ? null : (this.#answers.splice(index, 1)[0] ?? null);
  }
}

/** What is ticked already stays so; those that match are ticked besides, and `undefined` closes the list. */
function ticked(items: readonly vscode.QuickPickItem[], answer: Answer): readonly vscode.QuickPickItem[] | undefined {
  if (answer === undefined) return undefined;
  const fits = ({ label }: vscode.QuickPickItem) =>
    typeof answer === 'string' ? label.includes(answer) : answer.test(label);
  if (!items.some(fits))
    throw new Error(`"${String(answer)}" is not among ${items.map(({ label }) => label).join(', ')}`);
  return items.filter((item) => item.picked === true || fits(item));
}
