import type { Client } from "@openbell/client";
import { act, renderHook } from "@testing-library/react";
import { StrictMode } from "react";
import { settle, World } from "../../client/tests/support/world.js";
import { OpenbellProvider } from "../src/index.js";

export { settle, World };

/** Renders a hook twice as strictly as in production, below a provider. */
export function hook<P, R>(client: Client, use: (props: P) => R, initialProps: P) {
  return renderHook(use, {
    initialProps,
    wrapper: ({ children }) => (
      <StrictMode>
        <OpenbellProvider client={client}>{children}</OpenbellProvider>
      </StrictMode>
    ),
  });
}

/** Does something and lets React see what came of it. */
export async function during(doing: () => unknown): Promise<void> {
  await act(async () => {
    await doing();
    await settle();
  });
}
