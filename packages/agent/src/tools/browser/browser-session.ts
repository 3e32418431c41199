/** One running browser: its tabs, and what happens in them without being asked for. */

import type { BrowserContext, Dialog, Download, Page } from "playwright-core";

import type { KeptFile } from "../files/kept-file.ts";

const MAX_TABS = 8;
const MAX_NOTES = 20;
/** More dialogs than a person would answer: the page is in a loop. */
const MAX_DIALOGS = 10;
const MAX_DIALOG_CHARS = 300;

interface DialogAnswer {
  readonly accept: boolean;
  readonly text?: string;
}

export interface BrowserSession {
  readonly context: BrowserContext;
  tabs(): readonly Page[];
  /** The tab that this conversation looks at; a new one when it has none. */
  current(sessionKey: string): Promise<Page>;
  select(sessionKey: string, page: Page): void;
  open(sessionKey: string): Promise<Page>;
  /** For the next dialog only; otherwise messages are confirmed and questions declined. */
  answerNextDialog(answer: DialogAnswer): void;
  /** What happened since the last call, as sentences. */
  takeNotes(): string[];
  note(sentence: string): void;
  /** Downloads that are not finished yet. */
  settleDownloads(timeoutMs: number): Promise<void>;
}

type SaveFile = (name: string, write: (realPath: string) => Promise<unknown>) => Promise<KeptFile>;

export interface BrowserSessionOptions {
  readonly context: BrowserContext;
  readonly save: SaveFile;
}

export const createBrowserSession = ({ context, save }: BrowserSessionOptions): BrowserSession => {
  const currentBySession = new Map<string, Page>();
  const dialogs = new WeakMap<Page, number>();
  const downloads = new Set<Promise<void>>();
  const notes: string[] = [];
  /** Pop-ups beyond the limit, until they are gone. */
  const closing = new WeakSet<Page>();
  let closedPopups = 0;
  let expected = 0;
  let nextAnswer: DialogAnswer | undefined;

  const note = (sentence: string): void => {
    if (notes.length < MAX_NOTES) notes.push(sentence);
  };

  const onDialog = async (page: Page, dialog: Dialog): Promise<void> => {
    const count = (dialogs.get(page) ?? 0) + 1;
    dialogs.set(page, count);
    if (count > MAX_DIALOGS) {
      if (count === MAX_DIALOGS + 1)
        note(`The page showed more than ${MAX_DIALOGS} dialogs in a row; its tab was closed.`);
      await Promise.allSettled([page.close(), dialog.dismiss()]);
      return;
    }
    const kind = dialog.type();
    const answer = kind === "alert" || kind === "beforeunload" ? { accept: true } : (nextAnswer ?? { accept: false });
    if (kind === "confirm" || kind === "prompt") nextAnswer = undefined;
    const done = answer.accept ? "accepted" : "dismissed";
    if (kind !== "beforeunload")
      note(`The page showed a dialog (${kind}), which was ${done}: "${dialog.message().slice(0, MAX_DIALOG_CHARS)}".`);
    await (answer.accept ? dialog.accept(answer.text) : dialog.dismiss()).catch(() => undefined);
  };

  const onDownload = (download: Download): void => {
    const saving = keepDownload(download, save).then(note);
    downloads.add(saving);
    void saving.finally(() => downloads.delete(saving));
  };

  const adopt = (page: Page): void => {
    page.on("dialog", (dialog) => void onDialog(page, dialog));
    page.on("download", onDownload);
    page.on("framenavigated", (frame) => {
      if (frame === page.mainFrame()) dialogs.delete(page);
    });
    page.on("crash", () => {
      note("The tab crashed (it may have needed too much memory) and was closed.");
      void page.close().catch(() => undefined);
    });
  };

  for (const page of context.pages()) adopt(page);
  context.on("page", (page) => {
    if (expected > 0) expected -= 1;
    else if (context.pages().length > MAX_TABS) {
      closedPopups += 1;
      closing.add(page);
      void page.close().catch(() => undefined);
      return;
    } else note("The page opened a new tab; see them with action tabs.");
    adopt(page);
  });

  const open = async (sessionKey: string): Promise<Page> => {
    if (context.pages().length >= MAX_TABS) {
      const inUse = new Set(currentBySession.values());
      const oldest = context.pages().find((page) => !inUse.has(page)) ?? context.pages()[0];
      await oldest?.close();
      note(`There may be ${MAX_TABS} tabs; the oldest one was closed.`);
    }
    expected += 1;
    const page = await context.newPage();
    currentBySession.set(sessionKey, page);
    return page;
  };

  return {
    context,
    tabs: () => context.pages().filter((page) => !closing.has(page)),
    current: async (sessionKey) => {
      const page = currentBySession.get(sessionKey);
      if (page && !page.isClosed()) return page;
      const inUse = new Set(currentBySession.values());
      const blank = context.pages().find((candidate) => candidate.url() === "about:blank" && !inUse.has(candidate));
      if (!blank) return open(sessionKey);
      currentBySession.set(sessionKey, blank);
      return blank;
    },
    select: (sessionKey, page) => void currentBySession.set(sessionKey, page),
    open,
    answerNextDialog: (answer) => {
      nextAnswer = answer;
    },
    note,
    takeNotes: () => {
      const popups = closedPopups > 0 ? [`${closedPopups} more pop-ups were closed at once.`] : [];
      closedPopups = 0;
      return [...notes.splice(0), ...popups];
    },
    settleDownloads: async (timeoutMs) => {
      if (downloads.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          note("A download is still under way; it will be reported when it is finished.");
          resolve();
        }, timeoutMs);
      });
      await Promise.race([Promise.all(downloads), late]);
      clearTimeout(timer);
    },
  };
};

/** A sentence about it, also when it failed. */
const keepDownload = async (download: Download, save: SaveFile): Promise<string> => {
  const name = download.suggestedFilename();
  try {
    const { path, sizeBytes } = await save(name, (realPath) => download.saveAs(realPath));
    return `Downloaded ${path} (${sizeBytes} bytes).`;
  } catch {
    // Playwright's reason is about its own files; what went wrong on the way it knows better.
    return `The download of ${name.slice(0, 100)} failed: ${(await download.failure()) ?? "it could not be saved"}.`;
  }
};
