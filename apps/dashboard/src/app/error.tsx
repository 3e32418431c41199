"use client";

/** When a page could not be made: what is safe, and another attempt. */

export { LoadFailure as default } from "../components/shell/load-failure.tsx";
