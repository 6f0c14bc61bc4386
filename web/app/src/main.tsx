import "./styles.css";
import { OpenbellProvider } from "@openbell/react";
import { type Query, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./app/router";
import { queryClient } from "./lib/query";
import { client, onSession } from "./lib/session";
import { startWorker } from "./lib/worker";

// What one user has seen is nothing to the next; and whoever may not stay on a page is led away. A
// page that is left keeps what it shows until then, or it would ask once more for all of it.
let lastUser: string | undefined;
onSession(() => {
  const { session } = router.options.context;
  const now = session();
  const userId = now.status === "user" ? now.user.id : undefined;
  const isOther = lastUser !== undefined && userId !== lastUser;
  lastUser = userId;
  if (isOther && userId !== undefined) queryClient.clear();
  const led = router.invalidate();
  if (isOther && userId === undefined) void led.then(() => queryClient.clear());
});

// A new release has other files, and this page still asks for the old ones: it is loaded anew, once.
window.addEventListener("vite:preloadError", (event) => {
  const KEY = "openbell.reloaded";
  const last = Number(sessionStorage.getItem(KEY));
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem(KEY, String(Date.now()));
  location.reload();
});

// What could not be loaded while the server was away is loaded now.
client.onStatus(({ state }) => {
  if (state !== "open") return;
  const failed = { predicate: ({ state: { status } }: Query) => status === "error" };
  void queryClient.refetchQueries({ ...failed, type: "active" });
});

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Beside the first visit, not before it. Without a worker the app needs the server to open.
  const start = () => void startWorker(import.meta.url).catch(() => undefined);
  window.addEventListener("load", start, { once: true });
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <OpenbellProvider client={client}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </OpenbellProvider>
  </StrictMode>,
);
