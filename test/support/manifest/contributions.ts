import { ACTION_IDS, ACTIONS, MENU_PARTS, titleOf, type ActionId } from '../../../src/core/board/actions';
import * as z from 'zod/mini';
import { CHAT_ASKS, CHAT_VERBS } from '../../../src/core/chat/chatRequest';
import { CHAT_ENTRIES, PARTICIPANT, SERVER_PROVIDER } from '../../../src/host/chat/chatList';
import { PLAIN_COMMANDS, type PlainCommand, type PlainCommandId } from '../../../src/host/commands/commandList';

interface MenuEntry {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}

interface SubmenuEntry {
  readonly submenu: string;
  readonly when: string;
  readonly group: string;
}

/** The parts of `contributes` that come from the lists of actions and commands. */
export interface Contributions {
  readonly commands: readonly { command: string; title: string; category: string; icon?: string }[];
  readonly menus: Readonly<
    Record<
      | 'commandPalette'
      | 'editor/context'
      | 'editor/title'
      | 'scm/title'
      | 'comments/commentThread/context'
      | 'comments/commentThread/title'
      | 'comments/comment/title'
      | 'comments/comment/context'
      | 'view/title'
      | `switchyard.${Submenu}`,
      readonly MenuEntry[]
    >
  > & { readonly 'view/item/context': readonly (MenuEntry | SubmenuEntry)[] };
  readonly submenus: readonly { id: string; label: string }[];
  readonly keybindings: readonly { command: string; key: string; mac: string; when: string }[];
  readonly languageModelTools: readonly object[];
  readonly chatParticipants: readonly object[];
  readonly mcpServerDefinitionProviders: readonly object[];
}

/** VS Code's own editor of several files. */
const IN_REVIEW = 'activeEditor == multiDiffEditor';
const VIEW = 'view == switchyard.stories';
const PLAIN_IDS = Object.keys(PLAIN_COMMANDS) as PlainCommandId[];

/** Actions that are commands for stories. The others on the list are commands of their own, offered on a card as well. */
function isForStories(id: ActionId): boolean {
  return ACTIONS[id].menu !== null;
}

export function contributions(): Contributions {
  const actions = ACTION_IDS.filter(isForStories);
  return {
    commands: [
      ...PLAIN_IDS.map((id) => command(id, PLAIN_COMMANDS[id].icon)),
      ...actions.map((id) => command(id, ACTIONS[id].icon)),
    ],
    menus: {
      commandPalette: [
        ...actions.map((id) => ({ command: `switchyard.${id}`, when: `switchyard.can.${id}` })),
        ...PLAIN_IDS.flatMap(inPalette),
      ],
      'editor/context': PLAIN_IDS.flatMap(inEditor),
      'scm/title': PLAIN_IDS.flatMap(inSourceControl),
      'editor/title': PLAIN_IDS.flatMap(inReview),
      'comments/commentThread/context': PLAIN_IDS.flatMap((id) => onComments(id, 'input')),
      'comments/commentThread/title': PLAIN_IDS.flatMap((id) => onComments(id, 'thread')),
      'comments/comment/title': PLAIN_IDS.flatMap((id) => onComments(id, 'comment')),
      'comments/comment/context': PLAIN_IDS.flatMap((id) => onComments(id, 'edited comment')),
      'view/title': PLAIN_IDS.flatMap(inTitle),
      'view/item/context': [
        ...actions.flatMap(onStory),
        ...SUBMENU_PARTS.map(submenuOnStory),
        ...PLAIN_IDS.flatMap(onRepository),
      ],
      'switchyard.open': [
        { command: 'switchyard.showStoryPage', when: 'viewItem =~ /^story;/', group: '0_page@0' },
        ...inSubmenu('open'),
      ],
      'switchyard.move': inSubmenu('move'),
      'switchyard.describe': inSubmenu('describe'),
    },
    submenus: SUBMENU_PARTS.map((part) => ({ id: `switchyard.${part}`, label: `%submenu.${part}%` })),
    keybindings: PLAIN_IDS.flatMap(onKeys),
    languageModelTools: CHAT_VERBS.map((verb) => {
      const { tool, reference, forModels } = CHAT_ENTRIES[verb];
      const inputSchema = { ...z.toJSONSchema(CHAT_ASKS[verb], { io: 'input' }), $schema: undefined };
      return {
        name: tool,
        toolReferenceName: reference,
        displayName: `%chat.${verb}%`,
        userDescription: `%chat.${verb}.about%`,
        // For a model, which reads one language.
        modelDescription: forModels,
        canBeReferencedInPrompt: true,
        icon: '$(git-merge)',
        tags: ['switchyard'],
        inputSchema,
      };
    }),
    chatParticipants: [
      {
        id: PARTICIPANT,
        name: 'switchyard',
        fullName: 'Switchyard',
        description: '%chat.participant%',
        isSticky: false,
        commands: CHAT_VERBS.map((verb) => ({ name: verb, description: `%chat.${verb}.about%` })),
      },
    ],
    mcpServerDefinitionProviders: [{ id: SERVER_PROVIDER, label: 'Switchyard' }],
  };
}

