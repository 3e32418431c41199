"use client";

/** What a page that failed says, and how it is loaded again. */

import { Button } from "../ui/button.tsx";
import { MessagePage } from "./message-page.tsx";

interface LoadFailureProps {
  readonly error: unknown;
  readonly retry: () => void;
}

export const LoadFailure = ({ error, retry }: LoadFailureProps) =>
  isOldPage(error) ? (
    <MessagePage
      title="SkyKoi was updated"
      sentence="This page is from before the update. Reload it to go on. Your Koi and what you sent them are safe."
    >
      <Button look="primary" onClick={() => window.location.reload()}>
        Reload the page
      </Button>
    </MessagePage>
  ) : (
    <MessagePage
      title="This page did not load"
      sentence="SkyKoi could not put this page together. Your Koi and their work are not affected, and the reason is in SkyKoi's log."
    >
      <Button look="primary" onClick={retry}>
        Load it again
      </Button>
    </MessagePage>
  );

/** A part of the page that is loaded later is not there any more under its old name. */
const isOldPage = (error: unknown): boolean => error instanceof Error && error.name === "ChunkLoadError";
