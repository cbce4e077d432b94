import * as vscode from 'vscode';
import { choose, inform } from '../say/notify';
import { pickMany } from '../say/pick';

/** What another extension can be allowed, each by itself. */
export const CONSENT_KINDS = ['events', 'create', 'move'] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];

const KEPT = 'switchyard.apiConsents';

type Kept = Readonly<Record<string, 'allowed' | 'denied'>>;

/**
 * A person's word about what other extensions may do. It is kept in VS Code's own global state, for all windows. VS Code does
 * not say which extension calls, so an id is taken at its word: this keeps order among extensions, it is no wall between them.
 */
export class Consents {
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(private readonly memory: vscode.Memento) {}

  /** Whether it is allowed; the person is asked the first time. One that is not installed is allowed nothing. */
  ask(id: string, kind: ConsentKind): Promise<boolean> {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined) return Promise.resolve(false);
    const name = `${extension.id.toLowerCase()} ${kind}`;
    const known = this.#kept()[name];
    if (known !== undefined) return Promise.resolve(known === 'allowed');
    const asking =
      this.#asking.get(name) ?? this.#decide(extension, kind, name).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  /** Lets a person take back what was said: the extension is asked about again. */
  async review(): Promise<void> {
    const names = Object.entries(this.#kept());
    if (names.length === 0) {
      void inform(vscode.l10n.t('No other extension has asked for anything yet.'));
      return;
    }
    const choices = names.map(([name, said]) => ({ label: name.replace(' ', ': '), description: said, value: name }));
    const title = vscode.l10n.t('Forget what was said about which extensions?');
    const forgotten = await pickMany(choices, { title });
    if (forgotten === undefined) return;
    await this.memory.update(KEPT, Object.fromEntries(names.filter(([name]) => !forgotten.includes(name))));
  }

  async #decide({ id, packageJSON }: vscode.Extension<unknown>, kind: ConsentKind, name: string): Promise<boolean> {
    const shown: unknown = (packageJSON as { displayName?: unknown } | null)?.displayName;
    const who = typeof shown === 'string' ? `${shown} (${id})` : id;
    const [allow, deny] = [vscode.l10n.t('Allow'), vscode.l10n.t('Deny')];
    const answer = await choose(QUESTIONS[kind](who), vscode.l10n.t('It is asked once. Switchyard: Review Extensions takes it back.'), [allow, deny]); // prettier-ignore
    // Who closes the question has not said no for ever.
    if (answer !== undefined) await this.memory.update(KEPT, { ...this.#kept(), [name]: answer === allow ? 'allowed' : 'denied' }); // prettier-ignore
    return answer === allow;
  }

  #kept(): Kept {
    return this.memory.get<Kept>(KEPT, {});
  }
}

const QUESTIONS: Readonly<Record<ConsentKind, (who: string) => string>> = {
  events: (who) => vscode.l10n.t('May {0} be told when stories are made or move?', who),
  create: (who) => vscode.l10n.t('May {0} make stories?', who),
  move: (who) => vscode.l10n.t('May {0} move stories to other stages?', who),
};
