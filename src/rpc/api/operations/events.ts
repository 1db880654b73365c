import type { Backend } from '../../backend.ts';
import { happeningOf } from '../happenings.ts';
import type { Happening } from '../model.ts';
import type { Operation } from '../operation.ts';
import { Ring } from '../ring.ts';
import { streamEvents } from '../stream.ts';

/** So many events are kept for clients that come back: a crash storm of some ten seconds. */
const kept = 4096;

/** What happens, as it happens. */
export const eventOperations = (backend: Backend): readonly Operation[] => {
  const ring = new Ring<Happening>(kept);
  const epoch = Math.floor(backend.now().wall * 1000).toString(36);
  backend.root.on('*', notice => {
    const happening = happeningOf(notice);
    if (happening !== undefined) ring.add(happening, backend.now().wall);
  });
  return [
    {
      id: 'streamEvents',
      method: 'GET',
      path: '/events',
      summary: 'What happens, as server-sent events; by Last-Event-ID from where a client left off',
      always: true,
      query: [
        {
          name: 'type',
          about: 'Only events whose type is this or begins with it and a dot; may be given several times',
          schema: { type: 'string' },
        },
        { name: 'group', about: 'Only events of this group', schema: { type: 'string' } },
        {
          name: 'after',
          about: 'What Last-Event-ID says, for clients that cannot set it',
          schema: { type: 'string' },
        },
      ],
      successes: [{ status: 200, about: 'Events, each with its JSON as data', media: 'text/event-stream' }],
      run: ({ request, response, query }) => {
        const types = query.getAll('type');
        const group = query.get('group');
        const wants = (happening: Happening) =>
          (types.length === 0 || types.some(type => `${happening.type}.`.startsWith(`${type}.`))) &&
          (group === null || ('group' in happening && happening.group === group));
        const sent = request.headers['last-event-id'];
        const after = (Array.isArray(sent) ? sent[0] : sent) ?? query.get('after') ?? undefined;
        streamEvents(request, response, { ring, epoch, wants, after });
        return undefined;
      },
    },
  ];
};
