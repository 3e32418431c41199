/** `koi completion`: a script that lets a shell complete koi's own words; made from the table of commands. */

import { UsageError, type Command, type CommandEntry } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const createCompletion =
  (commands: readonly CommandEntry[]): Command =>
  async ({ args, print }) => {
    const [shell] = readOptions(args, [], { maxPositionals: 1 }).positionals;
    const next = followers(commands);
    switch (shell) {
      case "bash":
        print(bash(next));
        return EXIT.ok;
      case "zsh":
        print(`#compdef koi\nautoload -U +X bashcompinit && bashcompinit\n${bash(next)}`);
        return EXIT.ok;
      case "fish":
        print(fish(next));
        return EXIT.ok;
      default:
        throw new UsageError(`Name a shell: koi completion ${SHELLS.join("|")}.`);
    }
  };

type Followers = ReadonlyMap<string, readonly string[]>;

/** What may follow `koi <words>`: the next words of longer commands, and the options of this one. */
const followers = (commands: readonly CommandEntry[]): Followers => {
  const after = new Map<string, Set<string>>();
  const add = (words: readonly string[], next: string): void => {
    const key = words.join(" ");
    after.set(key, (after.get(key) ?? new Set()).add(next));
  };
  for (const { words, usage } of commands) {
    for (const [index, word] of words.entries()) add(words.slice(0, index), word);
    for (const [option] of usage.matchAll(/--[a-z][a-z-]*/g)) add(words, option);
  }
  for (const shell of SHELLS) add(["completion"], shell);
  return new Map([...after].map(([words, next]) => [words, [...next]]));
};

const bash = (next: Followers): string => {
  const cases = [...next].map(([words, candidates]) => `    "${words}") candidates="${candidates.join(" ")}" ;;`);
  return [
    "_koi() {",
    '  local words="" candidates="" index word',
    "  for ((index = 1; index < COMP_CWORD; index++)); do",
    '    word="${COMP_WORDS[index]}"',
    '    [[ "$word" == -* ]] && break',
    '    words="${words:+$words }$word"',
    "  done",
    '  case "$words" in',
    ...cases,
    "  esac",
    '  COMPREPLY=($(compgen -W "$candidates" -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    "complete -o default -F _koi koi",
  ].join("\n");
};

const fish = (next: Followers): string =>
  [
    "complete -c koi -f",
    ...[...next].flatMap(([words, candidates]) =>
      candidates.map((candidate) => {
        const condition =
          words === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${words.split(" ").at(-1)}`;
        const offered = candidate.startsWith("--") ? `-l ${candidate.slice(2)}` : `-a ${candidate}`;
        return `complete -c koi -n '${condition}' ${offered}`;
      }),
    ),
  ].join("\n");
