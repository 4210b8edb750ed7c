// The trainer's thread. Its first message is the compiled module, so that nothing is fetched or compiled twice;
// worker_main() then takes over the messages. `?build=` names the build that the module belongs to.
const build = new URL(import.meta.url).searchParams.get("build") ?? "lab";

self.onmessage = async ({ data }) => {
  self.onmessage = null;
  try {
    const lab = await import(new URL(`${build}.js`, import.meta.url));
    await lab.default({ module_or_path: data });
    lab.worker_main();
  } catch (error) {
    // Thrown outside the promise, an error reaches the page as the Worker's error event.
    setTimeout(() => { throw error; });
  }
};
