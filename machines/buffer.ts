interface Link<Item> {
  readonly item: Item;
  readonly weight: number;
  readonly rest: Link<Item> | undefined;
}

/** Items in a row; every change is a new row and costs the same, however long it is. */
export interface Row<Item> {
  readonly size: number;
  /** What all of them weigh together. */
  readonly weight: number;
  /** The first ones, in order. */
  readonly front: Link<Item> | undefined;
  /** The ones behind them, the last one first. */
  readonly back: Link<Item> | undefined;
}

export const emptyRow: Row<never> = { size: 0, weight: 0, front: undefined, back: undefined };

/** With an item of some weight at the end. */
export const append = <Item>(
  { size, weight, front, back }: Row<Item>,
  item: Item,
  its: number,
): Row<Item> => ({
  size: size + 1,
  weight: weight + its,
  front,
  back: { item, weight: its, rest: back },
});

/** With an item of some weight before all others. */
export const prepend = <Item>(
  { size, weight, front, back }: Row<Item>,
  item: Item,
  its: number,
): Row<Item> => ({
  size: size + 1,
  weight: weight + its,
  front: { item, weight: its, rest: front },
  back,
});

/** The first item and the rest; undefined where there is none. */
export const takeFirst = <Item>({ size, weight, front, back }: Row<Item>) => {
  const first = front ?? turned(back);
  if (first === undefined) return undefined;
  const rest: Row<Item> = {
    size: size - 1,
    weight: weight - first.weight,
    front: first.rest,
    back: front === undefined ? undefined : back,
  };
  return { first: first.item, rest };
};

function turned<Item>(link: Link<Item> | undefined): Link<Item> | undefined {
  let front: Link<Item> | undefined;
  for (let next = link; next !== undefined; next = next.rest) front = { ...next, rest: front };
  return front;
}
