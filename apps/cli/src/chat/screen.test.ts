import { createGate, echo, say, scriptedCatalog, startTestGateway, TOKEN, type Script } from "@skykoi/gateway/testing";
import { onTestFinished, describe, expect, it } from "vitest";

import { stayConnected } from "../gateway-address.ts";
import { createTestScreen, type TestScreen } from "../testing/screen.ts";
import { createPalette } from "./palette.ts";
import { openChatScreen, type ChatScreen } from "./screen.ts";

const ENTER = "\r";
const ESCAPE = "\u001B";
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

const openChat = async (script: Script = echo, screen = createTestScreen()): Promise<TestScreen & ChatScreen> => {
  const test = await startTestGateway({ catalog: scriptedCatalog(script) });
  const chat = openChatScreen({
    terminal: screen.terminal,
    palette: createPalette(false),
    connect: () => stayConnected({ url: test.gateway.url, token: TOKEN }),
    sessionKey: "main",
    title: "Koi",
  });
  onTestFinished(async () => {
    chat.close();
    await test.stop();
  });
  await screen.shows("ready");
  return { ...screen, ...chat };
};

const send = (chat: TestScreen, text: string): void => {
  chat.press(text);
  chat.press(ENTER);
};

describe("the terminal chat", () => {
  it("shows what was said, and the answer below it", async () => {
    const chat = await openChat();
    send(chat, "hello there");
    expect(await chat.shows("echo: hello there")).toMatch(/› hello there\n+echo: hello there/);
    expect(await chat.shows(/\bready\b/)).toContain("agent:main:main");
  });

  it("stops the agent with escape", async () => {
    const chat = await openChat(createGate().script);
    send(chat, "think");
    await chat.shows("thinking");
    chat.press(ESCAPE);
    await chat.shows(/Stopped/);
  });

  it("goes to another session and comes back by the list", async () => {
    const chat = await openChat();
    send(chat, "in the first");
    await chat.shows("echo: in the first");
    send(chat, "/session agent:main:lab:group:1");
    await chat.shows("agent:main:lab:group:1");
    send(chat, "in the second");
    await chat.shows("echo: in the second");
    send(chat, "/sessions");
    await chat.shows(/agent:main:main/);
    chat.press("\u001B[B");
    chat.press(ENTER);
    const seen = await chat.shows(/› in the first/);
    expect(seen).toContain("echo: in the first");
  });

  it("lets nothing that a model says move the cursor or colour the terminal", async () => {
    const chat = await openChat(() => say("a\u001B[2Jb\u001B]0;title\u0007c\u0008d"));
    send(chat, "attack");
    const seen = await chat.shows(/ab/);
    expect(seen).toContain("› attack");
  });

  it("clears the line with ctrl+c, and leaves with a second one or with ctrl+d", async () => {
    const chat = await openChat();
    chat.press("half a thought");
    await chat.shows("half a thought");
    chat.press(CTRL_C);
    await chat.shows(/ready\n─+\n\n─+/);
    chat.press(CTRL_D);
    await chat.left;
    chat.close();
    expect(chat.stopped()).toBe(true);
  });

  it.each([20, 40, 200])("draws no line wider than a terminal of %i columns", async (columns) => {
    const chat = await openChat(undefined, createTestScreen(columns, 24));
    send(chat, `/session agent:main:${"x".repeat(300)}`);
    send(chat, "wide ".repeat(100));
    await chat.shows(/echo: wide/);
  });
});
