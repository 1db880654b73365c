import { RUNNING_STATES } from '../../../machines/states.ts';
import type { Exit } from '../history.ts';
import { type Named, nameOf } from './api.ts';
import { actOn, actOnWhole } from './deeds.ts';
import { daemonNow } from './link.ts';
import { type Line, note } from './shown.ts';
import { Spark } from './spark.tsx';
import { State } from './state.tsx';
import { duration, moment, size } from './time.ts';
import { curveOf, usageOf } from './usage.ts';

/** What a row needs from its list. */
export interface RowProps {
  readonly line: Line;
  readonly index: number;
  readonly top: number;
  readonly isCursor: boolean;
  readonly isSelected: boolean;
  readonly exits: readonly Exit[];
  readonly onSelect: (key: string, extend: boolean) => void;
  readonly onFocus: (index: number) => void;
}

/** Where a process's page is. */
export const pageOf = (process: Named): string =>
  `process.html?processname=${encodeURIComponent(nameOf(process))}`;

/** What an end of a process was, in words. */
export const exitWords = ({ at, exitstatus, signal, expected, during }: Exit): string => {
  const how = signal === null ? `exit status ${exitstatus}` : `ended by ${signal}`;
  const why =
    during === 'stop'
      ? 'when stopped'
      : during === 'start'
        ? 'too soon'
        : expected
          ? 'expected'
          : 'unexpected';
  return `${moment(at)}: ${how}, ${why}`;
};

/** Whether an end is one that nobody wished. */
const isBad = ({ during, expected }: Exit): boolean => during === 'start' || (during === 'run' && !expected);

const Exits = ({ exits }: { readonly exits: readonly Exit[] }) => {
  const bad = exits.filter(isBad).length;
  const shown = exits.slice(-8);
  if (shown.length === 0) return null;
  return (
    <span
      class="exits"
      role="img"
      aria-label={`${exits.length} exits lately, ${bad} of them bad`}
      title={exits.toReversed().map(exitWords).join('\n')}
    >
      {shown.map(exit => (
        <i key={exit.at} class={isBad(exit) ? 'bad' : exit.during === 'stop' ? 'asked' : 'good'} />
      ))}
    </span>
  );
};

/** One process. */
export function ProcessRow({ line, index, top, isCursor, isSelected, exits, onSelect, onFocus }: RowProps) {
  if (line.kind === 'group') return <GroupRow line={line} index={index} top={top} />;
  const { process, key, grouped } = line;
  const name = nameOf(process);
  const isUp = RUNNING_STATES.has(process.state);
  const [cpu, memory] = (process.pid !== 0 ? usageOf(key) : undefined) ?? [];
  const curve = curveOf(key);
  const words = note(process, exits.at(-1));
  const uptime = process.pid !== 0 && process.start !== null ? duration(daemonNow() - process.start) : '';
  return (
    <div
      class={`row ${isSelected ? 'selected' : ''} ${grouped ? 'grouped' : ''} ${process.pid === 0 ? 'down' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-key={key}
      tabIndex={isCursor ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => onFocus(index)}
    >
      <span role="gridcell" class="pick">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${name}`}
          checked={isSelected}
          onClick={event => onSelect(key, event.shiftKey)}
        />
      </span>
      <span role="rowheader" class="name">
        <a href={pageOf(process)} tabIndex={-1}>
          {grouped ? process.name : name}
        </a>
      </span>
      <span role="gridcell" class="what">
        <State state={process.state} />
      </span>
      <span role="gridcell" class="pid">
        {process.pid === 0 ? '' : process.pid}
      </span>
      <span role="gridcell" class="uptime">
        {uptime}
      </span>
      <span role="gridcell" class="cpu">
        {cpu === undefined ? null : (
          <>
            <Spark values={curve?.cpu} floor={20} label="processor, ten minutes" />
            <b>{cpu.toFixed(cpu < 10 ? 1 : 0)} %</b>
          </>
        )}
      </span>
      <span role="gridcell" class="memory">
        {memory === undefined ? null : (
          <>
            <Spark values={curve?.memory} floor={1} label="memory, ten minutes" />
            <b>{size(memory)}</b>
          </>
        )}
      </span>
      <span role="gridcell" class="past">
        <Exits exits={exits} />
      </span>
      <span role="gridcell" class="note" title={words}>
        {words}
      </span>
      <span role="gridcell" class="deeds">
        {isUp ? (
          <>
            <button tabIndex={-1} aria-label={`Restart ${name}`} onClick={() => actOn('restart', process)}>
              Restart
            </button>
            <button tabIndex={-1} aria-label={`Stop ${name}`} onClick={() => actOn('stop', process)}>
              Stop
            </button>
          </>
        ) : (
          <button
            tabIndex={-1}
            aria-label={`Start ${name}`}
            disabled={process.state === 'STOPPING'}
            onClick={() => actOn('start', process)}
          >
            Start
          </button>
        )}
      </span>
    </div>
  );
}

type GroupLine = Extract<Line, { kind: 'group' }>;

function GroupRow({
  line,
  index,
  top,
}: {
  readonly line: GroupLine;
  readonly index: number;
  readonly top: number;
}) {
  const { group, members } = line;
  const up = members.filter(({ state }) => RUNNING_STATES.has(state)).length;
  return (
    <div class="row group" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${top}px)` }}>
      <span role="rowheader" class="name">
        {group} <small>{`${up} of ${members.length} up`}</small>
      </span>
      <span role="gridcell" class="deeds">
        {(['start', 'restart', 'stop'] as const).map(action => (
          <button
            key={action}
            aria-label={`${action} group ${group}`}
            disabled={action === 'start' ? up === members.length : action === 'stop' && up === 0}
            onClick={() => actOnWhole(action, group, members.length)}
          >
            {`${action[0]?.toUpperCase()}${action.slice(1)}`}
            <i class="wide"> group</i>
          </button>
        ))}
      </span>
    </div>
  );
}
