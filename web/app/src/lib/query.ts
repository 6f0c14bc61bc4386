import { OpenbellError } from "@openbell/client";
import { QueryClient } from "@tanstack/react-query";
import { currentSession } from "./session";

/** Whether asking again may help. */
const mayRetry = (error: unknown) =>
  error instanceof OpenbellError && error.retry && currentSession().status !== "offline";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Frames keep what is shown up to date; this bounds how long the rest may lag.
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && mayRetry(error),
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
