// Which code may turn strings into HTML. htmx may, with what this server rendered and escaped; nothing else may, but
// for the empty string, with which some libraries clear an element. Loaded before everything else.
"use strict";
(() => {
  const policies = window.trustedTypes;
  if (policies) {
    policies.createPolicy("default", {
      createHTML(text) {
        if (text === "") return "";
        throw new TypeError("Text may not become HTML here.");
      },
    });
  }
  const own = policies
    ? policies.createPolicy("htmx", { createHTML: (text) => text, createScript: () => "" })
    : { createHTML: (text) => text, createScript: () => "" };
  let registered = false;
  const register = () => {
    if (registered || !window.htmx) return;
    registered = true;
    window.htmx.registerExtension("trusted", { init: (api) => api.initSecurity(own) });
  };
  // At once when htmx is there: an answer that is asked for while the page loads may come before all its scripts did.
  document.querySelector('script[src*="/vendor/htmx-"]')?.addEventListener("load", register, { once: true });
  document.addEventListener("DOMContentLoaded", register, { capture: true, once: true });
})();
