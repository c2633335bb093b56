// What htmx does not do by itself: tables that keep their newest rows, words for screen readers, errors in
// their place, and silence while nobody looks.
"use strict";

const LIVE = "[data-live]";

function tell(text) {
  const told = document.getElementById("told");
  if (told) told.textContent = text;
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (!elt.matches("tbody[data-told]")) return;
  tell(elt.dataset.told);
  const table = elt.closest("table");
  const rows = table.querySelectorAll("tbody > tr");
  for (const row of Array.from(rows).slice(Number(table.dataset.rows))) row.remove();
  for (const body of table.querySelectorAll("tbody:empty:not([data-live])")) body.remove();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches(LIVE)) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  for (const live of document.querySelectorAll(LIVE)) htmx.trigger(live, "htmx:abort");
});

// What follows the server asks again by itself. A form shows why it was refused.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.isError) return;
  if (detail.requestConfig.elt.matches(LIVE)) tell("The server answers with an error; asking again.");
  else detail.shouldSwap = true;
});

document.addEventListener("htmx:sendError", ({ target, detail }) => {
  if (target.matches(LIVE)) tell("The server does not answer; asking again.");
  else detail.target.textContent = "The server does not answer.";
});
