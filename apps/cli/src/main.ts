/** `koi`: finds the command, loads only its code, and turns failures into one clear line and an exit code. */

import { describeThrown, toFault } from "@skykoi/fault";

import { COMMANDS, findCommand } from "./commands.ts";
import { UsageError, type CommandContext } from "./command.ts";
import { keepCompiledCode } from "./compiled-code.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { version } from "./version.ts";

const run = async (words: readonly string[]): Promise<number> => {
  const [first] = words;
  if (first === "--version" || first === "-v" || first === "version") return say(version);
  if (first === undefined || first === "--help" || first === "-h" || first === "help") return say(help());
  const { load, args } = findCommand(words);
  return (await load())(contextFor(args));
};

const contextFor = (args: readonly string[]): CommandContext => ({
  args,
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
});

const say = (text: string): number => {
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
};

const help = (): string =>
  [
    `koi ${version}: the Koi gateway and its tools`,
    "",
    ...COMMANDS.map(({ usage, summary }) => `  koi ${usage.padEnd(66)} ${summary}`),
    `  koi ${"--version | --help".padEnd(66)} this`,
  ].join("\n");

const explain = (thrown: unknown): number => {
  if (thrown instanceof UsageError) {
    process.stderr.write(`koi: ${thrown.message} See: koi --help\n`);
    return EXIT.usage;
  }
  const failure = toFault(thrown);
  // A fault nobody foresaw has only a general sentence; the thrown value's own first line says more.
  const line = failure.code === "INTERNAL" ? describeThrown(thrown).split("\n", 1)[0] : failure.message;
  process.stderr.write(`koi: ${line}\n`);
  return exitCodeOf(failure.code);
};

/** Who reads the output may stop reading, as `koi … | head` does: no failure, and nothing more to say. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.ok);
});

keepCompiledCode();

process.exitCode = await run(process.argv.slice(2)).catch(explain);
