/** Another agent. */

import type { Metadata } from "next";

import { CreateAgent } from "../../../../components/agents/create-agent.tsx";
import { requireMe } from "../../../../platform/server.ts";

export const metadata: Metadata = { title: "New Koi" };

export default async function NewAgentPage() {
  await requireMe();
  return <CreateAgent />;
}
