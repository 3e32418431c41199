/** `koi security audit`: what lets somebody do more with this gateway than they should, and how to close it. */

import { loadConfig, resolveHome } from "@skykoi/config";

import type { Command } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";
import { report } from "../report.ts";
import { auditConfig } from "../security/audit-config.ts";
import { openFiles } from "../security/audit-files.ts";
import { sorted, type Finding } from "../security/finding.ts";

export const securityAudit: Command = async (context) => {
  const { switches } = readOptions(context.args, [], { switches: ["json"] });
  let isCritical = false;
  const code = await report(context, switches.has("json"), async () => {
    const home = resolveHome(context.env);
    const { config } = await loadConfig({ home, env: context.env });
    const files = await openFiles(home, config);
    const isRoot = process.getuid?.() === 0;
    const findings = sorted([...auditConfig(config, { isRoot }), ...files.map(({ finding }) => finding)]);
    isCritical = findings.some(({ level }) => level === "critical");
    return { json: { ok: !isCritical, home, findings }, lines: linesOf(findings) };
  });
  return isCritical ? EXIT.fault : code;
};

const linesOf = (findings: readonly Finding[]): string[] =>
  findings.length === 0
    ? ["Nothing was found."]
    : findings.flatMap(({ level, subject, meaning, fix }) => [
        `${level.padEnd("critical".length)}  ${subject}`,
        `          ${meaning}`,
        `          → ${fix}`,
      ]);
