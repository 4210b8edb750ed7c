// Says why the lab does not come, where its script cannot be loaded. Not a module: those do not run in pages opened as files.
addEventListener("error", ({ target }) => {
  const notice = document.querySelector(".loading");
  if (!notice || !target.src?.endsWith("/grokking-lab.js")) return;
  notice.setAttribute("role", "alert");
  notice.textContent = location.protocol === "file:"
    ? "The lab does not run in a page opened as a file: browsers load its parts only from a web server. “cargo xtask serve” is one, and so is “python3 -m http.server” in this folder."
    : `The lab could not be loaded: ${target.src} is missing on the server, or the connection broke. Reload the page to try again.`;
}, true);
