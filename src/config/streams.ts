import type { LogDestination, StreamSpec } from '../../machines/spec.ts';
import type { Scope } from './expand.ts';
import type { Values } from './options/option.ts';
import { type PROGRAM_ONCE, STREAMS } from './options/programs.ts';
import type { SectionReader } from './section.ts';

type Stream = keyof typeof STREAMS;
type Once = Values<typeof PROGRAM_ONCE>;

/** Says what of a destination is old fashioned, or without effect. */
function warnOf(reader: SectionReader, stream: Stream, { to }: LogDestination, redirected: boolean): void {
  const about = `For [${reader.section.name}]`;
  if (to === 'syslog') {
    reader.warn(
      `${about}, ${stream}_logfile=syslog but this is deprecated and will be removed.  ` +
        `Use ${stream}_syslog=true to enable syslog instead.`,
      `${stream}_logfile`,
    );
  } else if (redirected && to === 'file') {
    reader.warn(
      `${about}, redirect_stderr=true but stderr_logfile has also been set to a filename, ` +
        'the filename has been ignored',
      `${stream}_logfile`,
    );
  }
}

/** By their defaults, the streams of which nothing is written: all programs share them. */
const unwritten = new WeakMap<object, StreamSpec>();

/** Reads the stdout_* or stderr_* family of a process. */
export function readStream(reader: SectionReader, stream: Stream, once: Once, scope: Scope): StreamSpec {
  const values = reader.values(STREAMS[stream], scope, `${stream}_`);
  const redirected = stream === 'stderr' && once.redirect_stderr;
  const isHeard = once[`${stream}_capture_maxbytes`] !== 0 || once[`${stream}_events_enabled`];
  if (redirected || isHeard || !Object.isFrozen(values))
    return specOf(reader, stream, once, values, redirected);
  const known = unwritten.get(values) ?? specOf(reader, stream, once, values, redirected);
  unwritten.set(values, known);
  return known;
}

function specOf(
  reader: SectionReader,
  stream: Stream,
  once: Once,
  values: Values<(typeof STREAMS)[Stream]>,
  redirected: boolean,
): StreamSpec {
  const { logfile, syslog, rotate } = values;
  warnOf(reader, stream, logfile, redirected);
  // Each field by its name: objects made by a spread have hidden classes of their own, as large again as they are.
  return {
    logfile: [redirected || logfile.to === 'syslog' ? { to: 'none' } : logfile],
    logfile_maxbytes: values.logfile_maxbytes,
    logfile_backups: values.logfile_backups,
    capture_maxbytes: once[`${stream}_capture_maxbytes`],
    events_enabled: once[`${stream}_events_enabled`],
    syslog: syslog || logfile.to === 'syslog',
    overflow: values.overflow,
    format: values.format,
    rotate: rotate === 'none' ? 'size' : rotate,
    compress: values.compress,
  };
}
