// Search fields of forms: rows offered while typing, chosen by arrow keys or pointer; a missing one can be registered.
// Without this file the name or code is typed in full.
(function () {
  "use strict";
  var list = null;    // the open list
  var owner = null;   // the field it belongs to
  var at = -1;
  var waiting = null;

  function close() {
    if (list) list.remove();
    if (owner) { owner.setAttribute("aria-expanded", "false"); owner.removeAttribute("aria-activedescendant"); }
    list = owner = null;
    at = -1;
  }

  function ready(input) {
    if (input.getAttribute("role") === "combobox") return;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
  }

  function place() {
    if (!list) return;
    var box = owner.getBoundingClientRect();
    var width = Math.max(box.width, Math.min(340, window.innerWidth - 20));
    list.style.width = width + "px";
    list.style.left = Math.max(8, Math.min(box.left, window.innerWidth - width - 8)) + "px";
    var below = window.innerHeight - box.bottom;
    list.style.maxHeight = Math.max(140, Math.min(300, Math.max(below, box.top) - 12)) + "px";
    if (below < 200 && box.top > below) { list.style.top = "auto"; list.style.bottom = window.innerHeight - box.top + 2 + "px"; }
    else { list.style.top = box.bottom + 2 + "px"; list.style.bottom = "auto"; }
  }

  function mark(place) {
    var options = list.querySelectorAll("[role=option]");
    at = (place + options.length) % options.length;
    options.forEach(function (option, number) { option.setAttribute("aria-selected", number === at ? "true" : "false"); });
    owner.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    var input = owner;
    var href = option.dataset.href;
    if (href) {
      var away = new CustomEvent("entry:away", { bubbles: true, cancelable: true, detail: { href: href } });
      close();
      if (input.dispatchEvent(away)) window.location.href = href;
      return;
    }
    input.value = option.dataset.text;
    close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  }

  function row(text, number) {
    var option = document.createElement("li");
    option.id = "offer-" + number;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = text;
    list.append(option);
    return option;
  }

  function show(input, words, found) {
    close();
    owner = input;
    list = document.createElement("ul");
    list.className = "offers";
    list.id = "offers";
    list.setAttribute("role", "listbox");
    found.options.forEach(function (text, number) { row(text, number).dataset.text = text; });
    if (!found.options.length) {
      var none = document.createElement("li");
      none.className = "none";
      none.setAttribute("role", "presentation");
      none.textContent = found.refusal || "没有找到“" + words + "”";
      list.append(none);
    }
    if (found.new) {
      var fresh = row((found.options.length ? "都不是," : "") + "登记一个新的" + found.what, "new");
      fresh.className = "fresh";
      fresh.dataset.href = found.new + "?typed=" + encodeURIComponent(words) +
        "&back=" + encodeURIComponent(window.location.pathname) + "&choose=" + encodeURIComponent(input.name);
    }
    document.body.append(list);
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", "offers");
    place();
  }

  function ask(input, words) {
    fetch(input.dataset.lookup + "?q=" + encodeURIComponent(words), { headers: { Accept: "application/json" } })
      .then(function (response) {
        if ((response.headers.get("Content-Type") || "").indexOf("json") > -1) return response.json();
        return { options: [], refusal: response.status === 403 ? "您不能查找,或须先说明查阅用途" : "暂时查不到,请稍后重试" };
      })
      .then(function (found) {
        if (document.activeElement === input && input.value.trim() === words) show(input, words, found);
      })
      .catch(function () { close(); });
  }

  document.addEventListener("focusin", function (event) {
    if (event.target.dataset && event.target.dataset.lookup) ready(event.target);
    else if (list && !list.contains(event.target)) close();
  });
  document.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.dataset || !input.dataset.lookup) return;
    ready(input);
    clearTimeout(waiting);
    var words = input.value.trim();
    if (!words || words.endsWith(")")) { close(); return; }
    waiting = setTimeout(function () { ask(input, words); }, 180);
  });
  document.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.dataset || !input.dataset.lookup) return;
    if (!list) {
      if (event.key === "ArrowDown" && input.value.trim()) { event.preventDefault(); ask(input, input.value.trim()); }
      return;
    }
    var options = list.querySelectorAll("[role=option]");
    if (event.key === "ArrowDown" && options.length) { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp" && options.length) { event.preventDefault(); mark(at < 0 ? -1 : at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(options[at]); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    else if (event.key === "Tab") close();
  });
  document.addEventListener("mousedown", function (event) {
    if (!list) return;
    var option = event.target.closest("[role=option]");
    if (option && list.contains(option)) { event.preventDefault(); choose(option); }
    else if (!list.contains(event.target) && event.target !== owner) close();
  });
  window.addEventListener("scroll", place, true);
  window.addEventListener("resize", close);
})();
