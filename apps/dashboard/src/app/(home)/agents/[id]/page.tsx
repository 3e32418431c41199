/** One agent: its timeline while it comes up, its chat from then on. */

import type { Metadata } from "next";

import { AgentScreen } from "../../../../components/agents/agent-screen.tsx";
import { requireAgent, requireMe } from "../../../../platform/server.ts";

interface PageOptions {
  params: Promise<{ id: string }>;
}

export const generateMetadata = async ({ params }: PageOptions): Promise<Metadata> => {
  await requireMe();
  return { title: (await requireAgent((await params).id)).name };
};

export default async function AgentPage({ params }: PageOptions) {
  const me = await requireMe();
  const agent = await requireAgent((await params).id);
  return <AgentScreen key={agent.id} initial={agent} model={me.model} role={me.organization.role} />;
}
