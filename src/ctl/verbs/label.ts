/** Puts a name before each line of a stream whose pieces end anywhere. */
export interface LineLabel {
  /** Promises the lines that these bytes complete, each with its label. */
  take(bytes: Buffer): Buffer;
  /** Promises what was held back for want of a line's end. */
  rest(): Buffer;
}

/** The colours that names take in turn: those that are legible on light and dark grounds. */
const colours = [36, 33, 32, 35, 34, 31];
const newline = 0x0a;

/** Promises a maker of labels that are equally wide and, if wanted, coloured by name. */
export function labels(names: readonly string[], coloured: boolean): (name: string) => LineLabel {
  const width = Math.max(...names.map(name => name.length));
  return name => {
    const text = `${name.padEnd(width)} |`;
    const colour = colours[names.indexOf(name) % colours.length];
    return lineLabel(Buffer.from(coloured ? `\x1b[${colour}m${text}\x1b[0m ` : `${text} `));
  };
}

function lineLabel(label: Buffer): LineLabel {
  let held = Buffer.alloc(0);
  return {
    take(bytes) {
      const all = Buffer.concat([held, bytes]);
      const lines: Buffer[] = [];
      let from = 0;
      for (let end = all.indexOf(newline); end >= 0; end = all.indexOf(newline, from)) {
        lines.push(label, all.subarray(from, end + 1));
        from = end + 1;
      }
      held = all.subarray(from);
      return Buffer.concat(lines);
    },
    rest() {
      const last = held.length > 0 ? Buffer.concat([label, held, Buffer.from('\n')]) : held;
      held = Buffer.alloc(0);
      return last;
    },
  };
}
