// The trainer's thread. Its first message is the compiled module, or why there is none;
// worker_main() then takes over the messages. `?script=` is the address of the script that belongs to the module.
const script = new URL(import.meta.url).searchParams.get("script");

self.onmessage = async ({ data }) => {
  self.onmessage = null;
  try {
    if (data instanceof Error) throw data;
    const lab = await import(script);
    await lab.default({ module_or_path: data });
    lab.worker_main();
  } catch (error) {
    // Thrown outside the promise, an error reaches the page as the Worker's error event.
    setTimeout(() => { throw error; });
  }
};
