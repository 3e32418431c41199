"use client";

/** When a page inside the shell could not be made: the shell stays usable. */

export { LoadFailure as default } from "../../components/shell/load-failure.tsx";
