import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { boot, sourcesOf } from "./scripts/boot";

// The server behind the pages of `npm run dev` and `npm run preview`. The Host header stays the
// page's own, and so the page's origin is the server's, as it is in production.
const target = process.env.OPENBELL_SERVER ?? "http://127.0.0.1:8000";
const proxy = {
  "/api": { target, changeOrigin: false },
  "/health": { target, changeOrigin: false },
  "/ws": { target, changeOrigin: false, ws: true },
};

const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export default defineConfig({
  plugins: [react(), tailwindcss(), boot()],
  resolve: {
    alias: { ...sourcesOf, "~": fileURLToPath(new URL("src", import.meta.url)) },
    dedupe: ["react", "react-dom"],
  },
  build: {
    target: "es2022",
    manifest: true,
    // A `data:` address would need a policy of its own.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { host: "127.0.0.1", port: 5173, proxy },
  preview: {
    host: "127.0.0.1",
    port: Number(process.env.PORT ?? 4173),
    strictPort: true,
    proxy,
    headers: { "Content-Security-Policy": policy },
  },
});
