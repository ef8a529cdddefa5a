// A register's form: fields that depend on others, lines, what is wrong while typing, the draft, the question on leaving.
// Without this file all fields are shown, a line is added by the server, and the form is judged when it is sent.
(function () {
  "use strict";
  var form = document.getElementById("entry");
  if (!form) return;
  var state = form.querySelector("[data-state]");
  var live = form.querySelector("[data-live]");
  var touched = new Set();
  var revealed = new Set();

  // ---- what was typed
  function typed() {
    var parts = [];
    new FormData(form).forEach(function (value, name) { if (name !== "csrfmiddlewaretoken") parts.push(name + "=" + value); });
    return parts.join("\n");
  }
  var initial = typed();
  var isRestored = form.hasAttribute("data-typed");
  var isLeaving = false;
  function isDirty() { return isRestored || typed() !== initial; }

  // ---- fields that depend on another field's value: put away, never emptied
  function put() {
    form.querySelectorAll("[data-kept]").forEach(function (box) { box.replaceChildren(); box.hidden = true; });
    form.querySelectorAll("[data-depends]").forEach(function (field) {
      var other = form.elements[field.dataset.depends];
      if (!other) return;
      var control = form.elements[field.dataset.item];
      var fits = JSON.parse(field.dataset.when).indexOf(other.value) > -1;
      var hasFault = field.classList.contains("wrong");
      var isShown = fits || hasFault || revealed.has(field.dataset.item);
      field.hidden = !isShown;
      if (!isShown && control && control.value.trim()) tell(field, other, control);
    });
  }
  function tell(field, other, control) {
    var box = field.closest("fieldset").querySelector("[data-kept]");
    var holder = other.closest("[data-label]");
    var shown = control.tagName === "SELECT" ? control.selectedOptions[0].textContent.trim() : control.value;
    var held = other.tagName === "SELECT" && other.selectedOptions[0] ? other.selectedOptions[0].textContent.trim() : other.value;
    var line = document.createElement("p");
    line.append("“" + (holder ? holder.dataset.label : "") + "”为“" + (held || "未填") + "”时不用填写“" + field.dataset.label + "”,已收起;原来的 ");
    var value = document.createElement("b");
    value.textContent = shown;
    line.append(value, " 仍会保留。 ");
    var open = document.createElement("button");
    open.type = "button";
    open.className = "link";
    open.textContent = "显示并改动";
    open.addEventListener("click", function () { revealed.add(field.dataset.item); put(); control.focus(); });
    line.append(open);
    box.append(line);
    box.hidden = false;
  }

  // ---- lines of other registers
  form.addEventListener("click", function (event) {
    var more = event.target.closest("[data-more]");
    var drop = event.target.closest("[data-drop]");
    if (more) {
      event.preventDefault();
      var name = more.dataset.more;
      var body = more.closest("fieldset").querySelector("tbody");
      var number = 0;
      body.querySelectorAll("tr.new").forEach(function (row) { number = Math.max(number, Number(row.dataset.line.split(".").slice(-2)[0]) + 1); });
      var blank = form.querySelector('template[data-blank="' + name + '"]');
      var holder = document.createElement("tbody");
      holder.innerHTML = blank.innerHTML.split(name + ".new.__.").join(name + ".new." + number + ".");
      var added = holder.querySelector("tr");
      body.append(added);
      droppable();
      var first = added.querySelector("input:not([type=hidden]), select");
      if (first) first.focus();
    }
    if (drop) {
      var row = drop.closest("tr");
      var after = row.nextElementSibling;
      if (after && after.classList.contains("line-fault")) after.remove();
      row.remove();
      changed();
    }
  });
  function droppable() { form.querySelectorAll("[data-drop]").forEach(function (button) { button.hidden = false; }); }

  // ---- what saving would say, by the same rules
  var checking = null;
  var checkTimer = null;
  function check() {
    if (checking) checking.abort();
    checking = new AbortController();
    fetch(form.dataset.check, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: checking.signal })
      .then(function (response) { return response.ok ? response.json() : null; })
      .then(function (said) { if (said) show(said); })
      .catch(function () { return null; });
  }
  function show(said) {
    document.querySelectorAll("[data-standing-warning]").forEach(function (box) { box.remove(); });
    form.querySelectorAll("[data-item]").forEach(function (field) {
      var item = field.dataset.item;
      var notes = field.querySelector(".notes");
      if (!notes) return;
      var isChoosing = field.contains(document.activeElement) && document.activeElement.dataset.lookup;
      if (touched.has(item) && !isChoosing) { // a name is not wrong while it is being looked for
        var fault = said.faults[item] || "";
        notes.querySelector("[data-fault]").textContent = fault;
        field.classList.toggle("wrong", Boolean(fault));
        var control = form.elements[item];
        if (control && control.setAttribute) { if (fault) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid"); }
      }
      notes.querySelector("[data-read]").textContent = said.read[item] || "";
      notes.querySelectorAll(".warn").forEach(function (one) { one.remove(); });
      (said.warnings[item] || []).forEach(function (text) { notes.append(box("warn", text)); });
    });
    live.replaceChildren();
    (said.warnings[""] || []).forEach(function (text) { live.append(box("warning", text)); });
    if (said.known) {
      var known = box("warning", said.known.text);
      if (said.known.href) {
        var link = document.createElement("a");
        link.href = said.known.href;
        link.textContent = "打开已有记录";
        known.append(" ", link);
      }
      live.append(known);
    }
    put();
  }
  function box(kind, text) {
    var made = document.createElement("div");
    made.className = kind;
    made.textContent = text;
    return made;
  }

  // ---- the draft
  var offered = document.querySelector("[data-offer]");
  var draftTimer = null;
  var kept = isRestored ? typed() : null;
  var sending = null;
  function keep(leaving) {
    clearTimeout(draftTimer);
    var now = typed();
    if (offered || now === kept) return Promise.resolve(true);
    if (!isDirty()) {
      if (kept === null) return Promise.resolve(true);
      kept = null;
      state.textContent = "";
      return post(form.dataset.discard, leaving);
    }
    kept = now;
    return post(form.dataset.draft, leaving);
  }
  function post(address, leaving) {
    if (leaving && navigator.sendBeacon) { navigator.sendBeacon(address, new FormData(form)); return Promise.resolve(true); }
    sending = fetch(address, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" })
      .then(function (response) {
        if (response.type === "opaqueredirect") return true;
        var isJson = (response.headers.get("Content-Type") || "").indexOf("json") > -1;
        return (isJson ? response.json() : Promise.resolve({ refusal: "草稿没有保存,请尽快保存表单。" })).then(function (said) {
          if (said.saved_at) { state.textContent = "草稿已自动保存 " + said.saved_at; return true; }
          kept = null;
          state.textContent = said.refusal;
          return false;
        });
      })
      .catch(function () { kept = null; state.textContent = "连不上服务器,草稿没有保存。"; return false; })
      .finally(function () { sending = null; });
    return sending;
  }

  form.addEventListener("focusout", function (event) {
    if (event.target.dataset.lookup && touched.has(event.target.name)) { clearTimeout(checkTimer); checkTimer = setTimeout(check, 200); }
  });

  function changed() {
    put();
    clearTimeout(checkTimer);
    checkTimer = setTimeout(check, 600);
    if (offered) { if (isDirty()) state.textContent = "请先在页首选择恢复或放弃草稿,之后才自动保存。"; return; }
    clearTimeout(draftTimer);
    draftTimer = setTimeout(function () { keep(false); }, 2000);
  }
  form.addEventListener("input", function (event) {
    var field = event.target.closest("[data-item]");
    if (field) touched.add(field.dataset.item);
    changed();
  });
  form.addEventListener("change", function (event) {
    var field = event.target.closest("[data-item]");
    if (field) touched.add(field.dataset.item);
    changed();
  });

  // ---- going away
  form.addEventListener("submit", function (event) {
    clearTimeout(draftTimer);
    if (sending) { // the draft that is on its way must not come after the saving that removes it
      event.preventDefault();
      var button = event.submitter;
      sending.finally(function () { setTimeout(function () { form.requestSubmit(button || undefined); }, 0); });
      return;
    }
    isLeaving = true;
  });
  document.querySelectorAll("[data-offer] form, [data-offer] a").forEach(function (way) {
    way.addEventListener(way.tagName === "A" ? "click" : "submit", function () { isLeaving = true; });
  });
  document.addEventListener("entry:away", function (event) {
    event.preventDefault();
    offered = null; // another row is registered first: what stands here now is the draft to come back to
    kept = null;
    isRestored = true;
    keep(false).then(function (done) {
      if (!done) return;
      isLeaving = true;
      window.location.href = event.detail.href;
    });
  });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden" && !isLeaving) keep(true); });
  window.addEventListener("beforeunload", function (event) {
    if (isLeaving || !isDirty()) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) isLeaving = false; });

  // ---- the index beside a long form
  var links = new Map();
  document.querySelectorAll(".index a").forEach(function (link) { links.set(link.getAttribute("href").slice(1), link); });
  if (links.size && window.IntersectionObserver) {
    var seen = new Set();
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { if (entry.isIntersecting) seen.add(entry.target.id); else seen.delete(entry.target.id); });
      var isFirst = true;
      links.forEach(function (link, id) {
        var isOn = isFirst && seen.has(id);
        if (isOn) isFirst = false;
        link.classList.toggle("on", isOn);
      });
    }, { rootMargin: "-60px 0px -45% 0px" });
    links.forEach(function (link, id) { var part = document.getElementById(id); if (part) watcher.observe(part); });
  }

  droppable();
  put();
  if (isRestored || document.querySelector("[data-standing-warning]")) {
    if (isRestored) form.querySelectorAll(".wrong[data-item]").forEach(function (field) { touched.add(field.dataset.item); });
    check();
  }
  var summary = document.getElementById("summary");
  if (summary) summary.focus();
})();
