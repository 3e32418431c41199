export * from "./port.ts";
export { createDayNotes } from "./context/day-notes.ts";
export { runTurn } from "./loop/run-turn.ts";
export { createMediaStore } from "./media/media-store.ts";
export { createMcpServers, type McpServers } from "./mcp/mcp-servers.ts";
export { createDailyNotes, type ReadDailyNotes } from "./memory/daily-notes.ts";
export type { Embedding } from "./memory/note-vectors.ts";
export { systemPrompt, type SystemPromptOptions } from "./prompt/system-prompt.ts";
export { conversation } from "./sessions/conversation.ts";
export { HEARTBEAT_RUN, isNothingToSay } from "./sessions/quiet-run.ts";
export { unfinishedRuns, type UnfinishedRuns } from "./sessions/recovery.ts";
export type { RunState } from "./sessions/history-queries.ts";
export type { SearchHit } from "./sessions/search.ts";
export { diskTranscriptFiles, type TranscriptFile, type TranscriptFiles } from "./sessions/transcript-files.ts";
export {
  createTranscriptLibrary,
  type StoredSession,
  type TranscriptLibrary,
  type TranscriptLibraryOptions,
  type TranscriptPage,
} from "./sessions/transcript-library.ts";
export type { OpenTranscript, TranscriptProblem } from "./sessions/transcript.ts";
export { readWholeFile, replaceWholeFile } from "./sessions/whole-file.ts";
export type { PlannedCall, Reservation, SpendDecision, SpendPort, SpentCall } from "./spend/spend-port.ts";
export type { FoundSkill, SkillLibrary, SkillState } from "./skills/skill-library.ts";
export { createSkills, type Skills } from "./skills/skills.ts";
export { createMemoryTools, type MemoryTools } from "./tools/memory/memory-tools.ts";
export { createBrowserTool } from "./tools/browser/browser-tool.ts";
export type { CronOperations, JobChange, JobPlace, ScheduledJob } from "./tools/cron/cron-operations.ts";
export { createCronTool } from "./tools/cron/cron-tool.ts";
export { createTools, type CreateToolsOptions } from "./tools/create-tools.ts";
export { createPathGuard } from "./tools/files/path-guard.ts";
export { createCommandUser } from "./tools/exec/command-user.ts";
export type { ExecGate } from "./tools/exec/exec-gate.ts";
export {
  createExecGate,
  type AllowList,
  type ApprovalAnswer,
  type ApprovalQuestion,
  type Approvals,
} from "./tools/policy/exec-approval.ts";
export { TOOL_PROFILES, allowedTools, namedTools, placeOfTool } from "./tools/policy/tool-policy.ts";
export type { ProcessInfo } from "./tools/process/process-info.ts";
export { createProcessRegistry, type ProcessRegistry } from "./tools/process/process-registry.ts";
export { wrapUntrusted } from "./untrusted/wrap.ts";
export type {
  Answered,
  MessageOperations,
  SessionOperations,
  SpawnRequest,
  ToolCaller,
} from "./tools/sessions/session-operations.ts";
export { createWorkspaceReader, type WorkspaceFile } from "./workspace/workspace-files.ts";
