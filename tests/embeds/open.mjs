// Opens addresses in Chromium and waits until the lab on each page has trained. Arguments: the browser, then addresses.
// A line says what is wrong with each; the exit status is the number of pages with something wrong.
import { chromium } from "playwright-core";

const [executablePath, ...urls] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args });
let failures = 0;
for (const url of urls) {
  const page = await browser.newPage();
  const wrong = [];
  page.on("console", (message) => { if (message.type() === "error") wrong.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => wrong.push(`uncaught: ${error.message}`));
  const trained = () => {
    const lab = document.querySelector("grokking-lab");
    const { p, width, bias } = lab?.getConfig() ?? {};
    return lab?.adapter && lab.device === "cpu" && p === 11 && width === 16 && bias && lab.getHistory().step.at(-1) >= 8;
  };
  try {
    await page.goto(url);
    await page.waitForFunction(trained, null, { timeout: 30_000 });
    // Set later, a property still reaches the lab.
    const late = await page.evaluate(async () => {
      const lab = document.querySelector("grokking-lab");
      lab.seed = 3;
      await lab.step(2);
      return [lab.getAttribute("seed"), lab.getConfig().seed, lab.problems.join()];
    });
    if (late.join() !== "3,3,") wrong.push(`seed = 3 became ${late}`);
  } catch (error) {
    const now = await page.evaluate(() => {
      const lab = document.querySelector("grokking-lab");
      return lab ? `${lab.state}: ${lab.shadowRoot?.textContent.slice(0, 300)}` : "no element";
    }).catch(() => "no page");
    wrong.push(`${error.message.split("\n")[0]} (${now.trim()})`);
  }
  if (wrong.length) {
    failures++;
    console.log(`${url}: ${[...new Set(wrong)].join("; ")}`);
  }
  await page.close();
}
await browser.close();
process.exit(failures);
