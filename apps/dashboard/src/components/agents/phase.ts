/** What a phase of an agent's instance means to a person. */

import type { AgentView } from "@skykoi/api/views";

import type { Tone } from "../ui/tone.ts";

type Phase = AgentView["phase"];

interface PhaseMeaning {
  readonly words: string;
  readonly tone: Tone;
  /** Whether the agent can be talked to, or was until a moment ago. */
  readonly reachable: boolean;
  /** Whether it stays like this until somebody does something. */
  readonly settled: boolean;
}

const meaning = (words: string, tone: Tone, reachable: boolean, settled: boolean): PhaseMeaning => ({
  words,
  tone,
  reachable,
  settled,
});

const meanings: Readonly<Record<Phase, PhaseMeaning>> = {
  requested: meaning("Requested", "busy", false, false),
  launching: meaning("Starting its machine", "busy", false, false),
  booting: meaning("Booting", "busy", false, false),
  enrolling: meaning("Moving in", "busy", false, false),
  verifying: meaning("Checking", "busy", false, false),
  ready: meaning("Ready", "good", true, true),
  degraded: meaning("Not answering", "warn", true, false),
  stopping: meaning("Falling asleep", "busy", false, false),
  stopped: meaning("Asleep", "idle", false, true),
  starting: meaning("Waking up", "busy", false, false),
  terminating: meaning("Being deleted", "idle", false, false),
  terminated: meaning("Deleted", "idle", false, true),
  failed: meaning("Failed", "bad", false, true),
};

export const phaseMeaning = (agent: Pick<AgentView, "phase" | "desired">): PhaseMeaning =>
  agent.desired === "terminated" && agent.phase !== "terminated" ? meanings.terminating : meanings[agent.phase];
