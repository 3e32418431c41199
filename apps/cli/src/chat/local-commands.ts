/** What the terminal itself does when a line begins with a slash; every other line is a message for the agent. */

export type LocalCommand =
  | { readonly kind: "sessions" | "older" | "retry" | "keys" | "quit" }
  | { readonly kind: "session"; readonly sessionKey: string };

interface CommandName {
  readonly name: string;
  readonly description: string;
}

export const LOCAL_COMMANDS: readonly CommandName[] = [
  { name: "sessions", description: "choose another session" },
  { name: "session", description: "go to the session of that key" },
  { name: "older", description: "load earlier messages" },
  { name: "retry", description: "send again what could not be sent" },
  { name: "keys", description: "the keys of this chat" },
  { name: "quit", description: "leave; the agent goes on" },
];

/** undefined: a message. */
export const parseLocalCommand = (line: string): LocalCommand | undefined => {
  const [word = "", ...rest] = line.trim().split(/\s+/);
  const argument = rest.join(" ");
  switch (word) {
    case "/sessions":
    case "/older":
    case "/retry":
    case "/keys":
    case "/quit":
      return argument === "" ? { kind: word === "/quit" ? "quit" : NAMES[word] } : undefined;
    case "/exit":
      return argument === "" ? { kind: "quit" } : undefined;
    case "/session":
      return argument === "" ? { kind: "sessions" } : { kind: "session", sessionKey: argument };
    default:
      return undefined;
  }
};

const NAMES = { "/sessions": "sessions", "/older": "older", "/retry": "retry", "/keys": "keys" } as const;

export const KEYS = [
  "enter sends · alt+enter begins a new line · esc stops the agent · ctrl+o unfolds outputs",
  "ctrl+c clears the line, on an empty one it leaves · ctrl+d leaves · up brings back what you sent",
].join("\n");
