import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { HtmlTagDescriptor, Plugin } from "vite";

const source = (name: string) => readFileSync(new URL(`../src/boot/${name}`, import.meta.url));

/** A name that changes with the content, so that the file may be kept for ever. */
function hashed(name: string, content: string | Buffer): string {
  const digest = createHash("sha256").update(content).digest("base64url").slice(0, 8);
  const end = extname(name);
  return `assets/${basename(name, end)}-${digest}${end}`;
}

function manifest(icon: string): string {
  return JSON.stringify({
    name: "Openbell",
    short_name: "Openbell",
    description: "Foreclosure auctions, watched live.",
    start_url: "/",
    scope: "/",
    id: "/",
    display: "standalone",
    background_color: "#fafafb",
    theme_color: "#fafafb",
    icons: [{ src: `/${icon}`, sizes: "any", type: "image/svg+xml", purpose: "any" }],
  });
}

/**
 * What the page needs before and beside its modules: the script that sets the appearance, the icon
 * and the manifest. The bundler names modules only, and these have to be named like them.
 */
export function boot(): Plugin {
  let serving = false;
  return {
    name: "openbell-boot",
    configResolved(config) {
      serving = config.command === "serve";
    },
    generateBundle() {
      for (const [fileName, content] of Object.entries(files())) {
        this.emitFile({ type: "asset", fileName, source: content });
      }
    },
    transformIndexHtml: {
      order: "post",
      handler: () => tags(serving),
    },
  };
}

function files(): Record<string, string | Buffer> {
  const theme = source("theme.js");
  const icon = source("icon.svg");
  const iconName = hashed("icon.svg", icon);
  const text = manifest(iconName);
  return {
    [hashed("theme.js", theme)]: theme,
    [iconName]: icon,
    [hashed("manifest.webmanifest", text)]: text,
  };
}

function tags(serving: boolean): HtmlTagDescriptor[] {
  const [theme = "", icon = "", web = ""] = serving
    ? ["src/boot/theme.js", "src/boot/icon.svg", ""]
    : Object.keys(files());
  const links: HtmlTagDescriptor[] = [
    { tag: "link", attrs: { rel: "icon", type: "image/svg+xml", href: `/${icon}` } },
    { tag: "link", attrs: { rel: "apple-touch-icon", href: `/${icon}` } },
  ];
  if (web !== "") links.push({ tag: "link", attrs: { rel: "manifest", href: `/${web}` } });
  return [
    ...links.map((link) => ({ ...link, injectTo: "head" as const })),
    { tag: "script", attrs: { src: `/${theme}` }, injectTo: "head-prepend" },
  ];
}

/** Where the sources of the other packages are: the app is built from them, built or not. */
export const sourcesOf = {
  "@openbell/client": fileURLToPath(new URL("../../client/src/index.ts", import.meta.url)),
  "@openbell/react": fileURLToPath(new URL("../../react/src/index.ts", import.meta.url)),
};
