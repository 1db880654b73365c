import type { GroupChange, OptionChange } from '../changes.ts';

/** What an update would do, group by group. */
export const Diff = ({ changes }: { readonly changes: readonly GroupChange[] }) => (
  <section class="panel" aria-label="What an update would change">
    <header>
      <h2>
        {changes.length === 0
          ? 'The configuration file says what runs: nothing to update'
          : 'What an update would change'}
      </h2>
    </header>
    {changes.length === 0 ? null : (
      <div class="diff">
        {changes.map(({ group, kind, processes }) => (
          <div key={group} class={kind}>
            <h3>
              {group} <small>{kind}</small>
            </h3>
            {processes.map(({ name, kind, options }) => (
              <div key={name} class="touched">
                {name === group ? null : (
                  <b>
                    {name} <small>{kind}</small>
                  </b>
                )}
                <Options options={kind === 'added' ? options.filter(isCommand) : options} />
              </div>
            ))}
          </div>
        ))}
      </div>
    )}
  </section>
);

/** What a new process runs is enough of it. */
const isCommand = ({ option }: OptionChange): boolean => option === 'command';

const Options = ({ options }: { readonly options: readonly OptionChange[] }) => (
  <ul>
    {options.map(({ option, was, becomes }) => (
      <li key={option}>
        {option}: {was === '' ? null : <code class="was">{was}</code>}
        {was !== '' && becomes !== '' ? ' → ' : null}
        {becomes === '' ? null : <code class="becomes">{becomes}</code>}
      </li>
    ))}
  </ul>
);
