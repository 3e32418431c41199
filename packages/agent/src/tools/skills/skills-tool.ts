/** `skills`: the instructions of a skill and the files beside them, read when they are needed. */

import { Type } from "typebox";

import type { Tool, ToolResult } from "../../port.ts";
import type { FoundSkill, SkillLibrary } from "../../skills/skill-library.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";

const MAX_CHARS = 50_000;

const Input = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, description: "The skill; left out: the list of all" })),
    file: Type.Optional(Type.String({ minLength: 1, description: "A file of the skill; left out: its instructions" })),
  },
  { additionalProperties: false },
);

export const createSkillsTool = (library: () => Promise<SkillLibrary>): Tool =>
  defineTool({
    name: "skills",
    description: "Read the instructions of a skill, or a file that belongs to it.",
    input: Input,
    title: ({ name, file }) =>
      name === undefined ? "list skills" : `read the skill ${name}${file ? `: ${file}` : ""}`,
    execute: async ({ name, file }) => {
      const skills = await library();
      const found = await skills.list();
      if (name === undefined) return succeeded(found.map(line).join("\n") || "[there are no skills]");
      const skill = found.find((candidate) => candidate.name === name && candidate.state.kind !== "shadowed");
      if (!skill) return failed(`There is no skill ${name}. Call skills without a name for the list.`);
      return file === undefined ? instructions(skills, skill) : fileOf(skills, skill, file);
    },
  });

const line = ({ name, source, state }: FoundSkill): string => {
  switch (state.kind) {
    case "ready":
      return `${name} (${source}): ${state.skill.description}`;
    case "unmet":
      return `${name} (${source}), not usable here: ${state.reasons.join("; ")}`;
    case "shadowed":
      return `${name} (${source}), replaced by the one above with the same name`;
    case "malformed":
      return `${name} (${source}), malformed: ${state.reasons.join(" ")}`;
    default:
      return state satisfies never;
  }
};

const instructions = async (skills: SkillLibrary, skill: FoundSkill): Promise<ToolResult> => {
  const { name, directory, state } = skill;
  if (state.kind === "malformed") return failed(`The skill ${name} is malformed: ${state.reasons.join(" ")}`);
  if (state.kind === "unmet") return failed(`The skill ${name} cannot be used here: ${state.reasons.join("; ")}.`);
  const files = await skills.files(skill);
  const beside = files.length === 0 ? "" : `\n\n[Files of this skill, in ${directory}: ${files.join(", ")}]`;
  return succeeded(`${bounded(state.skill.body)}${beside}`);
};

const fileOf = async (skills: SkillLibrary, skill: FoundSkill, file: string): Promise<ToolResult> => {
  const read = await skills.read(skill, file);
  return read.ok ? succeeded(bounded(read.text)) : failed(read.reason);
};

const bounded = (text: string): string =>
  text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS)}\n[cut here; ${text.length} characters in all]`;
