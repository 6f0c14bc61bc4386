import { toast } from "~/ui/toasts";
import { client } from "./session";

/** Whether a worker that waits is of another build than this page. */
function isNews(worker: ServiceWorker, entry: string): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data === true);
    worker.postMessage({ type: "running", entry }, [port2]);
  });
}

/** The page is loaded anew when somebody says so, never by itself. */
function offer(worker: ServiceWorker): void {
  const run = () => {
    // Another tab was faster.
    if (worker.state !== "installed") return location.reload();
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), {
      once: true,
    });
    worker.postMessage({ type: "take-over" });
  };
  toast("There is a new version.", { action: { label: "Reload", run }, stays: true });
}

/**
 * Lets the app open without the server, and says when there is a newer one. `entry` is the address
 * of this page's first module, which changes with every build.
 */
export async function startWorker(entry: string): Promise<void> {
  const registration = await navigator.serviceWorker.register("/sw.js");
  const { pathname } = new URL(entry);
  const look = async ({ waiting }: ServiceWorkerRegistration) => {
    if (waiting && (await isNews(waiting, pathname))) offer(waiting);
  };
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed") void look(registration);
    });
  });
  void look(registration);
  // A server of another release was started anew before.
  client.onStatus(({ state }) => {
    if (state === "open") registration.update().catch(() => undefined);
  });
}
