/** For an address that leads nowhere, or to something that is not the reader's. */

import Link from "next/link";

import { MessagePage } from "../components/shell/message-page.tsx";
import { Button } from "../components/ui/button.tsx";
import { homePath } from "../routes.ts";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh">
      <MessagePage
        title="There is nothing here"
        sentence="The address may be mistyped, or what was here has been deleted. Your Koi are where you left them."
      >
        <Button asChild look="primary">
          <Link href={homePath}>Go to your Koi</Link>
        </Button>
      </MessagePage>
    </main>
  );
}
