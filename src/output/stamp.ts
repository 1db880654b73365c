const two = (number: number): string => String(number).padStart(2, '0');
const three = (number: number): string => String(number).padStart(3, '0');

let lastSecond = Number.NaN;
let lastText = '';

/** A moment as Supervisor's log has it, in local time: `2026-11-22 14:05:54,123`. */
export function stamp(at = new Date()): string {
  const milliseconds = at.getTime();
  const second = Math.floor(milliseconds / 1000);
  // A flood of lines asks for the same second again and again.
  if (second !== lastSecond) {
    lastSecond = second;
    lastText =
      `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` +
      `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  }
  return `${lastText},${three(milliseconds - second * 1000)}`;
}
