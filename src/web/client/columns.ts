import type { SortKey } from './shown.ts';

/** The columns of the list, besides the one for the selection. */
export const COLUMNS: readonly { readonly sort?: SortKey; readonly class: string; readonly words: string }[] =
  [
    { sort: 'name', class: 'name', words: 'Name' },
    { sort: 'state', class: 'what', words: 'State' },
    { sort: 'pid', class: 'pid', words: 'Pid' },
    { sort: 'uptime', class: 'uptime', words: 'Uptime' },
    { sort: 'cpu', class: 'cpu', words: 'CPU' },
    { sort: 'memory', class: 'memory', words: 'Memory' },
    { class: 'past', words: 'Exits' },
    { class: 'note', words: 'Description' },
    { class: 'deeds', words: 'Actions' },
  ];

/** Whoever sorts by what is used wants to see the most of it. */
export const isBigFirst = (sort: SortKey): boolean => sort === 'cpu' || sort === 'memory';
