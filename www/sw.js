// The service worker of our own page: what a visit loads stays in a cache, which serves it when there is no network.

// `cargo xtask dist` puts hashes of the content into these names and this number, so that every release is another worker.
const RELEASE = "00000000";
const PAGE = [
  "./", "icon.svg", "grokking-lab.js", "assets/machine.js", "assets/style.css", "assets/loading.js", "assets/page.js",
  "assets/restore.js", "assets/lab.js", "assets/lab_bg.wasm", "assets/lab_both.wasm", "assets/lab_run.wasm",
];
// What a visit loads when somebody asks for it stays from then on.
const ASKED = [
  "assets/lab_later.wasm", "assets/experiments.txt", "assets/digits.txt", "assets/de.json", "assets/es.json", "assets/fr.json",
];
// Which of them this machine trains with, the page says.
const BUILDS = {
  gpu: ["assets/gpu.js", "assets/gpu_bg.wasm"],
  cpu: ["assets/cpu.js", "assets/cpu_bg.wasm"],
  cpu_relaxed: ["assets/cpu_relaxed.js", "assets/cpu_relaxed_bg.wasm"],
};

/** How long the network may take where there is a copy, milliseconds; and until when it has used that up for all files. */
const PATIENCE = 4000;
let late = 0;

// Other pages of the same origin may have caches, too.
const { scope } = self.registration;
const OURS = `grokking-lab ${scope} `;
const NAME = OURS + RELEASE;
const build = new URLSearchParams(location.search).get("build");
const isAsset = (url) => url.startsWith(`${scope}assets/`);

// All or nothing, so that the cache always holds one release. Assets come from the browser's cache; the page loaded them.
self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  const urls = [...PAGE, ...(BUILDS[build] ?? [])].map((file) => new URL(file, scope).href);
  await cache.addAll(urls.map((url) => new Request(url, { cache: isAsset(url) ? "default" : "no-cache" })));
})()));

// The new release runs when no tab shows the old one.
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  // From the first visit on, so that what it asks for stays.
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !url.startsWith(scope)) return;
  const cached = async () => {
    const page = url.replace(/index\.html(?=$|[?#])/, "");
    const copy = await (await caches.open(NAME)).match(page, { ignoreSearch: true });
    // A script believes to be where its answer came from. A copy comes from where it was asked for.
    return copy && copy.url !== url ? new Response(copy.body, copy) : copy;
  };
  // A server that hangs or fails is as good as none, if there is a copy.
  const newest = async () => {
    const answer = fetch(event.request);
    answer.catch(() => {});
    const waited = new Promise((resolve) => setTimeout(resolve, Date.now() < late ? 0 : PATIENCE, "late"));
    const response = await Promise.race([answer, waited]).catch(() => undefined);
    if (response === "late") late = Date.now() + 5 * PATIENCE;
    return response?.status < 500 ? response : await cached() ?? answer;
  };
  const fetched = async () => {
    const response = await fetch(event.request);
    if (response.ok && ASKED.some((file) => url === scope + file)) {
      const copy = response.clone();
      event.waitUntil(caches.open(NAME).then((cache) => cache.put(url, copy)).catch(() => {}));
    }
    return response;
  };
  // An asset never changes; of the rest, the network knows the newest.
  event.respondWith(isAsset(url) ? cached().then((copy) => copy ?? fetched()) : newest());
});
