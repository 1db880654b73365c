import type { Instant } from '../../machines/events.ts';
import type { ProcessInfo } from '../../machines/info.ts';
import type { Seconds } from '../../machines/spec.ts';
import type { StateName } from '../../machines/states.ts';
import { fullName } from './address.ts';

type Describe = (info: ProcessInfo, now: Instant) => string;

const lastEnd: Describe = ({ start, stop }) =>
  start === undefined || stop === undefined ? 'Not started' : localTime(stop.wall);

const whatFailed: Describe = info =>
  info.spawnerr === '' ? `unknown error (try "tail ${fullName(info)}")` : info.spawnerr;

const uptime: Describe = ({ pid, start }, now) => {
  const milliseconds = start === undefined ? 0 : now.monotonic - start.monotonic;
  return `pid ${pid}, uptime ${duration(Math.max(0, Math.floor(milliseconds / 1000)))}`;
};

const nothing: Describe = () => '';

const descriptions: Readonly<Record<StateName, Describe>> = {
  STOPPED: lastEnd,
  STARTING: nothing,
  RUNNING: uptime,
  BACKOFF: whatFailed,
  STOPPING: nothing,
  EXITED: lastEnd,
  FATAL: whatFailed,
  UNKNOWN: nothing,
};

/** The text that `supervisorctl status` shows beside a state; scripts read it, so it is Supervisor's to the letter. */
export const describe: Describe = (info, now) => descriptions[info.state](info, now);

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`);

/** `0:00:05`, `1 day, 2:03:04`. */
function duration(seconds: Seconds): string {
  const days = Math.floor(seconds / 86_400);
  const ofDay = seconds % 86_400;
  const clock = `${Math.floor(ofDay / 3600)}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
  if (days === 0) return clock;
  return `${days} day${days === 1 ? '' : 's'}, ${clock}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Apr 04 02:34 AM`, in the daemon's time zone. */
function localTime(wall: Seconds): string {
  const date = new Date(wall * 1000);
  const hours = date.getHours();
  const hour = two(hours % 12 === 0 ? 12 : hours % 12);
  const half = hours < 12 ? 'AM' : 'PM';
  return `${months[date.getMonth()]} ${two(date.getDate())} ${hour}:${two(date.getMinutes())} ${half}`;
}
