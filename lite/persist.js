// Asks the browser to keep what is stored for this site, a learner's work among it, also when it is short of space or
// nobody has been here for a while. Some browsers ask whoever is there, others decide by themselves.
(async () => {
  const { storage } = navigator;
  if (storage?.persist && !(await storage.persisted())) await storage.persist();
})();

// JupyterLite takes a service worker for an old one when it finds no version of it, as on a browser's second visit, and
// fetches it anew: without a network, Firefox and WebKit then have none. A browser renews it by itself, so no version is
// ever old.
(() => {
  const worker = navigator.serviceWorker?.controller;
  if (worker) localStorage.setItem(`${worker.scriptURL}-version`, 'VERSION');
})();
