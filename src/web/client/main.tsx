import { type ComponentType, render } from 'preact';
import { DaemonPage } from './daemon.tsx';
import { List } from './list.tsx';
import { listen } from './live.ts';
import { Lost } from './lost.tsx';
import { ProcessPage } from './process.tsx';
import { toast } from './toast.ts';
import { Tools } from './tools.tsx';

const VIEWS: Readonly<Record<string, ComponentType>> = {
  list: List,
  process: ProcessPage,
  daemon: DaemonPage,
};

const View = VIEWS[document.documentElement.dataset.view ?? ''];
const [app, tools] = [document.getElementById('app'), document.getElementById('tools')];
if (View !== undefined && app !== null && tools !== null) {
  // What the server wrote is for browsers without JavaScript; what happened by a plain form is still told.
  const message = app.querySelector('.message')?.textContent;
  app.replaceChildren();
  document.documentElement.classList.add('scripted');
  // A process's page has a stream of its own, and browsers have but six connections for all windows together.
  if (View !== ProcessPage) listen();
  render(<Tools />, tools);
  render(
    <>
      <Lost />
      <View />
    </>,
    app,
  );
  if (message) toast(message);
}
