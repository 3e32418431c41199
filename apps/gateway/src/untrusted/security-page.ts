/** The page of controls, made of the suite: what each one stops, and what it does not. */

import type { Attack } from "./attacks.ts";

const LIMITS = `## What no control here stops

- A secret that the model has in its context can leave in the query of a URL to any public host: \`web_fetch\` knows private
  addresses, not intentions. Deny \`group:web\` and \`browser\` where that matters.
- Without \`tools.exec.runAs\` commands run as the gateway's user: with \`tools.exec.security: full\` they can read its files.
  Use \`runAs\`, or \`allowlist\`.
- What the person's own conversation reads there can make it use every tool it has. Marks tell a model what is data; they do not
  force it to listen.
- The answer itself: clients must not load pictures from other hosts by themselves.
`;

export const securityPage = (attacks: readonly Attack[]): string => {
  const controls = [...Map.groupBy(attacks, ({ control }) => control)];
  const sections = controls.map(([control, cases]) => {
    const stopped = cases.filter(({ works }) => !works).map(({ wants }) => `- ${code(wants)}`);
    const open = cases.filter(({ works }) => works).map(({ wants }) => `- ${code(wants)}`);
    return [
      `## ${control}`,
      "Stops:",
      stopped.join("\n"),
      ...(open.length > 0 ? ["Does not stop:", open.join("\n")] : []),
    ].join("\n\n");
  });
  const intro =
    "Each line is a case of `apps/gateway/src/untrusted/injection.test.ts`: a text from outside asks for it, a scripted model obeys every\nword, and the control alone decides. Generated from the cases.";
  return ["# Security controls", intro, ...sections, LIMITS].join("\n\n");
};

/** What is to be run or fetched is shown as it is. */
const code = (wants: string): string =>
  wants.replace(/^(run|fetch|call) (.*)$/s, (_, verb: string, what: string) => {
    return what.includes("`") ? `${verb} \`\` ${what} \`\`` : `${verb} \`${what}\``;
  });
