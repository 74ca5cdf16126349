import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run build` writes what the Python package serves. `npm run dev` asks a running `serinus ui --port 8900`,
// under the name and from the place that it knows.
const CONSOLE = "http://127.0.0.1:8900";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/serinus/console/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: CONSOLE, changeOrigin: true, headers: { origin: CONSOLE } } } },
});
