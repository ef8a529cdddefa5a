// The review by keyboard (every act is also a plain form), and the drop zone of the import page.
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  // --- import: drop a file -------------------------------------------------------------------------------------------
  var drop = document.getElementById("drop");
  if (drop) {
    var input = drop.querySelector("input[type=file]");
    drop.querySelector(".drop-hint").hidden = false;
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function () { drop.classList.remove("over"); });
    });
    drop.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; named(); }
    });
    input.addEventListener("change", named);
    document.getElementById("import").addEventListener("submit", function (event) {
      var button = event.target.querySelector("button");
      setTimeout(function () { button.disabled = true; button.textContent = "正在读取…"; }, 0);
    });
    function named() {
      var file = input.files[0];
      drop.querySelector(".drop-name").textContent = file ? file.name + "," + Math.max(1, Math.round(file.size / 1024)) + " KB" : "";
    }
  }

  var panes = document.getElementById("panes");
  if (!panes) return;

  // --- state ---------------------------------------------------------------------------------------------------------
  var token = document.getElementById("csrf").value;
  var current = panes.dataset.current;
  var queue = Promise.resolve(); // one request after another, in the order of the keys
  var trail = []; // what was decided, for u
  var deciding = {}; // what is being decided; naming an owner does not hold a decision up
  function paper() { return document.getElementById("paper"); }
  function list() { return document.getElementById("items"); }
  function items() { return Array.prototype.slice.call(list().querySelectorAll(".item")); }
  function item(id) { return document.getElementById("c-" + id); }
  function spans(id) { return paper().querySelectorAll('.s[data-c~="' + id + '"]'); }

  function go(id, quiet) {
    if (!item(id)) return;
    items().forEach(function (one) { one.classList.remove("now"); });
    paper().querySelectorAll(".s.now").forEach(function (one) { one.classList.remove("now"); });
    current = String(id);
    item(current).classList.add("now");
    spans(current).forEach(function (one) { one.classList.add("now"); });
    if (quiet) return;
    item(current).focus({ preventScroll: true });
    centre(list(), item(current), 0.25);
    if (spans(current).length) centre(paper(), spans(current)[0], 0.35);
    history.replaceState(null, "", withAt(current));
  }
  // Scrolls a pane so that `one` stands at `share` of its height, unless it is comfortably in view.
  function centre(pane, one, share) {
    var box = pane.getBoundingClientRect(), at = one.getBoundingClientRect();
    if (at.top > box.top + 40 && at.bottom < box.bottom - 80 && pane.scrollHeight > pane.clientHeight) return;
    if (pane.scrollHeight > pane.clientHeight + 4) pane.scrollTop += at.top - box.top - box.height * share;
    else one.scrollIntoView({ block: "center" });
  }
  function withAt(id) {
    var address = new URL(location.href);
    address.searchParams.set("at", id);
    address.hash = "";
    return address.pathname + address.search;
  }
  function step(by) {
    var all = items(), place = all.indexOf(item(current));
    var next = all[Math.min(all.length - 1, Math.max(0, place + by))];
    if (next) go(next.dataset.id);
  }
  function nextOpen(id) {
    var all = items(), place = all.indexOf(item(id));
    var rest = all.slice(place + 1).concat(all.slice(0, Math.max(0, place)));
    var open = rest.find(function (one) { return one.dataset.state === "proposed" && !deciding[one.dataset.id]; });
    return open ? open.dataset.id : null;
  }

  // --- requests ------------------------------------------------------------------------------------------------------
  function send(address, form) {
    form.set("csrfmiddlewaretoken", token);
    return fetch(address, { method: "POST", body: form, headers: { "X-Requested-With": "fetch", "HX-Request": "true" }, credentials: "same-origin" });
  }
  function answer(response) {
    if (response.status === 401) { location.href = "/login/?next=" + encodeURIComponent(location.pathname + location.search); return new Promise(function () {}); }
    var kind = response.headers.get("Content-Type") || "";
    if (kind.indexOf("json") > -1) return response.json();
    return response.text().then(function (html) {
      var said = new DOMParser().parseFromString(html, "text/html").querySelector(".refusal");
      return { error: said ? said.textContent.trim() : "服务器没有应答(" + response.status + ")。请稍后重试。" };
    });
  }
  function act(id, verb, form) {
    var one = item(id);
    if (!one) return;
    one.classList.add("busy");
    queue = queue.then(function () {
      return send("/review/" + id + "/" + verb + "/", form || new FormData()).then(answer).catch(function () {
        return { error: "网络不通,这一项没有保存。请检查网络后重试。" };
      }).then(function (said) {
        if (verb !== "owner") delete deciding[id];
        settle(id, said);
      });
    });
  }
  function settle(id, said) {
    var one = item(id);
    if (!one) return;
    one.classList.toggle("busy", Boolean(deciding[id]));
    if (said.error) {
      one.classList.add("wrong");
      var place = one.querySelector(".said-no");
      place.textContent = said.error;
      place.hidden = false;
      strip("“" + one.querySelector(".metric").textContent + "”没有办成:" + said.error, id);
      return;
    }
    var holder = document.createElement("div");
    holder.innerHTML = said.item;
    var fresh = holder.firstElementChild, marked = one.querySelector("input[name=merge]").checked;
    var focused = one.contains(document.activeElement);
    one.replaceWith(fresh);
    fresh.classList.toggle("busy", Boolean(deciding[id]));
    if (marked) fresh.querySelector("input[name=merge]").checked = !fresh.querySelector("input[name=merge]").disabled;
    if (String(id) === current) { fresh.classList.add("now"); if (focused) fresh.focus({ preventScroll: true }); }
    spans(id).forEach(function (span) {
      if (span.dataset.c.split(" ")[0] !== String(id)) return;
      span.classList.remove("proposed", "confirmed", "rejected");
      span.classList.add(said.state);
    });
    count(said.counts);
  }
  function count(counts) {
    Object.keys(counts).forEach(function (state) {
      document.querySelectorAll('[data-count="' + state + '"]').forEach(function (one) { one.textContent = counts[state]; });
      document.querySelectorAll('[data-part="' + state + '"]').forEach(function (one) { one.style.flex = counts[state]; });
    });
    var form = document.getElementById("activate");
    if (!form) return;
    var button = form.querySelector("button");
    form.querySelector('[data-when="open"]').hidden = counts.proposed === 0;
    form.querySelector('[data-when="done"]').hidden = counts.proposed > 0;
    button.classList.toggle("quiet", counts.proposed > 0);
    button.disabled = counts.confirmed === 0;
  }
  function strip(words, id) {
    var place = document.getElementById("strip"), box = document.createElement("div");
    box.className = "refusal";
    box.textContent = words;
    if (id) {
      var link = document.createElement("a");
      link.href = "#c-" + id;
      link.textContent = " 回到这一项";
      link.addEventListener("click", function (event) { event.preventDefault(); place.textContent = ""; go(id); });
      box.appendChild(link);
    }
    place.replaceChildren(box);
  }
  function decide(verb) {
    var one = item(current);
    if (!one || deciding[current]) return;
    if (one.dataset.state !== "proposed") { step(1); return; }
    var id = current, next = nextOpen(id);
    trail.push(id);
    deciding[id] = true;
    act(id, verb);
    if (next) go(next);
  }
  function undo() {
    var one = item(current);
    if (one && one.dataset.state !== "proposed") { act(current, "reopen"); return; }
    var last = trail.pop();
    if (last && item(last)) { go(last); queue.then(function () { act(last, "reopen"); }); }
  }

  // --- forms: edit, split, add ---------------------------------------------------------------------------------------
  function slot() { return list().querySelector(".slot"); }
  function close() {
    if (slot()) slot().remove();
    if (item(current)) item(current).focus({ preventScroll: true });
  }
  function open(address, after) {
    queue.then(function () { return fetch(address, { headers: { "X-Requested-With": "fetch", "HX-Request": "true" }, credentials: "same-origin" }); })
      .then(function (response) { return response.status === 401 ? answer(response) : response.text(); })
      .then(function (html) {
        close();
        var box = document.createElement("div");
        box.className = "slot";
        box.innerHTML = html;
        if (after) after.after(box); else list().prepend(box);
        prepare(box);
      });
  }
  function prepare(box) {
    var more = box.querySelector("[data-more]");
    if (more) more.hidden = false;
    var first = box.querySelector("[name=metric], [name=quote-0], input:not([type=hidden]), select");
    if (first) { first.focus(); if (first.select) first.select(); }
    centre(list(), box, 0.2);
  }
  function refresh(at) {
    return fetch(withAt(at), { credentials: "same-origin" }).then(function (response) { return response.text(); }).then(function (html) {
      var fresh = new DOMParser().parseFromString(html, "text/html");
      ["paper", "items", "counts"].forEach(function (id) {
        var old = document.getElementById(id), top = old.scrollTop;
        old.replaceWith(document.importNode(fresh.getElementById(id), true));
        document.getElementById(id).scrollTop = top;
      });
      var button = document.getElementById("activate"), newer = fresh.getElementById("activate");
      if (button && newer) button.replaceWith(document.importNode(newer, true));
      go(at);
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.classList.contains("slot-form")) {
      event.preventDefault();
      var data = new FormData(form);
      if (event.submitter && event.submitter.name) data.set(event.submitter.name, event.submitter.value);
      send(form.action, data).then(function (response) {
        var kind = response.headers.get("Content-Type") || "";
        if (kind.indexOf("json") < 0 && response.status !== 401) return response.text().then(function (html) { return { html: html }; });
        return answer(response);
      }).then(function (said) {
        if (said.html) { var box = form.closest(".slot"); box.innerHTML = said.html; prepare(box); return; }
        if (said.error) { strip(said.error); return; }
        var confirmed = data.get("then") === "confirm", next = confirmed ? nextOpen(said.at) : null;
        if (slot()) slot().remove();
        return refresh(said.at).then(function () {
          if (!confirmed) return;
          trail.push(String(said.at));
          next = next || nextOpen(said.at);
          if (next && item(next)) go(next);
        });
      });
    } else if (form.dataset.act) {
      event.preventDefault();
      go(form.closest(".item").dataset.id);
      if (form.dataset.act === "reopen") act(current, "reopen"); else decide(form.dataset.act);
    } else if (form.id === "activate") {
      var open = Number(document.querySelector('[data-count="proposed"]').textContent);
      if (open && !window.confirm(form.dataset.confirmOpen)) event.preventDefault();
    }
  });

  // --- adding from a selection: UTF-16 in the browser, code points in the plan ---------------------------------------
  function offset(node, place) {
    var line = (node.nodeType === 1 ? node : node.parentElement).closest(".line");
    if (!line) return null;
    var range = document.createRange();
    range.setStart(line, 0);
    range.setEnd(node, place);
    return Number(line.dataset.start) + Array.from(range.toString()).length;
  }
  function selected() {
    var selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    var range = selection.getRangeAt(0);
    if (!paper().contains(range.commonAncestorContainer)) return null;
    var start = offset(range.startContainer, range.startOffset), end = offset(range.endContainer, range.endOffset);
    return start === null || end === null || end <= start ? null : { start: start, end: end };
  }
  function add() {
    var span = selected();
    if (!span) { strip("请先在左侧正文中选中一段文字,再按 a 补录。"); return; }
    open(panes.dataset.add + "?start=" + span.start + "&end=" + span.end, null);
  }
  function merge() {
    var form = new FormData();
    list().querySelectorAll("input[name=merge]:checked").forEach(function (box) { form.append("merge", box.value); });
    queue = queue.then(function () { return send(panes.dataset.merge, form); }).then(answer).then(function (said) {
      if (said.error) strip(said.error); else return refresh(said.at);
    });
  }

  // --- keys and clicks -----------------------------------------------------------------------------------------------
  var help = document.getElementById("help"), opener = document.getElementById("help-open");
  if (opener) { opener.hidden = false; opener.addEventListener("click", function () { help.showModal(); }); }
  var keys = {
    Enter: function () { decide("confirm"); },
    x: function () { decide("reject"); },
    j: function () { step(1); }, ArrowDown: function () { step(1); },
    k: function () { step(-1); }, ArrowUp: function () { step(-1); },
    n: function () { var next = nextOpen(current); if (next) go(next); },
    u: undo,
    e: function () { if (item(current)) open("/review/" + current + "/edit/", item(current)); },
    s: function () { if (item(current)) open("/review/" + current + "/split/", item(current)); },
    o: function () { var choice = item(current) && item(current).querySelector("select[name=owner]"); if (choice) choice.focus(); },
    m: function () { var box = item(current) && item(current).querySelector("input[name=merge]"); if (box && !box.disabled) box.checked = !box.checked; },
    M: merge,
    a: add,
    "?": function () { help.showModal(); }
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    var target = event.target;
    if (event.key === "Escape") { close(); document.getElementById("strip").textContent = ""; return; }
    if (target.matches("select[name=owner]") && !target.closest(".slot")) {
      if (event.key === "Enter") { event.preventDefault(); item(current).focus({ preventScroll: true }); decide("confirm"); }
      return;
    }
    if (target.matches("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "Enter" && target.closest("a, button, input, summary")) return;
    var does = keys[event.key];
    if (does) { event.preventDefault(); does(); }
  });
  document.addEventListener("change", function (event) {
    if (!event.target.matches(".owner select")) return;
    var form = new FormData();
    form.set("owner", event.target.value);
    act(event.target.closest(".item").dataset.id, "owner", form);
  });
  document.addEventListener("click", function (event) {
    var span = event.target.closest(".s");
    if (span && window.getSelection().isCollapsed) {
      var ids = span.dataset.c.split(" "), place = ids.indexOf(current);
      go(ids[(place + 1) % ids.length]);
      return;
    }
    var link = event.target.closest("[data-open]");
    if (link) { event.preventDefault(); go(link.closest(".item").dataset.id); open(link.href, item(current)); return; }
    if (event.target.closest("[data-close]") && slot()) { event.preventDefault(); close(); return; }
    var more = event.target.closest("[data-more]");
    if (more) { another(more.form); return; }
    var one = event.target.closest(".item");
    if (one && !event.target.closest("a, button, select, input")) go(one.dataset.id);
    else if (one && one.dataset.id !== current) go(one.dataset.id, true);
  });
  function another(form) {
    var parts = form.querySelectorAll(".part"), last = parts[parts.length - 1], fresh = last.cloneNode(true);
    fresh.querySelector("legend").textContent = "第 " + (parts.length + 1) + " 项";
    fresh.querySelectorAll("[name]").forEach(function (field) {
      field.name = field.name.replace(/-\d+$/, "-" + parts.length);
      if (/^(metric|value|value2)-/.test(field.name)) field.value = "";
    });
    last.after(fresh);
    fresh.querySelector("input:not([type=hidden])").focus();
  }
  if (current) go(current);
})();
