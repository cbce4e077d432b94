import type { Card } from '../../src/core/board/card';
import type { Pill } from '../../src/core/board/keptFilters';

/** One condition of the filter box. A card has to meet all of them. */
export type FilterTerm =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'label'; readonly text: string }
  | { readonly kind: 'agent'; readonly text: string };

const TOKEN = /(?:(label|agent):)?(?:"([^"]*)"?|(\S+))/gi;

/** Reads `text`, `"two words"`, `#42`, `label:billing` and `agent:opencode`. What is half typed hides nothing. */
export function readFilter(text: string): FilterTerm[] {
  return [...text.matchAll(TOKEN)].flatMap(([whole, field, quoted, plain]): FilterTerm[] => {
    const value = (quoted ?? plain ?? '').toLowerCase();
    if (value === '' || value === '#' || /^(?:label|agent):$/i.test(whole)) return [];
    if (field !== undefined) return [{ kind: field.toLowerCase() === 'label' ? 'label' : 'agent', text: value }];
    const number = /^#(\d+)$/.exec(value)?.[1];
    return [number === undefined ? { kind: 'text', text: value } : { kind: 'number', number: Number(number) }];
  });
}

export function matchesFilter(card: Card, terms: readonly FilterTerm[]): boolean {
  return terms.every((term) => meets(card, term));
}

function meets(card: Card, term: FilterTerm): boolean {
  switch (term.kind) {
    case 'number':
      return card.number === term.number;
    case 'label':
      return card.labels.some((label) => label.toLowerCase().includes(term.text));
    case 'agent':
      return card.agent?.toLowerCase().includes(term.text) ?? false;
    case 'text':
      return textOf(card).toLowerCase().includes(term.text);
  }
}

function textOf(card: Card): string {
  const facts = card.facts.filter((fact) => typeof fact === 'string');
  return [`#${card.number}`, card.title, card.type, ...card.labels, ...facts, card.why ?? ''].join('\n');
}

export function matchesPill(card: Card, pill: Pill): boolean {
  switch (pill) {
    case 'all':
      return true;
    case 'needsYou':
      return card.need !== null;
    case 'running':
      return card.state === 'working' || card.state === 'recovering';
  }
}
