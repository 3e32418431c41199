import { describe, expect, it } from "vitest";

import { createTools } from "../tools/create-tools.ts";
import { createProcessRegistry } from "../tools/process/process-registry.ts";
import { systemPrompt } from "./system-prompt.ts";

/** Pessimistic for English text and JSON. */
const CHARS_A_TOKEN = 3;

const processes = createProcessRegistry({ directory: "/nowhere" });
const tools = createTools({
  workspace: "/home/ubuntu/koi",
  protectedPaths: [],
  env: {},
  processesOf: () => processes,
});
const base = { agentName: "Koi", workspace: "/home/ubuntu/koi", timeZone: "Europe/Berlin", tools, files: [] };

describe("the system prompt", () => {
  it("stays far below 6,000 tokens with all tools", () => {
    const specs = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    const chars = systemPrompt(base).length + JSON.stringify(specs).length;
    expect(chars / CHARS_A_TOKEN).toBeLessThan(2_500);
  });

  it("names workspace, time zone and tools", () => {
    const prompt = systemPrompt(base);
    for (const part of ["Koi", "/home/ubuntu/koi", "Europe/Berlin", "read, write, edit, ls, grep, find, exec"]) {
      expect(prompt).toContain(part);
    }
  });

  it("is the same text every time and holds no clock", () => {
    expect(systemPrompt(base)).toBe(systemPrompt({ ...base }));
    expect(systemPrompt(base)).not.toMatch(/\b20\d\d\b|\d\d:\d\d/);
  });

  it("gives the workspace's files last, in the order they come", () => {
    const files = [
      { name: "SOUL.md", text: "Be warm." },
      { name: "USER.md", text: "Ada" },
    ];
    expect(systemPrompt({ ...base, files })).toMatch(/### SOUL\.md\n\nBe warm\.\n\n### USER\.md\n\nAda$/);
    expect(systemPrompt({ ...base, files }).startsWith(systemPrompt(base))).toBe(true);
  });

  it("speaks of memory where it can be searched", () => {
    expect(systemPrompt({ ...base, tools: [{ name: "memory_search" }] })).toContain("memory/YYYY-MM-DD.md");
    expect(systemPrompt(base)).not.toContain("MEMORY.md");
  });

  it("lists skills within a bound, and only where they can be read", () => {
    const skills = Array.from({ length: 200 }, (_, number) => ({ name: `s${number}`, description: "x".repeat(900) }));
    const prompt = systemPrompt({ ...base, tools: [{ name: "skills" }], skills });
    expect(prompt.length - systemPrompt({ ...base, tools: [{ name: "skills" }] }).length).toBeLessThan(6_300);
    expect(prompt).toMatch(/- s0: x{299}…\n[^]*- and 18\d more: call skills without a name/);
    expect(systemPrompt({ ...base, skills })).not.toContain("- s0:");
  });

  it("promises no tools where there are none", () => {
    expect(systemPrompt({ ...base, tools: [] })).toContain("no tools");
  });
});
