// Builds clinic/static/dist: bundles with hashed names, the outlines of icons, the licences of what is shipped, and manifest.json (name →
// hashed name), written last. The same sources give the same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { slots } from "./slots.mjs";

const assets = dirname(fileURLToPath(import.meta.url));
const root = join(assets, "..", "..");
const dist = join(assets, "..", "static", "dist");
const modules = join(root, "node_modules");
const manifest = {};

const generated = {
  name: "generated",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^generated:slots$/ }, () => ({ path: "slots", namespace: "generated" }));
    onLoad({ filter: /^slots$/, namespace: "generated" }, () => ({ contents: slots(), loader: "css" }));
  },
};

async function bundle(paths, options = {}) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: paths.map((path) => join(assets, path)),
    outdir: dist,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2022",
    supported: { nesting: true },
    legalComments: "none",
    logLevel: "warning",
    plugins: [generated],
    ...options,
  });
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) manifest[basename(entryPoint)] = basename(path);
}

function put(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  manifest[name] = name.replace(".", `-${hash}.`);
  writeFileSync(join(dist, manifest[name]), text);
}

// An icon as one line of path data: it stands in its place, where each <use> would be a copy that the browser makes and keeps.
function outline(name) {
  const drawn = readFileSync(join(modules, "lucide-static", "icons", `${name}.svg`), "utf8");
  const shapes = [...drawn.matchAll(/<(path|rect|circle|ellipse|line|poly\w+)([^>]*?)\/?>/g)];
  return shapes.map(([, kind, given]) => {
    const of = Object.fromEntries([...given.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    if (!(kind in asPath)) throw new Error(`${name} has a ${kind}: say here how it is drawn as a path`);
    return asPath[kind](of);
  }).join("");
}

// Begins where it says, not where the path before it ended.
const absolute = ({ d }) => d.replace(/^m\s*(-?[\d.]+)[\s,]*(-?[\d.]+)\s*(?=([-\d.]?))/, (_, x, y, next) => `M${x} ${y}${next ? "l" : ""}`);

function rounded({ x, y, width, height, rx = 0 }) {
  const [left, top, r, across, down] = [x, y, rx, width - 2 * rx, height - 2 * rx].map(Number);
  const arc = (dx, dy) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${left + r} ${top}h${across}${arc(r, r)}v${down}${arc(-r, r)}h${-across}${arc(-r, -r)}v${-down}${arc(r, -r)}z`;
}

const asPath = {
  path: absolute,
  rect: rounded,
  line: ({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`,
  circle: ({ cx, cy, r }) => `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
};

function licences() {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.keys(dependencies).sort().map((name) => {
    const files = readdirSync(join(modules, name)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
    if (!files.length) throw new Error(`${name} ships without a licence file`);
    const { version } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    const texts = files.map((file) => readFileSync(join(modules, name, file), "utf8").trim());
    return `${name} ${version}\n\n${texts.join("\n\n")}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

mkdirSync(dist, { recursive: true });
await bundle(["js/app.js", "js/board.js", "js/record.js", "js/body.js", "js/beside.js", "js/help.js", "js/kept.js", "js/there.js", "css/app.css", "css/day.css", "css/new-course.css", "css/body.css", "css/record.css", "css/scores.css"]);
// htmx as its makers minified it is a tenth smaller than bundled from its source, so it goes in front as it is.
const htmx = readFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), "utf8");
await bundle(["js/course.js"], { banner: { js: htmx }, format: "iife" });
const icons = JSON.parse(readFileSync(join(assets, "icons.json"), "utf8"));
put("outlines.json", JSON.stringify(Object.fromEntries(icons.map((name) => [name, outline(name)]))));
put("favicon.svg", readFileSync(join(assets, "favicon.svg"), "utf8"));
put("licences.txt", licences());

// Packed once and tightly, beside the file; whoever cannot unpack it has the file as it is, or as the server packs it.
const packed = Object.values(manifest).filter((file) => /\.(css|js)$/.test(file));
for (const file of packed) writeFileSync(join(dist, `${file}.br`), brotliCompressSync(readFileSync(join(dist, file))));

const listed = Object.fromEntries(Object.entries(manifest).sort());
const unfinished = join(dist, "manifest.json.new");
writeFileSync(unfinished, JSON.stringify(listed, null, 2) + "\n");
renameSync(unfinished, join(dist, "manifest.json"));
const kept = new Set([...Object.values(listed), ...packed.map((file) => `${file}.br`), "manifest.json", "manifest.json.from"]);
for (const file of readdirSync(dist)) if (!kept.has(file)) rmSync(join(dist, file));
console.log(`front end: ${Object.keys(listed).length} files in ${relative(root, dist)}`);
