import { hear } from '../../../../machines/supervisor.ts';
import type { Backend } from '../../backend.ts';
import { HttpError } from '../../reply.ts';
import { happeningOf } from '../happenings.ts';
import type { ApiEvent, Happening } from '../model.ts';
import type { Operation, QueryParam } from '../operation.ts';
import { Ring } from '../ring.ts';
import { streamEvents } from '../stream.ts';

/** So many events are kept for clients that come back: a crash storm of some ten seconds. */
const kept = 4096;

const filters: readonly QueryParam[] = [
  {
    name: 'type',
    about: 'Only events whose type is this or begins with it and a dot; may be given several times',
    schema: { type: 'string' },
  },
  { name: 'group', about: 'Only events of this group', schema: { type: 'string' } },
];

/** Which happenings a query asks for. */
function wanted(query: URLSearchParams): (happening: Happening) => boolean {
  const [types, group] = [query.getAll('type'), query.get('group')];
  return happening =>
    (types.length === 0 || types.some(type => `${happening.type}.`.startsWith(`${type}.`))) &&
    (group === null || ('group' in happening && happening.group === group));
}

/** A whole number from a query; throws a problem of status 400 where it is none, or too small. */
function readCount(query: URLSearchParams, name: string, otherwise: number, least: number): number {
  const count = Number(query.get(name) ?? otherwise);
  if (!Number.isInteger(count) || count < least) throw new HttpError(400);
  return count;
}

/** What happens, as it happens, and what happened last. */
export const eventOperations = (backend: Backend): readonly Operation[] => {
  const ring = new Ring<Happening>(kept);
  const epoch = Math.floor(backend.now().wall * 1000).toString(36);
  hear(backend.root, notice => {
    const happening = happeningOf(notice);
    if (happening !== undefined) ring.add(happening, backend.now().wall);
  });
  return [
    {
      id: 'listEvents',
      method: 'GET',
      path: '/events/history',
      summary: 'The last things that happened, oldest first; by sequence number from where a client left off',
      always: true,
      query: [
        ...filters,
        {
          name: 'after',
          about: 'Only events with a higher number',
          schema: { type: 'integer', minimum: 0, default: 0 },
        },
        {
          name: 'limit',
          about: 'At most so many',
          schema: { type: 'integer', minimum: 1, maximum: kept, default: 100 },
        },
      ],
      successes: [{ status: 200, about: 'Events', schema: 'Event', many: true }],
      problems: [400],
      run: ({ query }) => {
        const [after, limit] = [readCount(query, 'after', 0, 0), readCount(query, 'limit', 100, 1)];
        const wants = wanted(query);
        const events: ApiEvent[] = [];
        for (let seq = Math.max(after + 1, ring.first); events.length < limit; seq++) {
          const entry = ring.get(seq);
          if (entry === undefined) break;
          if (wants(entry.item)) events.push({ ...entry.item, seq, time: entry.time });
        }
        return { json: events };
      },
    },
    {
      id: 'streamEvents',
      method: 'GET',
      path: '/events',
      summary: 'What happens, as server-sent events; by Last-Event-ID from where a client left off',
      always: true,
      query: [
        ...filters,
        {
          name: 'after',
          about: 'What Last-Event-ID says, for clients that cannot set it',
          schema: { type: 'string' },
        },
      ],
      successes: [{ status: 200, about: 'Events, each with its JSON as data', media: 'text/event-stream' }],
      run: ({ request, response, query }) => {
        const wants = wanted(query);
        const sent = request.headers['last-event-id'];
        const after = (Array.isArray(sent) ? sent[0] : sent) ?? query.get('after') ?? undefined;
        streamEvents(request, response, { ring, epoch, wants, after });
        return undefined;
      },
    },
  ];
};
