import { fileURLToPath } from "node:url";

const inWeb = (path: string) => fileURLToPath(new URL(`../../web/${path}`, import.meta.url));
const target = process.env.OPENBELL_SERVER ?? "http://127.0.0.1:8000";

// An application takes the packages from npm and needs no aliases: here they are this repository's
// own sources. The Host header stays the page's own, so that no origin has to be allowed.
export default {
  root: fileURLToPath(new URL(".", import.meta.url)),
  cacheDir: inWeb("node_modules/.vite-example"),
  resolve: {
    alias: {
      "@openbell/client": inWeb("client/src/index.ts"),
      "@openbell/react": inWeb("react/src/index.ts"),
      "react-dom": inWeb("node_modules/react-dom"),
      react: inWeb("node_modules/react"),
    },
  },
  server: {
    host: "127.0.0.1",
    fs: { allow: [inWeb("."), "."] },
    proxy: {
      "/api": { target, changeOrigin: false },
      "/ws": { target, changeOrigin: false, ws: true },
    },
  },
};
