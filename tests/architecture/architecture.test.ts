import { describe, expect, it } from "vitest";

import { ALLOWED, ALLOWED_IN_TESTS, TENANT_SIDE } from "./layers.ts";
import {
  browserViolations,
  cycles,
  escapeViolations,
  layerViolations,
  longFiles,
  unexplainedFiles,
  vagueNames,
} from "./rules.ts";
import { declaredDependencies, importsOf, memberFolders, memberOf, readSources, type SourceFile } from "./sources.ts";

const sources = readSources();

describe("the house", () => {
  it("has a place in the table for every member", () => {
    expect(memberFolders().map((folder) => memberOf(`${folder}/package.json`))).toEqual(
      expect.arrayContaining(Object.keys(ALLOWED).filter((name) => name !== "root")),
    );
    expect(Object.keys(ALLOWED)).toEqual(expect.arrayContaining([...new Set(sources.map(({ member }) => member))]));
  });

  it.each(memberFolders())("%s declares only dependencies that point down", (folder) => {
    const member = memberOf(`${folder}/package.json`);
    const { runtime, development } = declaredDependencies(folder);
    const allowed = ALLOWED[member] ?? [];
    expect(runtime.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(development.filter((name) => ![...allowed, ...ALLOWED_IN_TESTS].includes(name))).toEqual([]);
  });

  it("imports only downwards", () => expect(layerViolations(sources)).toEqual([]));
  it("crosses members only by name", () => expect(escapeViolations(sources)).toEqual([]));
  it("lets a browser load only what is made for it", () => expect(browserViolations(sources)).toEqual([]));
  it("has no import cycle", () => expect(cycles(sources)).toEqual([]));
  it("has no room without a subject", () => expect(vagueNames(sources)).toEqual([]));
  it("has no file too long to read at once", () => expect(longFiles(sources)).toEqual([]));
  it("says in every file why it exists", () => expect(unexplainedFiles(sources)).toEqual([]));

  it("keeps the database off the tenant's machine, through any chain of imports", () => {
    const reachable = new Set(TENANT_SIDE);
    for (const member of reachable) for (const next of ALLOWED[member] ?? []) reachable.add(next);
    expect(reachable).not.toContain("control");
    expect(reachable).not.toContain("api");
  });
});

const file = (path: string, text: string): SourceFile => ({
  path,
  member: memberOf(path),
  isTest: path.includes(".test."),
  text,
  imports: importsOf(path, text),
});

describe("the checker itself", () => {
  it("sees static, dynamic, type-only and re-exported imports, and none in comments or strings", () => {
    const text = `import "./a.ts";\nimport { b } from "./b.ts";\nimport type { C } from "./c.ts";\nexport { d } from "./d.ts";
      export const e = () => import("./e.ts"); // import "./no.ts"\nconst text = 'say import "x"';\nb(text);`;
    expect(importsOf("x.ts", text).toSorted()).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts"]);
  });

  it("reports an upward import, a forbidden sideways one and an escape", () => {
    const upward = file("packages/agent/src/x.ts", 'import { y } from "@skykoi/protocol";\ny();');
    const tenant = file(
      "apps/gateway/src/x.ts",
      'import type { Actor } from "@skykoi/control";\nexport type A = Actor;',
    );
    const escape = file("packages/fault/src/x.ts", 'export { y } from "../../log/src/redact.ts";');
    expect(layerViolations([upward, tenant])).toHaveLength(2);
    expect(escapeViolations([escape])).toHaveLength(1);
  });

  it("reports server code in the browser", () => {
    const text = '"use client";\n/** Why. */\nimport { z } from "@skykoi/api/mount";\nz();';
    expect(browserViolations([file("apps/dashboard/components/x.tsx", text)])).toHaveLength(1);
  });

  it("reports a cycle, a vague name, a long file and a file without a reason", () => {
    const a = file("packages/x/src/a.ts", '/** A. */\nexport { b } from "./b.ts";');
    const b = file("packages/x/src/b.ts", '/** B. */\nexport { a } from "./a.ts";');
    expect(cycles([a, b])).toHaveLength(1);
    expect(vagueNames([file("packages/x/src/utils.ts", ""), file("packages/x/src/lib/y.ts", "")])).toHaveLength(2);
    expect(longFiles([file("packages/x/src/long.ts", "\n".repeat(400))])).toHaveLength(1);
    expect(unexplainedFiles([file("packages/x/src/silent.ts", "export const a = 1;")])).toHaveLength(1);
  });
});
