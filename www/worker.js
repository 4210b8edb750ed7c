// The trainer's thread. Its first message is the compiled module, so that nothing is fetched or compiled twice;
// worker_main() then takes over the messages.
import init, { worker_main } from "./lab.js";

self.onmessage = ({ data }) => {
  self.onmessage = null;
  // Thrown outside the promise, an error reaches the page as the Worker's error event.
  init({ module_or_path: data }).then(() => worker_main()).catch((error) => setTimeout(() => { throw error; }));
};
