/** Random histories with branches and compactions, and a plain account of how one is read: the whole file at once. */

import * as fc from "fast-check";

import type { NewEntry, Transcript, TranscriptEntry } from "../port.ts";
import { answer, end, result, user } from "./histories.ts";

/** One append: what, and optionally from which of the entries so far (a fraction of them) it branches off. */
export interface Step {
  readonly kind: "user" | "answer" | "result" | "end" | "notice" | "label" | "compaction" | "joined";
  readonly run: number;
  readonly fork: number | undefined;
}

const KINDS: readonly Step["kind"][] = [
  "user",
  "user",
  "answer",
  "answer",
  "result",
  "end",
  "notice",
  "label",
  "compaction",
];

const stepsOf = (kinds: readonly Step["kind"][], fork: fc.Arbitrary<number | undefined>) =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), run: fc.nat({ max: 5 }), fork }), { maxLength: 40 });

export const anySteps = stepsOf(
  KINDS,
  fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined, freq: 8 }),
);

/** One line of history, where messages join other runs. */
export const joiningSteps = stepsOf([...KINDS, "joined", "joined", "user"], fc.constant(undefined));

/** A message joins a run with a message of its own, which may since have begun, or is taken back. */
const joinOf = (run: string, before: readonly TranscriptEntry[]): NewEntry => {
  const joins = new Map(before.flatMap((entry) => (entry.type === "joined" ? [[entry.runId, entry.into]] : [])));
  const isJoined = (runId: string): boolean => (joins.get(runId) ?? runId) !== runId;
  if (isJoined(run)) return { type: "joined", runId: run, into: run };
  const own = before.find(({ runId }) => runId === run);
  const hosts = before.flatMap((entry) =>
    entry.type === "user" && entry.runId !== run && !isJoined(entry.runId) ? [entry.runId] : [],
  );
  const into = hosts[0];
  const isHost = [...joins.values()].includes(run);
  if (into === undefined || isHost || own?.type !== "user") return { type: "custom", name: "test", data: run };
  return { type: "joined", runId: run, into, ...(before.length % 2 === 0 && { shortened: true }) };
};

const entryOf = ({ kind, run }: Step, before: readonly TranscriptEntry[]): NewEntry => {
  switch (kind) {
    case "user":
      // A run has one message.
      return before.some(({ runId }) => runId === `r${run}`)
        ? { type: "custom", name: "test", data: run }
        : user(`r${run}`, `ask ${run} pelican`);
    case "answer":
      return answer(`r${run}`, `answer ${before.length}`, before.length % 2 === 0 ? [`c${before.length}`] : []);
    case "result":
      return result(`r${run}`, `c${before.length - 1}`);
    case "end":
      return end(`r${run}`);
    case "joined":
      return joinOf(`r${run}`, before);
    case "notice":
      return { type: "notice", kind: "reset", content: [] };
    case "label":
      return { type: "label", label: `label ${run}` };
    default:
      return {
        type: "compaction",
        summary: `summary ${run}`,
        firstKeptId: before[Math.floor((before.length * run) / 6)]?.id ?? null,
        tokensBefore: 1,
      };
  }
};

/** Answers all entries so far. */
export const appendStep = async (
  transcript: Transcript,
  step: Step,
  before: readonly TranscriptEntry[],
): Promise<TranscriptEntry[]> => {
  const parent = step.fork === undefined ? undefined : (before[Math.floor(step.fork * before.length)]?.id ?? null);
  const entry = await transcript.append(entryOf(step, before), parent === undefined ? {} : { parentId: parent });
  return [...before, entry];
};

/** From the root to the last entry. A parent that is not in the file is the entry before. */
export const branchOf = (file: readonly TranscriptEntry[]): TranscriptEntry[] => {
  const positions = new Map(file.map(({ id }, position) => [id, position]));
  const branch: TranscriptEntry[] = [];
  for (let position = file.length - 1; position >= 0;) {
    const entry = file[position];
    if (!entry) break;
    branch.unshift(entry);
    position = entry.parentId === null ? -1 : (positions.get(entry.parentId) ?? position - 1);
  }
  return branch;
};

export const SHOWN: ReadonlySet<string> = new Set(["user", "assistant", "toolResult", "notice", "compaction"]);

/** What a reader sees: run by run. */
export const readingOf = (file: readonly TranscriptEntry[], waiting: readonly string[] = []): TranscriptEntry[] => {
  const firstOf = ({ id, runId }: TranscriptEntry): number =>
    file.findIndex((other) => (runId === undefined ? other.id === id : other.runId === runId));
  return branchOf(file)
    .filter((entry) => SHOWN.has(entry.type) && !(entry.type === "user" && waiting.includes(entry.runId)))
    .toSorted((a, b) => firstOf(a) - firstOf(b));
};

/** What a model is told. */
export const contextOf = (file: readonly TranscriptEntry[]): TranscriptEntry[] => {
  const branch = branchOf(file);
  const compaction = branch.findLast((entry) => entry.type === "compaction");
  const kept = file.findIndex(({ id }) => id === (compaction?.firstKeptId ?? compaction?.id));
  const start = compaction ? kept : 0;
  const rest = branch.filter((entry) => entry.type !== "compaction");
  const isKept = (entry: TranscriptEntry): boolean => file.indexOf(entry) >= start;
  const told = new Set(rest.filter(isKept).map(({ runId }) => runId));
  for (const runId of unfinishedOf(file)) told.add(runId);
  const isInput = (entry: TranscriptEntry): boolean => entry.type === "user" && told.has(entry.runId);
  return [...(compaction ? [compaction] : []), ...rest.filter((entry) => isKept(entry) || isInput(entry))];
};

const unfinishedOf = (file: readonly TranscriptEntry[]): Set<string> => {
  const open = new Set(file.flatMap(({ type, runId }) => (runId !== undefined && type !== "notice" ? [runId] : [])));
  for (const entry of file) if (entry.type === "runEnd") open.delete(entry.runId);
  return open;
};
