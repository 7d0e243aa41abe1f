// Asks the browser to keep what is stored for this site, a learner's work among it, also when it is short of space or
// nobody has been here for a while. Some browsers ask whoever is there, others decide by themselves.
(async () => {
  const { storage } = navigator;
  if (storage?.persist && !(await storage.persisted())) await storage.persist();
})();
