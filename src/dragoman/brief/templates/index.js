// Search, order and choice over the list that stands in the page; without script the list is there all the same.
(function () {
  "use strict";
  const list = document.querySelector("ol.briefs");
  const tools = document.querySelector("form.tools");
  if (!list || !tools) return;
  const items = Array.from(list.querySelectorAll(":scope > li.brief"));
  const days = Array.from(list.querySelectorAll(":scope > li.day"));
  const natural = Array.from(list.children);
  const found = document.getElementById("found");
  const rank = { demonstration: 0, bad: 1, check: 2, good: 3 };
  // letters that differ in marks only are one: é and e, أ and ا, ة and ه
  const fold = (text) => text.normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").toLowerCase()
    .replace(/[أإآٱ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه");
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, fold([item.querySelector(".columns").textContent, item.dataset.words, item.dataset.source].join(" ")));
    return texts.get(item);
  };
  const orders = {
    newest: null,
    oldest: (a, b) => natural.indexOf(b) - natural.indexOf(a),
    worst: (a, b) => rank[a.dataset.verdict] - rank[b.dataset.verdict] || b.dataset.flagged - a.dataset.flagged,
    title: (a, b) => a.dataset.title.localeCompare(b.dataset.title),
  };
  let order = "newest";
  function show() {
    const words = fold(tools.elements.q.value).split(/\s+/).filter(Boolean);
    const source = tools.elements.source.value;
    let number = 0;
    for (const item of items) {
      const fits = (!source || item.dataset.source === source) && words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      number += fits;
    }
    if (tools.elements.order.value !== order) {
      order = tools.elements.order.value;
      const sorted = order === "newest" ? natural : items.slice().sort(orders[order]);
      list.append(...sorted);
    }
    for (const day of days) {
      let next = day.nextElementSibling;
      while (next && next.classList.contains("brief") && next.hidden) next = next.nextElementSibling;
      day.hidden = order !== "newest" || !next || !next.classList.contains("brief");
    }
    found.textContent = number + " / " + items.length;
  }
  let waiting;
  tools.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120); });
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.hidden = false;
  show();
})();
