/** `skills.status`. */

import type { FoundSkill } from "@skykoi/agent";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type SkillMethods = Pick<Handlers, "skills.status">;

export const createSkillsFeature = ({
  config,
  skillsIn,
}: Pick<GatewayContext, "config" | "skillsIn">): Feature<SkillMethods> => ({
  methods: {
    "skills.status": async () => ({
      skills: (await skillsIn(config.current().agents.defaults.workspace).list()).map(view),
    }),
  },
});

const view = ({ name, source, directory, state }: FoundSkill) => ({
  name,
  description: state.kind === "malformed" ? "" : state.skill.description,
  source,
  directory,
  state: state.kind,
  reasons: state.kind === "malformed" || state.kind === "unmet" ? [...state.reasons] : [],
});
