"use client";

/** When even the frame of the pages failed: plain, with nothing that could fail again. */

export default function GlobalError({ retry }: { retry: () => void }) {
  return (
    <html lang="en">
      <body
        style={{ font: "16px/1.5 system-ui, sans-serif", maxWidth: "26rem", margin: "20vh auto", padding: "0 1.5rem" }}
      >
        <h1 style={{ fontSize: "1.25rem" }}>SkyKoi did not load</h1>
        <p>
          The page could not be put together. Your Koi and their work are not affected. Load it again; if that does not
          help, look at the log of SkyKoi.
        </p>
        <button type="button" onClick={retry}>
          Load it again
        </button>
      </body>
    </html>
  );
}
