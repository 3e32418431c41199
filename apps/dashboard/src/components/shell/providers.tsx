"use client";

/** What every page shares in the browser: the theme and the cache of the API's answers. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { useState, type ReactNode } from "react";

import { ProblemError } from "../../platform/problem.ts";

export const Providers = ({ nonce, children }: { nonce: string; children: ReactNode }) => {
  const [queries] = useState(createQueries);
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </ThemeProvider>
  );
};

const maxRetries = 2;

const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays a refusal; only what was not reached is worth another attempt.
        retry: (failures, error) =>
          failures < maxRetries && (!(error instanceof ProblemError) || error.problem.status === 0),
      },
    },
  });
