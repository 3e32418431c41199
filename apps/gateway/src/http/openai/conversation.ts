/** What a client of the OpenAI API wants said: the parts of its request that an agent can act on. */

import { fault } from "@skykoi/fault";

export interface Said {
  readonly role: "user" | "assistant";
  readonly text: string;
}

export interface Conversation {
  /** System and developer messages, in their order. */
  readonly instructions: string;
  /** Everything before the last message. */
  readonly earlier: readonly Said[];
  /** The last message; it is a person's. */
  readonly text: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Throws INVALID_REQUEST that names the path. */
export const asFields = (value: unknown, path: string): Fields => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(path, "must be an object");
  return Object.fromEntries(Object.entries(value));
};

export const optionalText = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrong(name, "must be a string");
  return value;
};

export const optionalFlag = (fields: Fields, name: string): boolean => {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw wrong(name, "must be a boolean");
  return value;
};

/** `messages` of a chat completion or `input` of a response. */
export const readConversation = (messages: unknown, path: string): Conversation => {
  if (typeof messages === "string") return conversationOf([{ role: "user", text: messages }], path);
  if (!Array.isArray(messages)) throw wrong(path, "must be an array of messages");
  if (messages.length > MAX_MESSAGES) throw wrong(path, `must not have more than ${MAX_MESSAGES} messages`);
  return conversationOf(
    messages.map((message, index) => readMessage(asFields(message, `${path}[${index}]`), `${path}[${index}]`)),
    path,
  );
};

const MAX_MESSAGES = 2000;

type Message = { readonly role: "system" | Said["role"]; readonly text: string };

const readMessage = (message: Fields, path: string): Message => {
  const { role, content, type } = message;
  if (type !== undefined && type !== "message") throw wrong(`${path}.type`, TOOLS_ARE_OWN);
  const text = readContent(content, `${path}.content`);
  if (role === "user" || role === "assistant") return { role, text };
  if (role === "system" || role === "developer") return { role: "system", text };
  throw wrong(`${path}.role`, role === "tool" || role === "function" ? TOOLS_ARE_OWN : "is not a known role");
};

const readContent = (content: unknown, path: string): string => {
  if (typeof content === "string") return content;
  if (content === null) return "";
  if (!Array.isArray(content)) throw wrong(path, "must be a string or an array of parts");
  return content
    .map((value, index) => {
      const part = asFields(value, `${path}[${index}]`);
      if (typeof part["text"] === "string") return part["text"];
      throw wrong(`${path}[${index}]`, "is not text; this gateway takes text only");
    })
    .join("\n");
};

export const TOOLS_ARE_OWN = "is not possible: the agent works with its own tools, not with those of its client";

const conversationOf = (messages: readonly Message[], path: string): Conversation => {
  const spoken = messages.flatMap(({ role, text }) => (role === "system" ? [] : [{ role, text }]));
  const last = spoken.at(-1);
  if (last?.role !== "user" || last.text.trim() === "") throw wrong(path, "must end with a message of the user");
  return {
    instructions: messages.flatMap(({ role, text }) => (role === "system" ? [text] : [])).join("\n\n"),
    earlier: spoken.slice(0, -1).filter(({ text }) => text !== ""),
    text: last.text,
  };
};

export const wrong = (path: string, message: string) => fault("INVALID_REQUEST", { message: `${path} ${message}` });
