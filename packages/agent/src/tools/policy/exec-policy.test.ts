import { describe, expect, it } from "vitest";

import { decideExec, type ExecPolicy } from "./exec-policy.ts";

const pathOf = (program: string): string | undefined => {
  if (program.startsWith("./")) return `/work/${program.slice(2)}`;
  if (program.startsWith("/")) return program;
  return /^(echo|cd|eval|trap|export)$/.test(program) ? undefined : `/usr/bin/${program}`;
};

const decide = (command: string, policy: Partial<ExecPolicy>, added: readonly string[] = []) =>
  decideExec(
    { security: "allowlist", ask: "off", allow: [], deny: [], ...policy },
    { command, directory: "/work", added, pathOf },
  );
const verdict = (command: string, policy: Partial<ExecPolicy>, added?: readonly string[]) =>
  decide(command, policy, added).kind;

describe("the allow-list", () => {
  const allow = ["ls **", "git status", "git log **", "grep * *", "/usr/bin/node *.js", "> /tmp/*", "echo **"];

  it.each([
    "ls",
    "ls -la src",
    "git status && ls | grep x y",
    "git log --oneline -5",
    "node build.js",
    "ls > /tmp/x 2>&1",
    "ls 2>/dev/null",
    "LANG=C ls",
    'echo "$HOME" *.md',
    'grep x "$FILE"',
    "if ls; then git status; fi",
  ])("lets run: %s", (command) => {
    expect(verdict(command, { allow })).toBe("run");
  });

  it.each([
    "rm x",
    "git status --porcelain",
    "git push",
    "ls; rm x",
    "ls | sh",
    "ls $(rm x)",
    "ls `rm x`",
    "ls > x",
    "ls > /tmp/../etc/passwd",
    "cd /tmp && ls > x",
    "PATH=. ls",
    "LD_PRELOAD=./x.so ls",
    "./ls",
    "/home/koi/ls",
    "grep x $FILE",
    "node /etc/x.js y",
    "for f in *; do ls; done",
    "$(echo rm) x",
    "l''s; r''m x",
    "nohup ls",
    "eval ls",
    "bash -c ls",
    "ls <(rm x)",
    "export PATH=.",
    "ls\nrm x",
    "ls & rm x",
    "ls || rm x",
    "ls\\\n; rm x",
  ])("refuses: %s", (command) => {
    expect(verdict(command, { allow })).toBe("refuse");
  });

  it("refuses variables beside the command that change what programs do", () => {
    expect(verdict("ls", { allow }, ["LD_PRELOAD"])).toBe("refuse");
    expect(verdict("ls", { allow }, ["LC_ALL", "NO_COLOR"])).toBe("run");
  });

  it("says what was missed", () => {
    expect(decide("ls; rm -r x > y", { allow })).toEqual({
      kind: "refuse",
      reasons: ["not allowed: rm -r x", "not allowed: > /work/y"],
    });
    expect(decide("case a in b) c;; esac", { allow })).toEqual({
      kind: "refuse",
      reasons: ['the command has "case", which is not checked'],
    });
  });
});

describe("the deny-list", () => {
  const policy = {
    security: "full" as const,
    allow: ["** **", "rm **"],
    deny: ["rm", "git push", "/usr/bin/curl", "> /etc/*"],
  };

  it.each([
    "rm x",
    "ls; rm x",
    "echo $(rm x)",
    "/bin/rm x",
    "./rm",
    "r'm' x",
    "git push --force",
    "git $X",
    "curl x",
    "sudo -u x rm y",
    "env A=1 rm y",
    "find . -exec rm {} +",
    "ls | xargs rm",
    "bash -c 'ls; rm x'",
    `sh -ec "r'm' x"`,
    "eval rm x",
    'eval "$X"',
    "bash -c 'for x in a; do rm $x; done'",
    "echo x > /etc/hosts",
    "cd /etc && echo x > hosts",
    "$X y",
    "for f in *; do rm $f; done",
  ])("refuses whatever allows it: %s", (command) => {
    expect(verdict(command, policy)).toBe("refuse");
    expect(verdict(command, { ...policy, security: "allowlist" })).toBe("refuse");
  });

  it.each(["ls", "git pull", "echo rm", "echo x > /tmp/y", "bash -c 'git status'"])("leaves alone: %s", (command) => {
    expect(verdict(command, policy)).toBe("run");
  });

  it("asks about what it cannot check, and asks about nothing that is denied", () => {
    expect(verdict("for f in *; do echo; done", { ...policy, ask: "on-miss" })).toBe("ask");
    expect(verdict("rm x", { ...policy, ask: "always" })).toBe("refuse");
  });
});

describe("asking", () => {
  it.each<[string, Partial<ExecPolicy>, string]>([
    ["ls", { security: "deny", ask: "always", allow: ["ls"] }, "refuse"],
    ["ls", { security: "full" }, "run"],
    ["ls", { security: "full", ask: "on-miss" }, "run"],
    ["for x in y; do z; done", { security: "full" }, "run"],
    ["ls", { security: "full", ask: "always" }, "ask"],
    ["ls", { security: "allowlist", ask: "on-miss" }, "ask"],
    ["ls", { security: "allowlist", ask: "on-miss", allow: ["ls"] }, "run"],
    ["ls", { security: "allowlist", ask: "always", allow: ["ls"] }, "ask"],
    ["case x", { security: "allowlist", ask: "on-miss" }, "ask"],
  ])("%j under %j: %s", (command, policy, expected) => {
    expect(verdict(command, policy)).toBe(expected);
  });

  it("for good offers exactly this command, which is then allowed and nothing more", () => {
    const command = `git commit -m 'a * b\\ c' "" && make`;
    const asked = decide(command, { ask: "on-miss", allow: ["make"] });
    const patterns = asked.kind === "ask" ? asked.patterns : [];
    expect(patterns).toEqual([String.raw`git commit -m a\ \*\ b\\\ c ''`]);
    expect(verdict(command, { allow: [...patterns, "make"] })).toBe("run");
    for (const other of ["git commit -m 'a x b\\ c' ''", "git commit -m 'a * b\\ c'", "git commit", "make x"]) {
      expect(verdict(other, { allow: [...patterns, "make"] })).toBe("refuse");
    }
  });

  it.each(["ls $X", "PATH=. ls", "for x in y; do z; done", "ls; $(x)"])("for good is not offered for %s", (command) => {
    expect(decide(command, { ask: "on-miss" })).toMatchObject({ kind: "ask", patterns: [] });
  });
});
