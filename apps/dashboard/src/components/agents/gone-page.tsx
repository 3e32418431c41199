/** What is left of an agent that was deleted while its page was open. */

import Link from "next/link";

import { homePath } from "../../routes.ts";
import { MessagePage } from "../shell/message-page.tsx";
import { Button } from "../ui/button.tsx";

export const GonePage = ({ name }: { name: string }) => (
  <MessagePage
    title={`${name} has been deleted`}
    sentence="Its machine and everything on it are gone. Your other Koi are not affected."
  >
    <Button asChild look="primary">
      <Link href={homePath}>Go to your Koi</Link>
    </Button>
  </MessagePage>
);
