// Keeps the whole site in the browser, so that it works with the network cut. What follows this is JupyterLite's own,
// which takes the requests of the kernels for files.
(() => {
  const KEPT = 'course';
  const LIST = new URL('kept.json', self.location).href;
  const VERSION = new URL('kept-version', self.location).href;

  const isKernels = path => /\/api\/(drive|stdin\/|service-worker-heartbeat)/.test(path);
  // Its name says what is in it: a hash, or a version.
  const isFixed = path => /[.-][0-9a-f]{7,}\./.test(path) || /\/static\/pyodide-.*(?<!-lock\.json)$/.test(path);

  const inCache = async request => (await caches.open(KEPT)).match(request, { ignoreSearch: true });

  async function keep(address, response) {
    if (response.status === 200) {
      await (await caches.open(KEPT)).put(address, response.clone());
    }
    return response;
  }

  async function answer(request, address) {
    if (isFixed(new URL(address).pathname)) {
      return (await inCache(address)) ?? keep(address, await fetch(request));
    }
    try {
      return await keep(address, await fetch(request));
    } catch (error) {
      const kept = await inCache(address);
      if (kept) return kept;
      throw error;
    }
  }

  let keeping;

  // Once, one file after the other: whoever is looking at a page goes first.
  function keepAll() {
    keeping ??= fill().catch(() => { keeping = undefined; });
    return keeping;
  }

  async function fill() {
    const cache = await caches.open(KEPT);
    const { version, files } = await (await fetch(LIST, { cache: 'no-cache' })).json();
    if ((await (await cache.match(VERSION))?.text()) === version) return;
    const addresses = files.map(file => new URL(file, self.location).href);
    for (const address of addresses) {
      const fixed = isFixed(new URL(address).pathname);
      if (fixed && (await cache.match(address))) continue;
      await keep(address, await fetch(address, { cache: fixed ? 'default' : 'no-cache' }));
    }
    const wanted = new Set(addresses);
    for (const { url } of await cache.keys()) {
      if (!wanted.has(url)) await cache.delete(url);
    }
    await cache.put(VERSION, new Response(version));
  }

  self.addEventListener('fetch', event => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== 'GET' || address.origin !== self.location.origin || isKernels(address.pathname)) return;
    event.stopImmediatePropagation();
    // A folder's page has two addresses.
    address.pathname = address.pathname.replace(/\/$/, '/index.html');
    address.search = address.hash = '';
    event.respondWith(answer(request, address.href));
    event.waitUntil(keepAll());
  });
})();
