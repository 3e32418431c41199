"use client";

/** When a page inside the shell could not be made: the shell stays usable. */

import { MessagePage } from "../../components/shell/message-page.tsx";
import { Button } from "../../components/ui/button.tsx";

export default function PageError({ retry }: { retry: () => void }) {
  return (
    <MessagePage
      title="This page did not load"
      sentence="SkyKoi could not put this page together. Your Koi and their work are not affected, and the reason is in SkyKoi's log."
    >
      <Button look="primary" onClick={retry}>
        Load it again
      </Button>
    </MessagePage>
  );
}
