import type { StatelyActorEvent, StatelyInspectionEvent } from '@statelyai/inspect';

/** Where Stately's inspector is. */
const STATELY = 'https://stately.ai';
/** Milliseconds in which it must say that it is there. */
const PATIENCE = 10_000;

/** What is passed on to Stately's inspector in its frame. */
export interface Bridge {
  send(event: StatelyInspectionEvent): void;
}

/** What the bridge is built of. */
export interface BridgeParts {
  readonly frame: HTMLIFrameElement;
  readonly button: HTMLElement;
  /** Our own charts, which make room for the frame. */
  readonly own: HTMLElement;
  actors(): readonly StatelyActorEvent[];
  say(text: string): void;
}

/**
 * Shows Stately's inspector in a frame, for whoever presses the button: until then nothing leaves this page. Where it
 * does not answer, our own charts stay.
 */
export function createBridge({ frame, button, own, actors, say }: BridgeParts): Bridge {
  let isConnected = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const post = (event: StatelyInspectionEvent) => frame.contentWindow?.postMessage(event, STATELY);
  const turn = (on: boolean) => {
    clearTimeout(patience);
    isConnected = false;
    button.setAttribute('aria-pressed', String(on));
    frame.hidden = !on;
    own.hidden = on;
    if (on) frame.src = `${STATELY}/inspect`;
    else frame.removeAttribute('src');
  };
  window.addEventListener('message', ({ origin, source, data }) => {
    if (origin !== STATELY || source !== frame.contentWindow || data?.type !== '@statelyai.connected') return;
    clearTimeout(patience);
    isConnected = true;
    say("live, in Stately's inspector");
    for (const actor of actors()) post(actor);
  });
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    turn(on);
    if (!on) return say('live');
    say(`waiting for ${STATELY}`);
    patience = setTimeout(() => {
      turn(false);
      say(`live; ${STATELY} does not answer, so these are our own charts`);
    }, PATIENCE);
  });
  return {
    send: event => {
      if (isConnected) post(event);
    },
  };
}
