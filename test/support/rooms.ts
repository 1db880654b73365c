/** What the files of a room may import, and what they may not say. */
interface Room {
  readonly files: RegExp;
  /** The rule in words, for messages. */
  readonly rule: string;
  /** Only these may be imported, by path or package name… */
  readonly only?: RegExp;
  /** …or all but these. */
  readonly never?: RegExp;
  /** Words that its code must not contain. */
  readonly words?: RegExp;
}

/** The rooms of the tree and what each may import. Every room that holds a file is asked. */
const ROOMS: readonly Room[] = [
  {
    files: /^machines\//,
    rule: 'a machine imports xstate and its siblings, and decides without a clock, chance, I/O or throw',
    only: /^(xstate|machines\/\w+\.ts)$/,
    words:
      /\b(Date|Math\.random|performance|console|globalThis|throw|set(Timeout|Interval|Immediate)|fetch|require|process\.(env|exit|pid|argv|hrtime|nextTick|on|once|emit|stdout|stderr|stdin|cwd|umask|kill|uptime|platform))\b/,
  },
  {
    files: /^src\/config\//,
    rule: 'config turns text into specs: no actors, no effects; from machines only spec and states',
    never: /^(xstate|src\/(rpc|process|output|ctl)\/|machines\/(?!(spec|states)\.ts))/,
  },
  {
    files: /^src\/(process|output|events)\//,
    rule: 'process, output and events act and know no doors; from machines only ports, events and spec',
    never: /^(src\/(config|rpc|ctl)\/|machines\/(?!(ports|events|spec)\.ts))/,
  },
  {
    files: /^src\/(rpc|web)\//,
    rule: 'rpc and web reach programs only by commands to the root and by machines/info',
    never: /^(src\/(process|config|ctl)\/|machines\/(instance|program|diff|ports)\.ts)/,
  },
  {
    files: /^src\/inspect\//,
    rule: 'inspect looks at the actors and changes nothing: it is given what it needs of the daemon',
    never: /^(src\/(process|config|output|events|ctl)\/|machines\/(instance|program|diff|ports)\.ts)/,
  },
  {
    files: /^src\/ctl\//,
    rule: 'ctl also talks to other supervisords: of this tree it imports only itself and rpc/codec, faults and password',
    never: /^(xstate|machines\/|src\/(?!ctl\/|rpc\/(codec|faults|password)\.ts))/,
  },
  {
    files: /^src\/supervisorctl\.ts/,
    rule: 'supervisorctl puts ctl and config together, and nothing of the daemon',
    never: /^(xstate|machines\/|src\/(?!ctl\/|config\/|bytecode\.ts|version\.ts))/,
  },
  {
    files: /^src\/launcher\.ts$/,
    rule: 'what is loaded before the bytecode is compiled at each start: a launcher is no more than itself',
    only: /^node:/,
  },
  {
    files: /^src\/client\//,
    rule: 'client is loaded by other programs: of this tree it imports only itself and the types of rpc/api/model',
    only: /^(node:|src\/client\/|src\/rpc\/api\/model\.ts$)/,
  },
  {
    files: /^(machines|visualizations|src\/\w+)\//,
    rule: 'the files of src/ itself put the whole together: no room imports them',
    never: /^src\/(?!(version|signals)\.)\w+\.ts$/,
  },
  {
    files: /^src\/\w+\.ts$/,
    rule: 'a command is imported by nobody',
    never: /^src\/(supervisord|supervisorctl|echo_supervisord_conf|pidproxy)\.ts$/,
  },
];

const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/;
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(?:'([^'\n]+)'|"([^"\n]+)")/g;

/** Every breach in a file of the tree, as `file:line: what: the rule`. */
export function breaches(file: string, text: string): readonly string[] {
  const code = text.replace(new RegExp(`(${STRING.source})|${COMMENT.source}`, 'g'), (found, string) =>
    string === undefined ? blank(found) : found,
  );
  const rooms = ROOMS.filter(({ files }) => files.test(file));
  const imports = [...code.matchAll(IMPORT)].flatMap(match => {
    const target = resolve(file, match[1] ?? match[2] ?? '');
    return rooms
      .filter(room => !isAllowed(room, target))
      .map(({ rule }) => `${file}:${lineOf(code, match.index)}: imports ${target}: ${rule}`);
  });
  const spoken = code.replace(new RegExp(STRING.source, 'g'), blank);
  const words = rooms.flatMap(({ words: forbidden, rule }) =>
    forbidden === undefined
      ? []
      : [...spoken.matchAll(new RegExp(forbidden.source, 'g'))].map(
          match => `${file}:${lineOf(spoken, match.index)}: says ${match[0]}: ${rule}`,
        ),
  );
  return [...imports, ...words];
}

const isAllowed = ({ only, never }: Room, target: string): boolean =>
  (only?.test(target) ?? true) && !(never?.test(target) ?? false);

/** An import's target as a path of the tree, or as it stands where it is a package. */
const resolve = (file: string, target: string): string =>
  target.startsWith('.') ? new URL(target, `tree:///${file}`).pathname.slice(1) : target;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;
