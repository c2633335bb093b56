// What whoever runs Bellpull does with the console.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { World, tabTo, violations } from "./kit.mjs";

const HOSTILE = "refs/heads/<img/src=x/onerror=alert(1)>";
const SAMPLE = new URL("../cases/github/push-branch/body.json", import.meta.url);
const SCREENSHOTS = process.env.SCREENSHOTS;
/** Rows that a list keeps. */
const ROWS = 200;

let world;
let pages = [];

before(async () => { world = await World.start(); });
after(async () => { await world?.stop(); });
afterEach(async () => {
  const complaints = pages.flatMap((page) => page.complaints);
  for (const page of pages) await page.context().close();
  pages = [];
  assert.deepEqual(complaints, []);
});

async function open(path, options) {
  const page = await world.page(path, options);
  pages.push(page);
  return page;
}

async function sendHostile() {
  const body = JSON.parse(readFileSync(SAMPLE, "utf8"));
  body.ref = HOSTILE;
  const file = join(world.folder, "hostile.json");
  writeFileSync(file, JSON.stringify(body));
  return world.send("app", "--body", file);
}

test("a delivery that arrives joins the list, and a screen reader is told", async () => {
  const page = await open("/deliveries");
  const id = await world.send();
  await page.getByRole("link", { name: id }).waitFor();
  assert.match(await page.locator("#told").textContent(), /^A new delivery: default\/app, notified/);
});

test("a list shows what its filter chooses alone, also of what arrives", async () => {
  const page = await open("/deliveries?receiver=charts");
  const other = await world.send("app");
  const chosen = await world.send("charts");
  await page.getByRole("link", { name: chosen }).waitFor();
  assert.equal(await page.getByRole("link", { name: other }).count(), 0);
});

test("a delivery is found by its id", async () => {
  const id = await world.send();
  const page = await open("/deliveries");
  await page.getByRole("textbox", { name: "Id" }).fill(id);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { name: `Delivery ${id}` }).waitFor();
});

test("a hostile name of a branch shows as text", async () => {
  const id = await sendHostile();
  const page = await open(`/deliveries/${id}`);
  const event = await page.getByRole("region", { name: "Event" }).textContent();
  assert.ok(event.includes(HOSTILE), event);
  assert.equal(await page.locator("img").count(), 0);
  await page.goto(`/filter?delivery=${id}`);
  await page.getByLabel("Expression").fill("event.changes.exists(c, c.ref == '<img src=x>') || [event.changes[0].ref].size() > 0");
  await page.getByRole("button", { name: "Evaluate" }).click();
  await page.getByText("targets selected").waitFor();
  assert.equal(await page.locator("img").count(), 0);
});

test("the keyboard alone replays a delivery and opens the new one", async () => {
  const id = await world.send();
  const page = await open(`/deliveries/${id}`);
  await tabTo(page, "Replay…");
  await page.keyboard.press("Enter");
  await tabTo(page, "Replay now");
  await page.keyboard.press("Enter");
  await page.getByText("Its request was verified again.").waitFor();
  await tabTo(page, "Open the new delivery");
  await page.keyboard.press("Enter");
  await page.getByText("Replay of").waitFor();
  await page.getByRole("link", { name: id }).waitFor();
});

test("without script a replay answers with a page", async () => {
  const id = await world.send();
  const page = await open(`/deliveries/${id}`, { javaScriptEnabled: false });
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Replay now" }).click();
  await page.getByText("Its request was verified again.").waitFor();
});

test("a page of another site replays nothing", async () => {
  const id = await world.send();
  const form = `<form method="post" action="${world.console}/deliveries/${id}/replay"><button>Go</button></form>`;
  const site = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(form));
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  try {
    const context = await world.browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${site.address().port}/`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith("/replay")),
      page.getByRole("button").click(),
    ]);
    assert.equal(answer.status(), 403);
    await context.close();
  } finally {
    site.close();
    site.closeAllConnections();
  }
});

test("a webhook path is shown when it is asked for", async () => {
  const path = await world.path("app");
  const page = await open("/receivers");
  assert.ok(!(await page.content()).includes(path));
  await page.getByRole("button", { name: "Show the webhook path of default/app" }).click();
  await page.getByText(path).waitFor();
});

test("a Receiver is notified by hand", async () => {
  const page = await open("/receivers?name=default/app");
  await page.getByText("Notify…").click();
  await page.getByLabel("Target, as").fill("GitRepository/app");
  await page.getByRole("button", { name: "Notify now" }).click();
  await page.getByRole("status").getByText("1 notified").waitFor();
});

test("a filter tells its value and its parts, or the place of its mistake", async () => {
  const id = await world.send();
  const page = await open(`/filter?delivery=${id}`);
  await page.getByLabel("Expression").fill("event.kind == 'push' && res.metadata.name == 'app'");
  await page.getByRole("button", { name: "Evaluate" }).click();
  await page.getByRole("heading", { name: "1 of 2 targets selected" }).waitFor();
  const row = page.getByRole("row").filter({ has: page.getByText("event.kind", { exact: true }) });
  assert.match(await row.first().textContent(), /push/);
  await page.getByLabel("Expression").fill("event.kind = 'push'");
  await page.getByRole("button", { name: "Evaluate" }).click();
  // Chromium tells of every answer that is an error.
  await page.getByRole("alert").filter({ hasText: "^" }).waitFor();
});

test("a list that is left open keeps its newest rows", async () => {
  const page = await open("/deliveries");
  const to = `${world.receiver}${await world.path("app")}`;
  let last;
  for (let sent = 0; sent < ROWS + 20; sent++) {
    const answer = await fetch(to, { method: "POST", body: "{}" });
    last = (await answer.json()).delivery;
  }
  await page.getByRole("link", { name: last }).waitFor();
  assert.ok((await page.locator("tbody tr").count()) <= ROWS);
});

test("the admin listener of a server has the same pages", async () => {
  const context = await world.browser.newContext({ baseURL: world.admin });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByRole("heading", { name: "The last hour" }).waitFor();
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong with any page, ${colorScheme}`, async () => {
    const id = await sendHostile();
    await world.send("app", "--header", "x-hub-signature-256:sha256=00").catch(() => {});
    const page = await open("/", { colorScheme, viewport: { width: 1200, height: 850 } });
    const seen = async (name) => {
      assert.deepEqual(await violations(page), [], name);
      if (SCREENSHOTS) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
      }
    };
    await seen("now");
    await page.goto("/receivers");
    await page.getByText("Notify…").first().click();
    await seen("receivers");
    await page.goto("/deliveries");
    await seen("deliveries");
    await page.goto(`/deliveries/${id}`);
    await seen("delivery");
    await page.getByText("Replay…").click();
    await page.getByRole("button", { name: "Replay now" }).click();
    await page.getByText("Open the new delivery").waitFor();
    await seen("replayed");
    await page.goto(`/filter?delivery=${id}`);
    await seen("filter");
    await page.getByLabel("Expression").fill("event.kind == 'push' && res.metadata.name == 'app'");
    await page.getByRole("button", { name: "Evaluate" }).click();
    await page.getByText("targets selected").waitFor();
    await seen("filtered");
  });
}

test("a server that is gone is told, and asked again", async () => {
  const page = await open("/deliveries");
  world.server.kill();
  await page.getByText("asking again").waitFor();
  // The browser tells of answers that are errors by itself.
  page.complaints = page.complaints.filter((complaint) => !complaint.startsWith("Failed to load resource"));
  page.complaints = page.complaints.filter((complaint) => !complaint.includes("Response Status Error Code 502"));
});
