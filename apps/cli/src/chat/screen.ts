/** The terminal chat: conversation, status line and composer in the terminal's own scrollback, so that it works over SSH. */

import { randomUUID } from "node:crypto";

import {
  CombinedAutocompleteProvider,
  Container,
  Editor,
  Spacer,
  Text,
  TuiMainScreen,
  matchesKey,
  truncateToWidth,
  type Component,
  type Terminal,
} from "@earendil-works/pi-tui";
import { chatItems, createChatSession, type ChatSession, type GatewayClient } from "@skykoi/client";
import { toFault } from "@skykoi/fault";

import { plain } from "./item-lines.ts";
import { KEYS, LOCAL_COMMANDS, parseLocalCommand, type LocalCommand } from "./local-commands.ts";
import type { Palette } from "./palette.ts";
import { createSessionPicker, selectTheme } from "./session-picker.ts";
import { statusLine } from "./status-line.ts";
import { createTranscriptView } from "./transcript-view.ts";

export interface ChatScreenOptions {
  readonly terminal: Terminal;
  readonly palette: Palette;
  /** A new connection; each session on the screen has its own. */
  readonly connect: () => GatewayClient;
  readonly sessionKey: string;
  readonly title: string;
}

export interface ChatScreen {
  /** Resolves when the person leaves. */
  readonly left: Promise<void>;
  /** Gives the terminal back. */
  close(): void;
}

/** Many events that arrive together become one drawing. */
const DRAW_SOON_MS = 16;

export const openChatScreen = ({ terminal, palette, connect, sessionKey, title }: ChatScreenOptions): ChatScreen => {
  const left = Promise.withResolvers<void>();
  const tui = new TuiMainScreen(terminal);
  const header = createLine();
  const transcript = createTranscriptView(palette);
  const hint = new Container();
  const status = createLine();
  const composer = new Editor(tui, { borderColor: palette.dim, selectList: selectTheme(palette) });
  composer.setAutocompleteProvider(new CombinedAutocompleteProvider([...LOCAL_COMMANDS], process.cwd()));
  for (const part of [header, new Spacer(1), transcript.component, hint, status, composer]) tui.addChild(part);

  let client: GatewayClient;
  let session: ChatSession;
  let currentKey = sessionKey;

  const draw = (): void => {
    const model = session.model ? ` · ${session.model.ref}${session.model.demo ? " (offline demo)" : ""}` : "";
    header.set(palette.dim(plain(`${title} · ${session.state.sessionKey ?? currentKey}${model}`)));
    transcript.show(chatItems(session.state));
    status.set(statusLine(session.state, palette));
    tui.requestRender();
  };

  const say = (text: string): void => {
    hint.clear();
    if (text !== "") hint.addChild(new Text(text, 0, 0));
    tui.requestRender();
  };

  const enter = (key: string): void => {
    currentKey = key;
    client = connect();
    session = createChatSession({
      client,
      newKey: randomUUID,
      now: Date.now,
      sessionKey: key,
      soon: (flush) => void setTimeout(flush, DRAW_SOON_MS),
    });
    session.subscribe(draw);
    draw();
  };

  const goTo = (key: string): void => {
    session.close();
    say("");
    enter(key);
  };

  const pickSession = async (): Promise<void> => {
    const { sessions } = await client.request("sessions.list", { limit: 100 });
    if (sessions.length === 0) return say(palette.dim("There is no session yet. Write something."));
    say("");
    const picker = createSessionPicker(sessions, palette, (chosen) => {
      hint.clear();
      tui.setFocus(composer);
      tui.requestRender();
      if (chosen !== undefined) goTo(chosen);
    });
    hint.addChild(picker);
    tui.setFocus(picker);
    tui.requestRender();
  };

  const retry = (): void => {
    for (const { key, state } of session.state.sends) if (state === "failed") session.sendAgain(key);
  };

  const act = (command: LocalCommand): void => {
    switch (command.kind) {
      case "quit":
        return left.resolve();
      case "keys":
        return say(palette.dim(KEYS));
      case "older":
        return session.loadOlder();
      case "retry":
        return retry();
      case "session":
        return goTo(command.sessionKey);
      case "sessions":
        void pickSession().catch((thrown: unknown) => say(palette.bad(plain(toFault(thrown).message))));
        return;
      default:
        command satisfies never;
    }
  };

  composer.onSubmit = (text) => {
    if (text.trim() === "") return;
    composer.addToHistory(text);
    say("");
    const command = parseLocalCommand(text);
    if (command) act(command);
    else session.send(text);
  };

  const leave = () => {
    left.resolve();
    return { consume: true };
  };
  tui.addInputListener((data) => {
    const choosing = hint.children.length > 0 && !composer.focused;
    if (matchesKey(data, "ctrl+d") && composer.getText() === "") return leave();
    if (matchesKey(data, "ctrl+c")) {
      if (composer.getText() === "") return leave();
      composer.setText("");
      tui.requestRender();
      return { consume: true };
    }
    if (matchesKey(data, "ctrl+o")) {
      transcript.toggleUnfolded();
      tui.requestRender();
      return { consume: true };
    }
    if (matchesKey(data, "escape") && !choosing) session.stop();
    return undefined;
  });

  enter(sessionKey);
  tui.setFocus(composer);
  tui.start();

  return {
    left: left.promise,
    close: () => {
      session.close();
      tui.stop();
    },
  };
};

/** One line that is cut where the terminal ends. */
const createLine = (): Component & { set(text: string): void } => {
  let line = "";
  return {
    set: (text) => {
      line = text;
    },
    render: (width) => [truncateToWidth(line, width)],
    invalidate: () => undefined,
  };
};
