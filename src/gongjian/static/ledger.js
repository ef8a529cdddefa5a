// A list: filters, order, columns and pages without leaving the page, search as you type, rows picked for a bulk change.
// Every link and form works without this file; the state is always the address.
(function () {
  "use strict";
  var sheet = document.getElementById("sheet");
  if (!sheet || !window.htmx) return;
  document.body.classList.add("scripted");
  htmx.config.historyCacheSize = 0; // going back asks the server again: rows may have changed meanwhile
  htmx.config.refreshOnHistoryMiss = true;
  htmx.config.defaultSettleDelay = 0; // nothing is animated: an open menu must not blink between the swap and its settling

  var PAGE = ["after", "before", "end", "start", "part", "print", "counts"];
  var current = new URLSearchParams(location.search);
  var search = document.querySelector("#search input[name=q]");
  var composing = false;
  var waiting = null;
  var held = {}; // what was open and what had the focus when the answer came in

  function copy() {
    var params = new URLSearchParams(current.toString());
    PAGE.forEach(function (name) { params.delete(name); });
    return params;
  }

  function replaced() { /* a request that gave way to a newer one is no fault; other faults show as htmx events */ }

  function go(params, replace) {
    current = params;
    if (params.get("view") === "0") params.delete("view");
    if (!Array.from(params.keys()).length) params.set("view", "0"); // all rows, not the officer's opening view
    var address = location.pathname + "?" + params.toString();
    htmx.ajax("GET", address, {
      source: sheet, target: "#list", swap: "outerHTML", select: "#list", selectOOB: "#count,#acts,#filters",
      push: replace ? undefined : address, replace: replace ? address : undefined
    }).catch(replaced);
  }

  // search as you type; letters of an input method that are not yet words do not count
  function sought() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      var words = search.value.trim().replace(/\s+/g, " ");
      if (composing || words === (current.get("q") || "")) return;
      var params = copy();
      if (words) params.set("q", words); else params.delete("q");
      go(params, current.has("q"));
    }, 250);
  }
  search.addEventListener("compositionstart", function () { composing = true; });
  search.addEventListener("compositionend", function () { composing = false; sought(); });
  search.addEventListener("input", function (event) { if (!event.isComposing) sought(); });
  document.getElementById("search").addEventListener("submit", function (event) { event.preventDefault(); sought(); });

  // links of filters, heads and pages
  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.altKey) return;
    var link = event.target.closest("a[data-go]");
    if (!link || !sheet.contains(link)) return;
    event.preventDefault();
    link.focus({ preventScroll: true });
    if (link.dataset.path) return go(toggled(link));
    if (link.dataset.sort && event.shiftKey) return go(alsoBy(link.dataset.sort));
    var params = new URL(link.href).searchParams;
    go(params);
    if (!params.get("q")) search.value = "";
  });

  function toggled(link) {
    var params = copy(), path = link.dataset.path, value = link.dataset.value;
    var values = params.getAll(path), at = values.indexOf(value);
    if (at < 0) values.push(value); else values.splice(at, 1);
    params.delete(path);
    values.forEach(function (one) { params.append(path, one); });
    link.classList.toggle("on", at < 0);
    link.setAttribute("aria-checked", at < 0 ? "true" : "false");
    var box = link.querySelector(".box");
    if (box) box.textContent = at < 0 ? "☑" : "☐";
    return params;
  }

  function alsoBy(name) {
    var params = copy(), order = (params.get("order") || "").split(",").filter(Boolean), found = false;
    order = order.map(function (one) {
      if (one.replace("-", "") !== name) return one;
      found = true;
      return one[0] === "-" ? name : "-" + name;
    });
    if (!found) order.push(name);
    params.set("order", order.slice(-3).join(","));
    return params;
  }

  // forms of the menus: a range, one more order, the columns, the day
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.closest("#acts, #filters") || form.method !== "get") return;
    event.preventDefault();
    var params = copy(), menu = form.closest("details");
    if (form.id === "columns") {
      var names = Array.from(form.querySelectorAll("[name=col]:checked")).map(function (box) { return box.value; });
      if (names.length) params.set("cols", names.join(",")); else params.delete("cols");
    } else if (form.elements.then) {
      var name = form.elements.then.value, order = (params.get("order") || "").split(",").filter(Boolean);
      params.set("order", order.concat((form.elements.fall.checked ? "-" : "") + name).join(","));
    } else {
      form.querySelectorAll("input[name]:not([type=hidden])").forEach(function (input) {
        if (input.value.trim()) params.set(input.name, input.value.trim()); else params.delete(input.name);
      });
    }
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    go(params);
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-move]");
    if (!button) return;
    var item = button.closest("li"), other = button.dataset.move === "-1" ? item.previousElementSibling : item.nextElementSibling;
    while (other && other.classList.contains("group")) other = button.dataset.move === "-1" ? other.previousElementSibling : other.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "-1") item.parentNode.insertBefore(item, other); else item.parentNode.insertBefore(other, item);
    button.focus();
  });
  function narrow(field) {
    var words = field.value.trim().toLowerCase();
    field.closest(".panel").querySelectorAll(".values a").forEach(function (link) {
      link.hidden = words !== "" && link.querySelector(".what").textContent.toLowerCase().indexOf(words) < 0; // not the count
    });
  }
  document.addEventListener("input", function (event) { if (event.target.matches("[data-find]")) narrow(event.target); });

  // menus: one open at a time, closed by Escape and by a click beside them
  document.addEventListener("click", function (event) {
    document.querySelectorAll(".drop[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector(".drop[open]");
    if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
    if (event.key === " " && event.target.matches("a[role=checkbox]")) { event.preventDefault(); event.target.click(); }
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.matches("input, textarea, select")) {
      event.preventDefault();
      search.focus();
    }
  });

  // around a swap: what is open stays open, what has the focus has it again
  function hold() {
    var at = sheet.contains(document.activeElement) ? document.activeElement : null, menu = sheet.querySelector("details.facet[open]");
    var field = menu && menu.querySelector("[data-find]"), around = at && at.closest("details[data-keep]");
    held = {
      open: menu && menu.dataset.keep, words: field ? field.value : "", scroll: menu ? menu.querySelector(".panel").scrollTop : 0,
      path: at && at.dataset.path, value: at && at.dataset.value, sort: at && at.dataset.sort, rel: at && at.rel,
      menu: around && around.dataset.keep, isField: Boolean(field) && at === field, isChip: Boolean(at) && at.matches("a.chip")
    };
  }
  function keeper(name) {
    return name && Array.from(sheet.querySelectorAll("details[data-keep]")).find(function (one) { return one.dataset.keep === name; });
  }
  function same() {
    return Array.from(sheet.querySelectorAll("a[data-go]")).find(function (one) {
      return held.path ? one.dataset.path === held.path && one.dataset.value === held.value && one.offsetParent
        : held.sort ? one.dataset.sort === held.sort : held.rel ? one.rel === held.rel : held.isChip && one.matches(".chip");
    });
  }
  function settle() {
    var menu = keeper(held.open), field = menu && menu.querySelector("[data-find]");
    if (menu) menu.open = true;
    if (field && held.words) { field.value = held.words; narrow(field); }
    if (menu) menu.querySelector(".panel").scrollTop = held.scroll;
    if (document.activeElement && document.activeElement !== document.body) return; // it was not swapped, or somebody went on
    var around = keeper(held.menu) || menu, to = held.isField ? field : same() || (around && around.querySelector("summary"));
    if (to) to.focus({ preventScroll: true });
  }
  // what is listed, for the row's page: it leads on to the row before and after
  function remember() {
    var rows = Array.from(sheet.querySelectorAll("tbody tr[data-pk]")).map(function (row) { return row.dataset.pk; });
    var list = { address: location.pathname + location.search, ids: rows };
    try { sessionStorage.setItem("list:" + location.pathname.split("/")[2], JSON.stringify(list)); } catch (error) { return; }
  }
  remember();
  document.addEventListener("htmx:afterSettle", function (event) {
    remember();
    if (event.detail.target && (event.detail.target.id === "list" || event.detail.elt.id === "later" || event.detail.elt.id === "list")) {
      settle();
      picked();
    }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    hold();
    var xhr = event.detail.xhr, isPage = xhr.responseText.indexOf('id="list"') > -1;
    if (event.detail.target.id === "list" && xhr.status >= 400 && isPage) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    document.addEventListener(name, function () { current = new URLSearchParams(location.search); });
  });

  // the counts again, after a cell has changed
  document.addEventListener("ledger:changed", function () {
    var params = copy();
    params.set("part", "counts");
    htmx.ajax("GET", location.pathname + "?" + params.toString(), { source: "#list", target: "#list", swap: "none" }).catch(replaced);
  });

  // rows picked for a bulk change
  var lastPick = null;
  function boxes() { return Array.from(sheet.querySelectorAll("tbody input[name=pick]")); }
  function picked() {
    var form = document.getElementById("bulk");
    if (!form) return;
    var all = boxes(), n = all.filter(function (box) { return box.checked; }).length;
    all.forEach(function (box) { box.closest("tr").classList.toggle("picked", box.checked); });
    form.querySelector(".picked").textContent = n ? "已选 " + n + " 行" : "";
    form.querySelector("[data-picked]").disabled = !n;
    var head = sheet.querySelector("[data-all]");
    if (head) { head.checked = n > 0 && n === all.length; head.indeterminate = n > 0 && n < all.length; }
  }
  document.addEventListener("click", function (event) {
    var box = event.target.closest("tbody input[name=pick]");
    if (!box || !sheet.contains(box)) return;
    var all = boxes(), from = all.indexOf(lastPick), to = all.indexOf(box);
    if (event.shiftKey && from > -1) {
      all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (one) { one.checked = box.checked; });
    }
    lastPick = box;
    picked();
  });
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-all]")) return;
    boxes().forEach(function (box) { box.checked = event.target.checked; });
    picked();
  });
  picked();
})();
