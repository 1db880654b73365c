import { type ListenerSpec, RESULT_HANDLERS } from '../../machines/spec.ts';
import { isFile } from './disk.ts';
import { EVENT_TYPES } from './eventtypes.ts';
import { LISTENER_ONLY, PROGRAM_ONCE } from './options/programs.ts';
import type { Section } from './parse.ts';
import { modulePath } from './plugin.ts';
import type { ProgramContext } from './processes.ts';
import { SectionReader } from './section.ts';
import { nearest } from './suggest.ts';

/** What an [eventlistener:x] has besides its processes. */
export function readListener(
  context: ProgramContext,
  section: Section,
): ListenerSpec & { readonly priority: number } {
  const reader = new SectionReader(context, section);
  const about = `[${section.name}]`;
  const { scope } = context;
  const priority = reader.read('priority', LISTENER_ONLY.priority, scope);
  const buffer_size = reader.read('buffer_size', LISTENER_ONLY.buffer_size, scope);
  if (buffer_size < 1)
    reader.refuse(`${about} section sets invalid buffer_size (${buffer_size})`, 'buffer_size', {
      expected: 'at least 1',
    });
  const result_handler = reader.read('result_handler', LISTENER_ONLY.result_handler, scope);
  const known = RESULT_HANDLERS.find(name => name === result_handler);
  const handler = known ?? modulePath(result_handler, section.place.file, context.world);
  if (!known && !isFile(handler)) {
    reader.refuse(`${result_handler} cannot be resolved within ${about}`, 'result_handler');
  }
  const events = (reader.read('events', LISTENER_ONLY.events, scope) ?? []).map(name => name.toUpperCase());
  if (events.length === 0) reader.refuse(`${about} section requires an "events" line`, 'events');
  for (const name of events.filter(event => !EVENT_TYPES.includes(event))) {
    reader.refuse(`Unknown event type ${name} in ${about} events`, 'events', {
      expected: 'types of events, such as PROCESS_STATE or TICK_60',
      nearest: nearest(name, EVENT_TYPES),
    });
  }
  if (reader.read('redirect_stderr', PROGRAM_ONCE.redirect_stderr, scope)) {
    reader.refuse(
      `${about} section sets redirect_stderr=true but this is not allowed because it will interfere with the ` +
        'eventlistener protocol',
      'redirect_stderr',
    );
  }
  return { priority, buffer_size, events, result_handler: handler };
}
