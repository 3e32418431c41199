/** Everything behind the sign-in, inside the shell. */

import type { ReactNode } from "react";

import { Shell } from "../../components/shell/shell.tsx";
import { listAgents, requireMe } from "../../platform/server.ts";

export default async function HomeLayout({ children }: { children: ReactNode }) {
  const me = await requireMe();
  return (
    <Shell me={me} agents={await listAgents()}>
      {children}
    </Shell>
  );
}
