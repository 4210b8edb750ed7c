// `cargo xtask dist` ends the script of each build that trains with this: loaded in a worker, it is the trainer's thread.
// The first message is the compiled module, or why there is none, and the address of the handwritten digits; worker_main() then takes
// over the messages.
if (globalThis.DedicatedWorkerGlobalScope) self.onmessage = async ({ data: [module, digits] }) => {
  self.onmessage = null;
  try {
    if (module instanceof Error) throw module;
    await __wbg_init({ module_or_path: module });
    worker_main(digits);
  } catch (error) {
    // Thrown outside the promise, an error reaches the page as the Worker's error event.
    setTimeout(() => { throw error; });
  }
};
