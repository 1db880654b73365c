import { exits } from '../exits.ts';
import { namespec } from '../names.ts';
import { misuse, type Verb } from '../verb.ts';

/** Makes a shell's script from the names of all verbs. */
type Script = (verbs: readonly string[]) => string;

const scripts: ReadonlyMap<string, Script> = new Map<string, Script>([
  [
    'bash',
    verbs => `_supervisorctl() {
  local words="${verbs.join(' ')}" word at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    case $word in
      -c|-s|-u|-p|-r) ((at++)) ;;
      -*) ;;
      *) words=$("\${COMP_WORDS[0]}" completion names 2>/dev/null); break ;;
    esac
  done
  # Readline splits words at colons: what stands before the last one is there already.
  local current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$current"; fi
}
complete -F _supervisorctl supervisorctl
`,
  ],
  [
    'zsh',
    verbs => `#compdef supervisorctl
_supervisorctl() {
  local -a verbs names
  verbs=(${verbs.join(' ')})
  if ((CURRENT == 2)); then
    compadd -a verbs
  else
    names=(\${(f)"$($words[1] completion names 2>/dev/null)"})
    compadd -a names
  fi
}
compdef _supervisorctl supervisorctl
`,
  ],
  [
    'fish',
    verbs => `complete -c supervisorctl -f
complete -c supervisorctl -n __fish_use_subcommand -a '${verbs.join(' ')}'
complete -c supervisorctl -n 'not __fish_use_subcommand' -a '(supervisorctl completion names 2>/dev/null)'
`,
  ],
]);

/** Makes the verb that prints completion scripts; it must know the names of all verbs, which the table has. */
export function completionVerb(verbs: () => readonly string[]): Verb {
  const verb: Verb = {
    help: [
      'completion bash|zsh|fish\tPrint the script that completes verbs and names in that shell:',
      '\t\t\teval "$(supervisorctl completion bash)" in ~/.bashrc',
      'completion names\t\tPrint what the scripts complete: the names of all processes and groups',
    ],
    completion: 'nothing',
    async run(session, args) {
      const [word = '', ...surplus] = args;
      const script = scripts.get(word);
      if (surplus.length > 0 || (!script && word !== 'names')) {
        misuse(session, 'Error: completion requires bash, zsh, fish or names', verb);
        return exits.invalidArguments;
      }
      if (script) {
        session.terminal.write(script(verbs()));
        return exits.success;
      }
      const answer = await session.call('supervisor.getAllProcessInfo');
      if (!answer.ok) return session.report(answer.problem);
      const groups = new Set(
        answer.value.filter(info => info.group !== info.name).map(info => `${info.group}:*`),
      );
      for (const name of ['all', ...answer.value.map(namespec), ...groups]) session.say(name);
      return exits.success;
    },
  };
  return verb;
}
