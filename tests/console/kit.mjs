// A server over a copy of the quickstart, a console beside it, and a browser.
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const BELLPULL = process.env.BELLPULL;
const QUICKSTART = new URL("../../examples/quickstart", import.meta.url).pathname;
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const ON_A_FREE_PORT = "127.0.0.1:0";

/** Resolves with the first line that `find` takes, as it maps it. */
function line(stream, find) {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.on("line", (text) => {
      const found = find(text);
      if (found) resolve(found);
    });
    lines.on("close", () => reject(new Error("the process ended first")));
  });
}

/** A server, and a console that asks it. */
export class World {
  static async start() {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), "bellpull-console-"));
    world.manifests = join(world.folder, "manifests");
    cpSync(QUICKSTART, world.manifests, { recursive: true });
    world.server = spawn(BELLPULL, [
      "serve", "--manifests", world.manifests, "--cache-dir", join(world.folder, "cache"),
      "--log-format", "json", "--drain-delay", "0s", "--receiver-addr", ON_A_FREE_PORT,
      "--health-addr", ON_A_FREE_PORT, "--metrics-addr", ON_A_FREE_PORT, "--admin-addr", ON_A_FREE_PORT,
    ], { stdio: ["ignore", "ignore", "pipe"] });
    const addresses = {};
    await line(world.server.stderr, (text) => {
      const told = JSON.parse(text);
      if (told.flag) addresses[told.flag] = `http://${told.address}`;
      return told.message === "receiver ready" && addresses["--admin-addr"];
    });
    world.receiver = addresses["--receiver-addr"];
    world.admin = addresses["--admin-addr"];
    world.viewer = spawn(BELLPULL, [
      "console", "--no-open", "--listen", ON_A_FREE_PORT, "--admin", world.admin,
    ], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await line(world.viewer.stdout, (text) => text);
    world.console = url.replace(/\/$/, "");
    world.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
    });
    return world;
  }

  /** Sends a signed sample, and returns the id of the delivery. */
  async send(receiver = "app", ...more) {
    const { stdout } = await promisify(execFile)(BELLPULL, [
      "send", receiver, "--manifests", this.manifests, "--to", this.receiver,
      "--cache-dir", join(this.folder, "cache"), ...more,
    ]);
    return JSON.parse(stdout.slice(stdout.indexOf("{"))).delivery;
  }

  /** The webhook path of a Receiver. */
  async path(receiver = "app") {
    const answer = await fetch(`${this.admin}/v1/receivers/default/${receiver}/path`);
    return (await answer.json()).path;
  }

  /** A page of the console. Whatever breaks its policy, or opens a dialog, is in `complaints`. */
  async page(path, options = {}) {
    const context = await this.browser.newContext({ baseURL: this.console, ...options });
    const page = await context.newPage();
    page.complaints = [];
    page.on("console", (said) => {
      if (said.type() === "error") page.complaints.push(said.text());
    });
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    page.on("dialog", (dialog) => {
      page.complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => {
      const asked = new URL(request.url());
      if (asked.protocol !== "data:" && asked.origin !== this.console) {
        page.complaints.push(`asks elsewhere: ${asked}`);
      }
    });
    await page.goto(path);
    return page;
  }

  async stop() {
    await this.browser?.close();
    this.viewer?.kill();
    this.server?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What axe finds wrong with the page as it is. */
export async function violations(page) {
  if (!(await page.evaluate("typeof axe === 'object'"))) {
    await page.evaluate(readFileSync(AXE, "utf8"));
  }
  const found = await page.evaluate("axe.run()");
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** Presses Tab until the focused element has this text. */
export async function tabTo(page, text) {
  const seen = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate("document.activeElement.textContent.trim()");
    if (focused.startsWith(text)) return;
    seen.push(focused.slice(0, 40));
  }
  throw new Error(`Tab does not reach ${text}: ${seen.join(" | ")}`);
}
