/** The line above the composer: whether the gateway is there, what the agent does, how to stop it. */

import { activeRun, type ChatState } from "@skykoi/client";

import { plain } from "./item-lines.ts";
import type { Palette } from "./palette.ts";

export const statusLine = (state: ChatState, palette: Palette): string => {
  const { connection } = state;
  switch (connection.kind) {
    case "connecting":
      return palette.dim("connecting …");
    case "waiting":
      return palette.warning(`reconnecting: ${plain(connection.reason)} What you send is kept.`);
    case "closed":
      return palette.bad(plain(connection.reason ?? "disconnected"));
    default:
      return working(state, palette);
  }
};

const working = (state: ChatState, palette: Palette): string => {
  if (state.load.error !== undefined) return palette.bad(plain(state.load.error));
  const run = activeRun(state);
  const queued = state.runs.filter(({ status }) => status === "queued").length;
  const waiting = queued === 0 ? "" : ` · ${queued} waiting`;
  if (!run) return palette.dim(`ready${waiting}`);
  const detail = run.detail === undefined ? "" : ` · ${plain(run.detail)}`;
  return `${palette.accent("working")} ${palette.dim(`· esc stops${waiting}${detail}`)}`;
};