/** Texts for package.nls.json by their keys: of commands, and of what a chat offers. */
export function commandTitles(): Record<string, string> {
  const plain = PLAIN_IDS.map((id) => [`command.${id}`, titleOf(PLAIN_COMMANDS[id])]);
  const actions = ACTION_IDS.filter(isForStories).map((id) => [`command.${id}`, titleOf(ACTIONS[id])]);
  const chat = CHAT_VERBS.flatMap((verb) => [
    [`chat.${verb}`, CHAT_ENTRIES[verb].title],
    [`chat.${verb}.about`, CHAT_ENTRIES[verb].about],
  ]);
  const participant = ['chat.participant', 'What do your stories do, and what keeps them?'];
  const submenus = SUBMENU_PARTS.map((part) => [`submenu.${part}`, SUBMENUS[part]]);
  return Object.fromEntries([...plain, ...actions, ...chat, participant, ...submenus]) as Record<string, string>;
}

function command(id: string, icon: string | null): Contributions['commands'][number] {
  const shown = icon === null ? {} : { icon: `$(${icon})` };
  return { command: `switchyard.${id}`, title: `%command.${id}%`, category: 'Switchyard', ...shown };
}

/** The condition under which a command can be used; null where it always can. */
function condition(id: PlainCommandId): string | null {
  switch (PLAIN_COMMANDS[id].applies) {
    case 'always':
      return null;
    case 'on a repository':
      return 'switchyard.state == ready';
    case 'on several repositories':
      return 'switchyard.state == ready && switchyard.areSeveral';
    case 'with commands':
      return 'switchyard.state == ready && switchyard.hasCommands';
    case 'after a stray run':
      return 'switchyard.state == ready && switchyard.hasRunChanges';
    case 'on a red target':
      return 'switchyard.state == ready && switchyard.targetIsRed';
    case 'while agents may start':
      return 'switchyard.state == ready && !config.switchyard.agentsPaused';
    case 'while agents are paused':
      return 'switchyard.state == ready && config.switchyard.agentsPaused';
    case 'with a left lock':
      return 'switchyard.state == ready && switchyard.hasLeftLock';
    case 'while git waits':
      return 'switchyard.state == ready && switchyard.gitWaits';
    case 'after a loss':
      return 'switchyard.state == ready && switchyard.hasLosses';
    case 'in a worktree':
      return 'switchyard.state == ready && switchyard.windowStoryCanBeReady';
    case 'on a review':
      return `${IN_REVIEW} && switchyard.review == held`;
    case 'in a review':
      return `${IN_REVIEW} && switchyard.review`;
    case 'with news in a review':
      return `${IN_REVIEW} && switchyard.reviewHasNew`;
    case 'never from the palette':
      return 'false';
  }
}

function inPalette(id: PlainCommandId): MenuEntry[] {
  const when = condition(id);
  // Before `New Story…` in the alphabet: whoever types that and has selected nothing means that.
  const selected = 'inEditor' in PLAIN_COMMANDS[id] ? ' && editorHasSelection' : '';
  return when === null ? [] : [{ command: `switchyard.${id}`, when: `${when}${selected}` }];
}

function inTitle(id: PlainCommandId, place: number): MenuEntry[] {
  const entry = PLAIN_COMMANDS[id];
  if (!('inTitle' in entry)) return [];
  const when = [VIEW, condition(id)].filter((one) => one !== null).join(' && ');
  return [{ command: `switchyard.${id}`, when, group: `${entry.inTitle}@${place + 1}` }];
}

function onKeys(id: PlainCommandId): Contributions['keybindings'][number][] {
  const entry = PLAIN_COMMANDS[id];
  if (!('keys' in entry)) return [];
  const when = condition(id) ?? 'true';
  return [{ command: `switchyard.${id}`, key: entry.keys, mac: entry.keys.replaceAll('ctrl', 'cmd'), when }];
}

