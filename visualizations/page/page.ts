import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { type Actor, createActors, pathsOf, stateOf } from './actors.ts';
import { createBridge } from './bridge.ts';

/** So many events are kept on the page. */
const MOST_EVENTS = 200;
/** Milliseconds until a lost connection is opened again. */
const AGAIN = 2000;

const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`#${id}: not on the page`);
  return found;
};
const [status, tree, chart, events] = ['status', 'tree', 'chart', 'events'].map(byId) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
const filter = byId('filter') as HTMLInputElement;

let actors = createActors();
let selected: string | undefined;
let isDrawn = false;

const bridge = createBridge({
  frame: byId('frame') as HTMLIFrameElement,
  button: byId('stately'),
  own: byId('own'),
  actors: () => actors.all.map(({ told }) => told),
  say: text => {
    status.textContent = text;
  },
});

function connect(): void {
  const url = new URL(location.search, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  socket.onopen = () => {
    actors = createActors();
    status.textContent = 'live';
  };
  socket.onmessage = ({ data }) => take(JSON.parse(data));
  socket.onclose = () => {
    status.textContent = 'not connected: the daemon has ended, or its inspector is off';
    setTimeout(connect, AGAIN);
  };
}

function take(event: StatelyInspectionEvent): void {
  actors.take(event);
  bridge.send(event);
  if (event.type === '@xstate.event') list(event);
  if (isDrawn) return;
  // Many events come at once; they are drawn once.
  isDrawn = true;
  requestAnimationFrame(() => {
    isDrawn = false;
    draw();
  });
}

type Told = Extract<StatelyInspectionEvent, { type: '@xstate.event' }>;

function list({ event, sessionId, createdAt }: Told): void {
  const time = element('time', new Date(Number(createdAt)).toTimeString().slice(0, 8));
  const dropped = event.type === 'inspector.dropped' ? ` (${event.count} were too many for this page)` : '';
  const name = actors.get(sessionId)?.told.name ?? sessionId;
  const item = element('li');
  item.append(time, ` ${name}: ${event.type}${dropped}`);
  item.title = JSON.stringify(event);
  events.prepend(item);
  while (events.childElementCount > MOST_EVENTS) events.lastElementChild?.remove();
}

function draw(): void {
  const shown = actors.all;
  const actor = shown.find(({ told }) => told.sessionId === selected) ?? shown.find(isInstance) ?? shown[0];
  const wanted = filter.value.toLowerCase();
  const rows = shown.filter(({ told }) => told.name.toLowerCase().includes(wanted)).map(row(actor));
  tree.replaceChildren(...rows);
  if (actor !== undefined) show(actor).catch(error => console.error(error));
}

const isInstance = ({ told }: Actor) => machineOf(told.definition) === 'instance';
const machineOf = (definition: string | undefined): string => JSON.parse(definition ?? '{}').id ?? '';

const row = (current: Actor | undefined) => (actor: Actor) => {
  const button = element('button') as HTMLButtonElement;
  button.className = `depth-${actor.depth}`;
  button.setAttribute('aria-current', String(actor === current));
  const state = element('span', stateOf(actor));
  state.className = 'state';
  button.append(element('span', actor.told.name), state);
  button.onclick = () => {
    selected = actor.told.sessionId;
    draw();
  };
  return button;
};

/** Who is shown: another one may be chosen while a chart is on its way. */
let current: Actor | undefined;

async function show(actor: Actor): Promise<void> {
  current = actor;
  const { told } = actor;
  byId('name').textContent = told.name;
  byId('context').textContent = JSON.stringify(told.snapshot.context ?? {}, undefined, 2);
  const machine = machineOf(told.definition);
  if (chart.dataset.machine !== machine) {
    chart.dataset.machine = machine;
    const drawn = await drawing(machine);
    if (chart.dataset.machine !== machine) return;
    chart.replaceChildren(...drawn);
  }
  const now = new Set(pathsOf(current.told.snapshot.value));
  for (const state of chart.querySelectorAll<SVGElement>('[data-state]')) {
    state.classList.toggle('now', now.has(state.dataset.state ?? ''));
  }
  seek([...chart.querySelectorAll('.now')].at(-1));
}

let sought = '';

/** Scrolls the chart to the innermost state where it is another one. */
function seek(state: Element | undefined): void {
  const id = `${chart.dataset.machine} ${state?.getAttribute('data-state')}`;
  if (state === undefined || id === sought) return;
  sought = id;
  const [place, box] = [chart.getBoundingClientRect(), state.getBoundingClientRect()];
  chart.scrollLeft += box.left + box.width / 2 - place.left - place.width / 2;
}

const drawings = new Map<string, Promise<string>>();

/** The chart of a machine; an actor that is no machine has none. */
async function drawing(machine: string): Promise<readonly Node[]> {
  const text = drawings.get(machine) ?? load(machine);
  drawings.set(machine, text);
  const { documentElement } = new DOMParser().parseFromString(await text, 'image/svg+xml');
  return documentElement.nodeName === 'svg' ? [document.adoptNode(documentElement)] : [];
}

async function load(machine: string): Promise<string> {
  // By the origin: the page's own address may hold a password, which a request must not.
  const answer = await fetch(`${location.origin}/${encodeURIComponent(machine)}.svg`);
  return answer.ok ? answer.text() : '<none/>';
}

function element(name: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

filter.oninput = draw;
// What is wider or longer than its place is scrolled by keys as well.
for (const place of [byId('actor'), chart, byId('happened')]) place.tabIndex = 0;
connect();
