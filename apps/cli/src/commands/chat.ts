/** `koi chat`: talk to the agent in a terminal; with a message, or without a terminal, one answer on standard output. */

import { text as readAll } from "node:stream/consumers";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { ADDRESS_OPTIONS, addressOf, stayConnected, withGateway, type Address } from "../gateway-address.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";
import { report } from "../report.ts";

export const chat: Command = async (context) => {
  const { options, switches } = readOptions(context.args, ["session", "message", ...ADDRESS_OPTIONS], {
    switches: ["json"],
  });
  const address = await addressOf(context, options);
  const sessionKey = options.session ?? "main";
  const interactive = process.stdin.isTTY && process.stdout.isTTY;
  if (options.message === undefined && interactive) {
    if (switches.has("json")) throw new UsageError("--json needs --message.");
    return talk(context, address, sessionKey);
  }

  const message = options.message ?? (await readAll(process.stdin));
  if (message.trim() === "") throw new UsageError("There is no message. Give one with --message or on standard input.");
  return answerOnce({ context, address, sessionKey, message, asJson: switches.has("json") });
};

const talk = async ({ env }: CommandContext, address: Address, sessionKey: string): Promise<number> => {
  // A wrong token or address is told as one line, before the terminal is taken.
  await withGateway(address, async () => undefined);
  const [{ ProcessTerminal }, { openChatScreen }, { createPalette, wantsColor }] = await Promise.all([
    import("@earendil-works/pi-tui"),
    import("../chat/screen.ts"),
    import("../chat/palette.ts"),
  ]);
  const screen = openChatScreen({
    terminal: new ProcessTerminal(),
    palette: createPalette(wantsColor(env)),
    connect: () => stayConnected(address),
    sessionKey,
    title: "Koi",
  });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  try {
    await Promise.race([screen.left, ended]);
  } finally {
    screen.close();
  }
  return EXIT.ok;
};

interface OnceOptions {
  readonly context: CommandContext;
  readonly address: Address;
  readonly sessionKey: string;
  readonly message: string;
  readonly asJson: boolean;
}

const answerOnce = async ({ context, address, sessionKey, message, asJson }: OnceOptions): Promise<number> => {
  const { oneAnswer } = await import("../chat/one-answer.ts");
  const write = asJson ? () => undefined : (text: string) => void process.stdout.write(text);
  return report(context, asJson, () =>
    withGateway(address, async (client) => {
      const {
        runId,
        sessionKey: key,
        message: answer,
        usage,
        costUsd,
      } = await oneAnswer({
        client,
        sessionKey,
        message,
        write,
      });
      return { json: { runId, sessionKey: key, message: answer, usage, costUsd }, lines: [""] };
    }),
  );
};
