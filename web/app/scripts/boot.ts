import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { HtmlTagDescriptor, Plugin, Rolldown } from "vite";
import { drawIcon } from "./icons";

const source = (name: string) =>
  readFileSync(new URL(`../src/boot/${name}`, import.meta.url), "utf8");

const digest = (content: string | Uint8Array) =>
  createHash("sha256").update(content).digest("base64url").slice(0, 8);

/** A name that changes with the content, so that the file may be kept for ever. */
function hashed(name: string, content: string | Uint8Array): string {
  const end = extname(name);
  return `assets/${basename(name, end)}-${digest(content)}${end}`;
}

interface BootFiles {
  theme: string;
  icon: string;
  touchIcon: string;
  files: Record<string, string | Uint8Array>;
}

let made: BootFiles | undefined;

/** The files beside the modules, by the names that they are served under. */
function bootFiles(): BootFiles {
  if (made) return made;
  const files: BootFiles["files"] = {};
  const put = (name: string, content: string | Uint8Array) => {
    const path = hashed(name, content);
    files[path] = content;
    return path;
  };
  const svg = source("icon.svg");
  const theme = put("theme.js", source("theme.js"));
  const icon = put("icon.svg", svg);
  const touchIcon = put("icon-180.png", drawIcon(svg, { size: 180, full: true }));
  const picture = (size: number, file: string, purpose: string) => ({
    src: `/${file}`,
    sizes: `${size}x${size}`,
    type: "image/png",
    purpose,
  });
  const whole = drawIcon(svg, { size: 512, full: true, scale: 0.9 });
  files["manifest.webmanifest"] = manifest([
    picture(192, put("icon-192.png", drawIcon(svg, { size: 192 })), "any"),
    picture(512, put("icon-512.png", drawIcon(svg, { size: 512 })), "any"),
    picture(512, put("icon-maskable.png", whole), "maskable"),
    { src: `/${icon}`, sizes: "any", type: "image/svg+xml", purpose: "any" },
  ]);
  made = { theme, icon, touchIcon, files };
  return made;
}

function manifest(icons: object[]): string {
  return JSON.stringify({
    name: "Openbell",
    short_name: "Openbell",
    description: "Foreclosure auctions, watched live.",
    id: "/",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#fafafb",
    theme_color: "#ffffff",
    icons,
    shortcuts: [
      { name: "Properties", url: "/properties" },
      { name: "Watchlist", url: "/watchlist" },
      { name: "Notifications", url: "/notifications" },
    ],
  });
}

/** The service worker of a build: what it keeps, and by what a page knows whether it is of it. */
export function workerSource(build: { version: string; entry: string; files: string[] }): string {
  return `const BUILD = ${JSON.stringify(build)};\n${source("sw.js")}`;
}

/** What works without the server: all that a page may load but the pictures of home screens. */
const isKept = (name: string) => /^assets\/.*\.(js|css|svg|json)$/.test(name);

function workerOf(bundle: Rolldown.OutputBundle): string {
  const page = bundle["index.html"];
  const entry = Object.values(bundle).find((file) => file.type === "chunk" && file.isEntry);
  if (page?.type !== "asset" || entry === undefined) throw new Error("there is no page");
  const files = Object.keys(bundle).filter(isKept).sort();
  const version = digest(`${files.join()}${page.source}`);
  return workerSource({
    version,
    entry: `/${entry.fileName}`,
    files: files.map((name) => `/${name}`),
  });
}

/**
 * What the page needs before and beside its modules: the script that sets the appearance, icons,
 * the manifest and the service worker. The bundler names modules only, and these have to be named
 * like them.
 */
export function boot(): Plugin[] {
  let serving = false;
  return [
    {
      name: "openbell-boot",
      configResolved(config) {
        serving = config.command === "serve";
      },
      generateBundle() {
        for (const [fileName, content] of Object.entries(bootFiles().files)) {
          this.emitFile({ type: "asset", fileName, source: content });
        }
      },
      transformIndexHtml: {
        order: "post",
        handler: () => tags(serving),
      },
    },
    {
      name: "openbell-worker",
      enforce: "post",
      generateBundle: {
        order: "post",
        handler(_, bundle) {
          this.emitFile({ type: "asset", fileName: "sw.js", source: workerOf(bundle) });
        },
      },
    },
  ];
}

function tags(serving: boolean): HtmlTagDescriptor[] {
  const { theme, icon, touchIcon } = serving
    ? { theme: "src/boot/theme.js", icon: "src/boot/icon.svg", touchIcon: "" }
    : bootFiles();
  const links = [{ rel: "icon", type: "image/svg+xml", href: `/${icon}` }];
  if (!serving) {
    links.push({ rel: "apple-touch-icon", type: "image/png", href: `/${touchIcon}` });
    links.push({
      rel: "manifest",
      type: "application/manifest+json",
      href: "/manifest.webmanifest",
    });
  }
  return [
    ...links.map((attrs) => ({ tag: "link", attrs, injectTo: "head" as const })),
    { tag: "script", attrs: { src: `/${theme}` }, injectTo: "head-prepend" },
  ];
}

/** Where the sources of the other packages are: the app is built from them, built or not. */
export const sourcesOf = {
  "@openbell/client": fileURLToPath(new URL("../../client/src/index.ts", import.meta.url)),
  "@openbell/react": fileURLToPath(new URL("../../react/src/index.ts", import.meta.url)),
};
