
"use strict";
// Tables: a button at the head of each column sorts by it, figures by their keys, what is not known last.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(table, heads, head, column));
  });
}

function sort(table, heads, head, column) {
  const figures = head.classList.contains("figure");
  const now = head.getAttribute("aria-sort");
  const down = now ? now === "ascending" : figures;
  const rows = [...table.tBodies[0].rows];
  const language = document.documentElement.lang;
  const known = (row) => !figures || row.cells[column].dataset.key !== "";
  const compare = (one, other) => figures
    ? Number(one.cells[column].dataset.key) - Number(other.cells[column].dataset.key)
    : one.cells[column].textContent.localeCompare(other.cells[column].textContent, language, { numeric: true });
  const sorted = rows.filter(known).sort((one, other) => down ? compare(other, one) : compare(one, other));
  table.tBodies[0].append(...sorted, ...rows.filter((row) => !known(row)));
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
}

// What-ifs: every combination was simulated, so a slider only looks its figures up.
const store = document.getElementById("what-if-data");
if (store) {
  const data = JSON.parse(store.textContent);
  const panel = document.querySelector(".what-if");
  const share = document.getElementById("share");
  const price = document.getElementById("price");
  const levers = [...panel.querySelectorAll("input[name=lever]")];
  const setting = (at, on) => data.settings[(on ? at : data.top) + "." + price.value + "." + on];

  const show = () => {
    const on = levers.reduce((sum, lever) => sum + (lever.checked ? 1 << Number(lever.value) : 0), 0);
    const found = setting(share.value, on);
    for (const slider of [share, price]) {
      const text = slider.dataset.texts.split("|")[Number(slider.value)];
      slider.nextElementSibling.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    }
    for (const place of panel.querySelectorAll("[data-text]")) {
      place.textContent = found.texts[place.dataset.text];
    }
    panel.querySelector("polyline.before").setAttribute("points", data.baseline[Number(price.value)]);
    panel.querySelector("polyline.after").setAttribute("points", found.curve);
    for (const mark of panel.querySelectorAll("#what-if-profit [data-share]")) {
      const [mean, low, high] = setting(mark.dataset.share, on).profit;
      const missing = mark.tagName === "circle" ? mean === null : low === null || high === null;
      mark.toggleAttribute("hidden", missing);
      if (mark.tagName === "circle") {
        mark.setAttribute("cy", mean);
        mark.classList.toggle("now", mark.dataset.share === share.value);
      } else if (!missing) {
        mark.setAttribute("y1", low);
        mark.setAttribute("y2", high);
      }
    }
  };

  panel.hidden = false;
  panel.addEventListener("input", show);
  panel.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  show();
}
