"use client";

/** Says when the page is not connected to the agent, and that nothing is lost. */

import type { ChatConnection } from "@skykoi/client";

interface ConnectionLineProps {
  readonly connection: ChatConnection;
  /** False until the conversation was there once: before that there is nothing to be lost. */
  readonly loaded: boolean;
}

export const ConnectionLine = ({ connection, loaded }: ConnectionLineProps) => {
  const words = connectionWords(connection, loaded);
  return (
    <div data-testid="connection" data-state={connection.kind} role="status" className="px-4 md:px-6">
      {words ? (
        <p className="mx-auto flex max-w-read animate-appear items-center gap-2 pb-2 text-small text-ink-soft">
          <span aria-hidden className="size-1.5 shrink-0 animate-breathe rounded-full bg-warn" />
          {words}
        </p>
      ) : null}
    </div>
  );
};

const reconnecting = "Reconnecting. What you sent is safe, and what you missed will be here.";

const connectionWords = (connection: ChatConnection, loaded: boolean): string | null => {
  switch (connection.kind) {
    case "open":
      return null;
    case "connecting":
      return loaded ? reconnecting : null;
    case "waiting":
      return loaded ? reconnecting : `${connection.reason} Trying again.`;
    default:
      return `${connection.reason ?? "The connection was closed."} Reload the page to connect again.`;
  }
};
