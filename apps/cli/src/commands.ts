/** The table of commands. Each names the module that is loaded when it is called, and only then. */

import { UsageError, type Command, type CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    words: ["gateway", "run"],
    usage: "gateway run [--port N] [--token T] [--bind loopback|lan]",
    summary: "runs the gateway of SKYKOI_HOME (~/.skykoi) until it is stopped",
    load: async () => (await import("./commands/gateway-run.ts")).gatewayRun,
  },
  {
    words: ["gateway", "call"],
    usage: "gateway call METHOD [--params JSON] [--url U] [--token T] [--json]",
    summary: "calls one method of a running gateway and prints the result",
    load: async () => (await import("./commands/gateway-call.ts")).gatewayCall,
  },
  {
    words: ["gateway", "status"],
    usage: "gateway status [--url U] [--token T] [--json]",
    summary: "says whether the gateway runs, and how it feels",
    load: async () => (await import("./commands/gateway-status.ts")).gatewayStatus,
  },
  {
    words: ["chat"],
    usage: "chat [--session KEY] [--message TEXT] [--url U] [--token T] [--json]",
    summary: "talks to the agent in this terminal",
    load: async () => (await import("./commands/chat.ts")).chat,
  },
  {
    words: ["sessions", "show"],
    usage: "sessions show KEY [--limit N] [--url U] [--token T] [--json]",
    summary: "shows what was said in a conversation",
    load: async () => (await import("./commands/session.ts")).sessionsShow,
  },
  {
    words: ["sessions", "search"],
    usage: "sessions search WORDS [--limit N] [--url U] [--token T] [--json]",
    summary: "finds messages by their words, in all conversations",
    load: async () => (await import("./commands/session.ts")).sessionsSearch,
  },
  {
    words: ["sessions", "reset"],
    usage: "sessions reset KEY [--url U] [--token T] [--json]",
    summary: "begins a conversation anew; what was said is kept",
    load: async () => (await import("./commands/session.ts")).sessionsReset,
  },
  {
    words: ["sessions", "delete"],
    usage: "sessions delete KEY [--url U] [--token T] [--json]",
    summary: "deletes a conversation, for good after 30 days",
    load: async () => (await import("./commands/session.ts")).sessionsDelete,
  },
  {
    words: ["sessions"],
    usage: "sessions [--url U] [--token T] [--json]",
    summary: "lists the conversations",
    load: async () => (await import("./commands/sessions.ts")).sessions,
  },
  {
    words: ["models"],
    usage: "models [--url U] [--token T] [--json]",
    summary: "lists the models the agent can use",
    load: async () => (await import("./commands/models.ts")).models,
  },
  {
    words: ["logs"],
    usage: "logs [-f|--follow] [--level L] [--limit N] [--url U] [--token T] [--json]",
    summary: "prints the gateway's log, also of one that does not run; -f goes on with what is written",
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    words: ["cron", "list"],
    usage: "cron list [--all] [--url U] [--token T] [--json]",
    summary: "lists the scheduled jobs, with --all also those that are off",
    load: async () => (await import("./commands/cron.ts")).cronList,
  },
  {
    words: ["cron", "add"],
    usage:
      "cron add NAME --at T|--every D|--cron E [--tz Z] --message M|--system-event M [--session S] [--announce] [--to KEY] [--model M] [--thinking L] [--timeout-seconds N] [--missed runOnce|skip] [--description D] [--keep-after-run] [--disable] [--url U] [--token T] [--json]",
    summary: "schedules a job",
    load: async () => (await import("./commands/cron.ts")).cronAdd,
  },
  {
    words: ["cron", "edit"],
    usage:
      "cron edit ID [the options of add] [--name NAME] [--enable|--disable] [--no-deliver] [--url U] [--token T] [--json]",
    summary: "changes what is named of a job",
    load: async () => (await import("./commands/cron.ts")).cronEdit,
  },
  {
    words: ["cron", "remove"],
    usage: "cron remove ID [--url U] [--token T] [--json]",
    summary: "removes a job",
    load: async () => (await import("./commands/cron.ts")).cronRemove,
  },
  {
    words: ["cron", "run"],
    usage: "cron run ID [--due] [--url U] [--token T] [--json]",
    summary: "runs a job now, with --due only if its time has come",
    load: async () => (await import("./commands/cron.ts")).cronRun,
  },
  {
    words: ["cron", "runs"],
    usage: "cron runs [ID] [--limit N] [--url U] [--token T] [--json]",
    summary: "shows what became of the runs, the latest first",
    load: async () => (await import("./commands/cron.ts")).cronRuns,
  },
  {
    words: ["cron", "status"],
    usage: "cron status [--url U] [--token T] [--json]",
    summary: "says whether the scheduler works and when it wakes next",
    load: async () => (await import("./commands/cron.ts")).cronStatus,
  },
  {
    words: ["skills", "list"],
    usage: "skills list [--json]",
    summary: "lists the installed skills",
    load: async () => (await import("./commands/skills.ts")).skillsList,
  },
  {
    words: ["skills", "install"],
    usage: "skills install PATH [--yes] [--json]",
    summary: "shows what a skill in a folder or tar archive may do, and installs it when you agree",
    load: async () => (await import("./commands/skills.ts")).skillsInstall,
  },
  {
    words: ["skills", "remove"],
    usage: "skills remove NAME [--json]",
    summary: "takes an installed skill away",
    load: async () => (await import("./commands/skills.ts")).skillsRemove,
  },
  {
    words: ["completion"],
    usage: "completion bash|zsh|fish",
    summary: "prints a script that lets the shell complete koi's words",
    load: async () => (await import("./commands/completion.ts")).createCompletion(COMMANDS),
  },
  {
    words: ["config", "get"],
    usage: "config get [KEY] [--show-secrets] [--json]",
    summary: "prints what is configured, defaults included",
    load: async () => (await import("./commands/config-get.ts")).configGet,
  },
  {
    words: ["config", "set"],
    usage: "config set KEY VALUE [--json]",
    summary: "changes one key of skykoi.json; null takes it away",
    load: async () => (await import("./commands/config-set.ts")).configSet,
  },
  {
    words: ["config", "validate"],
    usage: "config validate [FILE] [--json]",
    summary: "says what is wrong with skykoi.json, line by line",
    load: async () => (await import("./commands/config-get.ts")).configValidate,
  },
  {
    words: ["config", "schema"],
    usage: "config schema [KEY] [--json]",
    summary: "prints the JSON Schema of skykoi.json, or what a key means",
    load: async () => (await import("./commands/config-get.ts")).configSchema,
  },
  {
    words: ["config", "path"],
    usage: "config path",
    summary: "prints where skykoi.json is",
    load: async () => (await import("./commands/config-get.ts")).configPathCommand,
  },
  {
    words: ["instance", "run"],
    usage: "instance run",
    summary: "enrols this instance with its platform if it must, then runs the gateway",
    load: async () => (await import("./commands/instance-run.ts")).instanceRun,
  },
  {
    words: ["security", "audit"],
    usage: "security audit [--json]",
    summary: "says what lets others do more with this gateway than they should, and how to close it",
    load: async () => (await import("./commands/security-audit.ts")).securityAudit,
  },
  {
    words: ["doctor"],
    usage: "doctor [--fix] [--json]",
    summary: "checks configuration, machine, files, databases and gateway; --fix repairs what it safely can",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
];

/** Throws a UsageError that names what was meant to be a command. */
export const findCommand = (words: readonly string[]): { load: () => Promise<Command>; args: readonly string[] } => {
  const entry = COMMANDS.find((candidate) => candidate.words.every((word, index) => words[index] === word));
  if (!entry) throw new UsageError(`"${words.slice(0, 2).join(" ")}" is not a command.`);
  return { load: entry.load, args: words.slice(entry.words.length) };
};
