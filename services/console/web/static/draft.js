// 草稿: what is filled in of an inspection, kept in this browser until it is recorded. One draft a task and person.
"use strict";

const Drafts = (() => {
  const NAME = "shenguan-drafts"; // console.js ends it at sign-out
  const KEPT_DAYS = 30;

  function opened() {
    return new Promise((done, failed) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("draft", { keyPath: "task" });
      asked.onsuccess = () => {
        asked.result.onversionchange = () => asked.result.close(); // the sign-out of another tab deletes it
        done(asked.result);
      };
      asked.onerror = () => failed(asked.error);
    });
  }

  async function does(mode, act) {
    const database = await opened();
    try {
      const transaction = database.transaction("draft", mode);
      const asked = act(transaction.objectStore("draft"));
      await new Promise((done, failed) => {
        transaction.oncomplete = done;
        transaction.onabort = transaction.onerror = () => failed(transaction.error);
      });
      return asked.result;
    } finally {
      database.close();
    }
  }

  async function counted() {
    localStorage.setItem(NAME, await does("readonly", (drafts) => drafts.count()));
  }

  return {
    keep: (draft) => does("readwrite", (drafts) => drafts.put(draft)).then(counted),
    of: (task) => does("readonly", (drafts) => drafts.get(task)),
    // The draft, the page it was filled in on, and the worker that opens that page.
    async drop(task) {
      await does("readwrite", (drafts) => drafts.delete(task)).then(counted);
      if (!("serviceWorker" in navigator)) return; // only over TLS or on this machine
      await caches.delete(`visit-${task}`);
      const worker = await navigator.serviceWorker.getRegistration(`/tasks/${task}/visit`);
      if (worker && worker.scope.endsWith(`/tasks/${task}/visit`)) await worker.unregister();
    },
    async dropOld() {
      const old = Date.now() - KEPT_DAYS * 24 * 3600 * 1000;
      for (const draft of await does("readonly", (drafts) => drafts.getAll())) {
        if (draft.at < old) await Drafts.drop(draft.task);
      }
    },
  };
})();

// The page of a task that has its inspection: there is nothing left to send.
const recorded = document.querySelector("[data-recorded]");
if (recorded) Drafts.drop(recorded.dataset.recorded);
