const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The ways in which programs write the time into a line; a time without a zone is local. */
const forms: readonly {
  readonly pattern: RegExp;
  readonly read: (found: RegExpExecArray, now: Date) => Date;
}[] = [
  {
    // 2024-05-01 14:05:06,123 and 2024-05-01T14:05:06.123Z and 2024/05/01 14:05:06
    pattern: /(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/,
    read: ([, year, month, day, time, fraction = '0', zone = '']) =>
      new Date(`${year}-${month}-${day}T${time}.${fraction.slice(0, 3)}${withColon(zone)}`),
  },
  {
    // 01/May/2024:14:05:06 +0200, as web servers log
    pattern: /(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})/,
    read: ([, day, month = '', year, time, zone = '']) =>
      new Date(`${year}-${monthNumber(month)}-${day}T${time}${withColon(zone)}`),
  },
  {
    // May  1 14:05:06, as syslog has it: the year is this one, or the last when that would be in the future
    pattern: /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)/,
    read: ([, month = '', day = '', time], now) => {
      const rest = `${monthNumber(month)}-${day.padStart(2, '0')}T${time}`;
      const thisYear = new Date(`${now.getFullYear()}-${rest}`);
      return thisYear > now ? new Date(`${now.getFullYear() - 1}-${rest}`) : thisYear;
    },
  },
];

/** Where in a line a time is looked for. */
const searched = 200;

function withColon(zone: string): string {
  return zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
}

function monthNumber(name: string): string {
  return `${months.indexOf(name.toLowerCase()) + 1}`.padStart(2, '0');
}

/** Promises the time that a line carries, or undefined. */
export function timeOf(line: string, now: Date = new Date()): Date | undefined {
  const start = line.slice(0, searched);
  for (const { pattern, read } of forms) {
    const found = pattern.exec(start);
    const time = found && read(found, now);
    if (time && !Number.isNaN(time.getTime())) return time;
  }
  return undefined;
}

/** Where the young part of a text begins. */
export interface Found {
  readonly index: number;
  /** Whether it is the first line that carries a time at all. */
  readonly isFirst: boolean;
}

/** Promises where the first line that is not older than `since` begins (the text's end if there is none). */
export function firstLineSince(text: string, since: Date): Found | 'no times' {
  let hasTimes = false;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    const time = timeOf(text.slice(at, next));
    if (time && time >= since) return { index: at, isFirst: !hasTimes };
    hasTimes ||= time !== undefined;
    at = next;
  }
  return hasTimes ? { index: text.length, isFirst: false } : 'no times';
}

/** Reads `14:05`, `14:05:06`, a date, or a date with a time, as local time unless it has a zone. */
export function readMoment(text: string, now: Date = new Date()): Date | undefined {
  const clock = /^\d\d:\d\d(:\d\d)?$/.test(text);
  const today = `${now.getFullYear()}-${`${now.getMonth() + 1}`.padStart(2, '0')}-${`${now.getDate()}`.padStart(2, '0')}`;
  const date = /^\d{4}-\d\d-\d\d$/.test(text);
  const moment = new Date(clock ? `${today}T${text}` : date ? `${text}T00:00` : text.replace(' ', 'T'));
  return Number.isNaN(moment.getTime()) || !/\d\d/.test(text) ? undefined : moment;
}
