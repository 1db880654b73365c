import type { Seconds } from '../../machines/spec.ts';
import { EVENT_TYPES } from './eventtypes.ts';
import type { Scope } from './expand.ts';
import { WEBHOOK } from './options/extensions.ts';
import type { Section } from './parse.ts';
import { type Reading, SectionReader } from './section.ts';
import { nearest } from './suggest.ts';

/** A [webhook:x]: a URL that is told of events. */
export interface WebhookSpec {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string | undefined;
  readonly buffer_size: number;
  readonly timeout: Seconds;
  readonly retries: number;
}

function readWebhook(reading: Reading, section: Section, scope: Scope): WebhookSpec[] {
  const reader = new SectionReader(reading, section);
  const about = `[${section.name}]`;
  const { url, events, ...rest } = reader.values(WEBHOOK, scope);
  const types = (events ?? []).map(name => name.toUpperCase());
  if (!reader.entry('url')) reader.refuse(`${about} section requires a "url" line`, 'url');
  if (types.length === 0) reader.refuse(`${about} section requires an "events" line`, 'events');
  for (const type of types.filter(event => !EVENT_TYPES.includes(event))) {
    reader.refuse(`Unknown event type ${type} in ${about} events`, 'events', {
      expected: 'types of events, such as PROCESS_STATE or TICK_60',
      nearest: nearest(type, EVENT_TYPES),
    });
  }
  return url === undefined
    ? []
    : [{ name: section.name.slice('webhook:'.length), url, events: types, ...rest }];
}

/** Every [webhook:x]. */
export const readWebhooks = (reading: Reading, scope: Scope): readonly WebhookSpec[] =>
  [...reading.sections.values()]
    .filter(({ name }) => name.startsWith('webhook:'))
    .flatMap(section => readWebhook(reading, section, scope));
