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
  const register = () => window.htmx?.registerExtension("trusted", { init: (api) => api.initSecurity(own) });
  document.addEventListener("DOMContentLoaded", register, { capture: true, once: true });
})();
