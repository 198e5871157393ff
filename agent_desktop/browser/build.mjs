// Bundles the pages' scripts, styles, fonts and icons into ../static/build with hashed names.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "build");

/** One SVG sprite of the icons that sources and templates name, each a <symbol>. */
function sprite(names) {
  const symbols = names.map((name) => {
    const [folder, file] = name.endsWith("-filled")
      ? ["filled", name.slice(0, -"-filled".length)]
      : ["outline", name];
    const svg = readFileSync(
      join(here, "node_modules/@tabler/icons/icons", folder, `${file}.svg`), "utf8");
    const body = svg
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace("</svg>", "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
      .replace(/\s+/g, " ")
      .trim();
    const paint = folder === "filled"
      ? 'fill="currentColor" stroke="none"'
      : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function iconNames() {
  return readFileSync(join(here, "icons.txt"), "utf8").split("\n").map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
}

function writeSprite() {
  const text = sprite(iconNames());
  const name = `icons-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.svg`;
  writeFileSync(join(out, name), text);
  return name;
}

/** Source name -> built name, read by the server when it writes a page. */
function manifest(metafile, icons) {
  const files = { "icons.svg": icons };
  for (const [path, info] of Object.entries(metafile.outputs)) {
    if (!info.entryPoint) continue;
    const entry = relative(here, join(here, info.entryPoint));
    const built = relative(out, join(here, path));
    files[entry.replace(/^src\//, "").replace(/^styles\//, "").replace(/\.ts$/, ".js")] = built;
  }
  writeFileSync(join(out, "manifest.json"), `${JSON.stringify(files, null, 1)}\n`);
}

function sweep(keep) {
  for (const file of readdirSync(out)) if (!keep.has(file)) rmSync(join(out, file));
}

const finish = {
  name: "finish",
  setup(build) {
    build.onEnd((result) => {
      if (result.errors.length || !result.metafile) return;
      const icons = writeSprite();
      manifest(result.metafile, icons);
      const built = Object.keys(result.metafile.outputs).map((path) => relative(out, join(here, path)));
      sweep(new Set([...built, icons, "manifest.json"]));
    });
  },
};

const watch = process.argv.includes("--watch");
mkdirSync(out, { recursive: true });
const options = {
  absWorkingDir: here,
  entryPoints: ["src/app.ts", "src/login.ts", "src/caller.ts", "styles/app.css"],
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  sourcemap: false,
  legalComments: "none",
  loader: { ".woff2": "file" },
  metafile: true,
  logLevel: "warning",
  plugins: [finish],
};
if (watch) {
  const context = await esbuild.context(options);
  await context.watch();
  console.log("watching");
} else {
  await esbuild.build(options);
}
