"use strict";
(() => {
  const page = document.documentElement;
  const single = page.classList.contains("single");
  const root = page.dataset.root || "";
  const find = (selector) => document.querySelector(selector);

  // The theme: what the system says, until somebody chooses.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (page.dataset.theme ? page.dataset.theme === "dark" : dark.matches);
  const themeButton = find("#theme");
  const nameTheme = () => {
    themeButton.textContent = isDark() ? "Light" : "Dark";
    themeButton.setAttribute("aria-label", isDark() ? "Use light colors" : "Use dark colors");
  };
  themeButton.addEventListener("click", () => {
    page.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("flowbench-theme", page.dataset.theme); } catch { /* Not kept. */ }
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();

  const menuButton = find("#menu");
  menuButton.addEventListener("click", () => {
    const isOpen = page.classList.toggle("menu-open");
    menuButton.setAttribute("aria-expanded", String(isOpen));
  });

  // One file holds all pages: the one that the address names is shown.
  const show = () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const target = (wanted && document.getElementById(wanted)) || find("article");
    const article = target.closest("article") || find("article");
    for (const other of document.querySelectorAll("article.current")) {
      other.classList.remove("current");
    }
    article.classList.add("current");
    document.title = article.dataset.title;
    for (const link of document.querySelectorAll(".side a")) {
      const isCurrent = link.getAttribute("href") === "#" + article.id;
      if (isCurrent) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    page.classList.remove("menu-open");
    menuButton.setAttribute("aria-expanded", "false");
    if (target === article) window.scrollTo(0, 0);
    else target.scrollIntoView();
  };
  if (single) {
    window.addEventListener("hashchange", () => {
      show();
      find("article.current").focus({ preventScroll: true });
    });
    show();
  }

  // Search: every word has to begin a word of the entry; names count most.
  const entries = (window.flowbenchIndex || []).map((entry) => ({
    ...entry,
    name: entry.title.toLowerCase(),
    words: (entry.title.replace(/([a-z0-9])([A-Z])/g, "$1 $2") + " " + entry.title + " "
      + entry.kind + " " + entry.text).toLowerCase().split(/[^\p{L}\p{N}]+/u),
  }));
  const score = (entry, terms) => {
    let sum = 0;
    for (const term of terms) {
      if (entry.name === term) sum += 100;
      else if (entry.name.startsWith(term)) sum += 50;
      else if (entry.name.includes(term)) sum += 20;
      else if (entry.words.some((word) => word.startsWith(term))) sum += 5;
      else return 0;
    }
    return sum;
  };
  const field = find("#search");
  const list = find("#results");
  const status = find("#found");
  let hits = [];
  let at = -1;
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    at = index;
    [...list.children].forEach((item, other) => {
      item.setAttribute("aria-selected", String(other === at));
      if (other === at) item.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) field.setAttribute("aria-activedescendant", "hit-" + at);
  };
  const open = (hit) => { close(); field.blur(); location.href = single ? hit.url : root + hit.url; };
  const look = () => {
    const terms = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (terms.length === 0) return close();
    hits = entries.map((entry) => ({ entry, score: score(entry, terms) }))
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score || a.entry.title.localeCompare(b.entry.title))
      .slice(0, 12).map((hit) => hit.entry);
    list.replaceChildren(...hits.map((hit, index) => {
      const item = document.createElement("li");
      item.id = "hit-" + index;
      item.setAttribute("role", "option");
      const name = document.createElement("b");
      name.textContent = hit.title;
      const kind = document.createElement("small");
      kind.textContent = hit.kind;
      const summary = document.createElement("p");
      summary.textContent = hit.summary;
      item.append(name, kind, summary);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); open(hit); });
      return item;
    }));
    if (hits.length === 0) {
      const item = document.createElement("li");
      item.className = "none";
      item.textContent = "Nothing has all these words.";
      list.append(item);
    }
    status.textContent = hits.length === 1 ? "1 result" : hits.length + " results";
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(hits.length > 0 ? 0 : -1);
  };
  field.addEventListener("input", look);
  field.addEventListener("focus", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { field.value = ""; close(); }
    if (list.hidden || hits.length === 0) return;
    if (event.key === "ArrowDown") mark((at + 1) % hits.length);
    else if (event.key === "ArrowUp") mark((at + hits.length - 1) % hits.length);
    else if (event.key === "Enter") open(hits[at]);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });

  for (const block of document.querySelectorAll(".code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(block.querySelector("pre"));
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.append(button);
  }
})();