function inEditor(id: PlainCommandId): MenuEntry[] {
  const entry = PLAIN_COMMANDS[id];
  if (!('inEditor' in entry)) return [];
  const when = [condition(id), 'editorHasSelection', 'resourceScheme != switchyard'].filter((one) => one !== null);
  return [{ command: `switchyard.${id}`, when: when.join(' && '), group: '9_switchyard' }];
}

/** Before what VS Code itself puts there. */
function inReview(id: PlainCommandId): MenuEntry[] {
  const entry = PLAIN_COMMANDS[id];
  const when = condition(id);
  if (!('inReview' in entry) || when === null) return [];
  return [{ command: `switchyard.${id}`, when, group: `navigation@${entry.inReview - 10}` }];
}

function inSourceControl(id: PlainCommandId): MenuEntry[] {
  if (!('inSourceControl' in PLAIN_COMMANDS[id])) return [];
  return [{ command: `switchyard.${id}`, when: `scmProvider == git && ${condition(id) ?? ''}`, group: 'navigation' }];
}

type CommentPlace = NonNullable<PlainCommand['onComments']>['at'];

function onComments(id: PlainCommandId, at: CommentPlace): MenuEntry[] {
  const entry = PLAIN_COMMANDS[id];
  if (!('onComments' in entry) || entry.onComments.at !== at) return [];
  const { onComments: place } = entry;
  const when = ['commentController == switchyard.review', ...('states' in place ? [`commentThread =~ /^(${place.states})$/`] : [])]; // prettier-ignore
  const together = PLAIN_IDS.filter((one) => isOnComments(one, at));
  return [
    { command: `switchyard.${id}`, when: when.join(' && '), group: `inline@${String(together.indexOf(id) + 1)}` },
  ];
}

function isOnComments(id: PlainCommandId, at: CommentPlace): boolean {
  const entry = PLAIN_COMMANDS[id];
  return 'onComments' in entry && entry.onComments.at === at;
}

function onRepository(id: PlainCommandId, place: number): MenuEntry[] {
  if (!('onRepository' in PLAIN_COMMANDS[id])) return [];
  const entry = { command: `switchyard.${id}`, when: `${VIEW} && viewItem == repository` };
  const inMenu = { ...entry, group: `1_repository@${place}` };
  return id === 'newStory' || id === 'switchRepository' ? [inMenu, { ...entry, group: `inline@${place}` }] : [inMenu];
}

function onStory(id: ActionId, place: number): MenuEntry[] {
  const { menu, button, deep } = ACTIONS[id];
  if (menu === null) return [];
  const entry = { command: `switchyard.${id}`, when: `${VIEW} && viewItem =~ /;${id};/` };
  const inMenu = deep === undefined ? [{ ...entry, group: partOf(menu, place) }] : [];
  if (button === undefined) return inMenu;
  const when = button === 'always' ? entry.when : `${entry.when} && !(viewItem =~ /;working;/)`;
  return [...inMenu, { ...entry, when, group: `inline@${place}` }];
}

function partOf(menu: (typeof MENU_PARTS)[number], place: number): string {
  return `${MENU_PARTS.indexOf(menu) + 1}_${menu}@${place}`;
}

/** Parts of a story's menu that have a submenu for what is asked for less often. */
const SUBMENUS = { open: 'More to Look At', move: 'More Moves', describe: 'Describe' } as const;
type Submenu = keyof typeof SUBMENUS;
const SUBMENU_PARTS = Object.keys(SUBMENUS) as Submenu[];

function deepActions(part: Submenu): ActionId[] {
  return ACTION_IDS.filter((id) => ACTIONS[id].menu === part && ACTIONS[id].deep === true);
}

/** Where a submenu stands in the menu of a row: last in its part, and only where something is in it. */
function submenuOnStory(part: Submenu): SubmenuEntry {
  const ids = deepActions(part).join('|');
  return { submenu: `switchyard.${part}`, when: `${VIEW} && viewItem =~ /;(?:${ids});/`, group: partOf(part, 99) };
}

function inSubmenu(part: Submenu): MenuEntry[] {
  return deepActions(part).map((id, place) => ({
    command: `switchyard.${id}`,
    when: `viewItem =~ /;${id};/`,
    group: `1_${part}@${place}`,
  }));
}
