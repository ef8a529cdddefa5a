// A list edited like a sheet: arrows move, Enter or a double click edits, Esc leaves, Tab goes on, Ctrl+Z takes back.
// Without this file each row has its link to the form.
(function () {
  "use strict";
  var undos = [];
  var open = null; // the cell that is being edited
  var leaving = null; // its value on the way to the server

  function table() { return document.querySelector("table.grid"); }
  function cells(row) { return Array.from(row.querySelectorAll("td[data-f]")); }
  function head(td) {
    return Array.from(table().querySelectorAll("thead th[data-name]")).find(function (th) { return th.dataset.name === td.dataset.f; });
  }
  function canEdit(td) { return table().hasAttribute("data-edit") && head(td) && head(td).hasAttribute("data-edit"); }
  function address(td) { return table().dataset.base + td.closest("tr").dataset.pk + "/"; }

  function stand(td, keepFocus) {
    if (!td) return;
    var before = table().querySelector("td.at");
    if (before) { before.classList.remove("at"); before.removeAttribute("tabindex"); }
    td.classList.add("at");
    td.tabIndex = 0;
    if (!keepFocus) td.focus();
  }

  function beside(td, right, down) {
    var row = td.closest("tr"), at = cells(row).indexOf(td), rows = Array.from(table().tBodies[0].rows);
    var to = rows[rows.indexOf(row) + down];
    return to ? cells(to)[at + right] : null;
  }
  function next(td, step) {
    for (var to = beside(td, step, 0); to; to = beside(to, step, 0)) if (canEdit(to)) return to;
    return null;
  }

  function say(html) { document.getElementById("strip").innerHTML = html; }
  function tell(text, undo) {
    var box = document.createElement("div");
    box.className = "notice";
    box.append(text);
    if (undo) {
      var button = document.createElement("button");
      button.className = "link";
      button.type = "button";
      button.dataset.undo = "";
      button.textContent = "撤销";
      button.title = "Ctrl+Z";
      box.append(" ", button);
    }
    document.getElementById("strip").replaceChildren(box);
    window.setTimeout(function () { if (box.isConnected && !box.matches(":hover, :focus-within")) box.remove(); }, 15000);
  }

  function send(url, body) {
    var headers = { "HX-Request": "true", "HX-Current-URL": location.href };
    return fetch(url, { method: body ? "POST" : "GET", body: body, headers: headers, credentials: "same-origin" }).then(function (response) {
      var to = response.headers.get("HX-Redirect");
      if (to) { location.href = to; throw new Error("redirected"); }
      return response.text().then(function (text) { return { status: response.status, text: text }; });
    });
  }
  function lost(error) {
    if (error.message !== "redirected") say('<div class="refusal" role="alert"><strong>连不上服务器,刚才的修改没有保存。</strong> 请检查网络后重试。</div>');
  }

  function edit(td) {
    if (!canEdit(td) || td.classList.contains("editing")) return;
    if (open) return leave(true).then(function (left) { if (left) edit(here(td)); });
    stand(td);
    send(address(td) + "cell/" + td.dataset.f + "/" + table().dataset.state).then(function (answer) {
      if (answer.status !== 200) { say(answer.text); stand(td); return; }
      td.dataset.width = td.offsetWidth;
      td.kept = td.innerHTML;
      fill(td, answer.text);
    }).catch(lost);
  }
  function fill(td, html) {
    td.innerHTML = html;
    td.style.minWidth = td.dataset.width + "px";
    td.classList.add("editing");
    open = td;
    var input = field(td);
    input.focus();
    if (input.select) input.select();
    if (input.form.querySelector(".fault")) input.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  function close(keepFocus) {
    if (!open) return;
    var td = open;
    open = null;
    td.innerHTML = td.kept;
    td.classList.remove("editing");
    td.style.minWidth = "";
    if (!keepFocus) stand(td);
  }
  function field(td) { return td.querySelector("select, textarea, input:not([type=hidden])"); }
  function isUnchanged(td) { return field(td).value === td.querySelector("form").dataset.start && !td.querySelector(".fault"); }
  // the same cell, also after its row was put in anew
  function here(td) {
    var row = table() && table().querySelector('tr[data-pk="' + td.closest("tr").dataset.pk + '"]');
    return row && Array.from(row.querySelectorAll("td[data-f]")).find(function (one) { return one.dataset.f === td.dataset.f; });
  }
  function put(pk, html) {
    var row = table() && table().querySelector('tr[data-pk="' + pk + '"]'), holder = document.createElement("template");
    if (!row) return; // the list shows other rows by now
    holder.innerHTML = html.trim();
    var fresh = holder.content.querySelector("tr"), box = row.querySelector("[name=pick]");
    if (box && box.checked) fresh.querySelector("[name=pick]").checked = true;
    fresh.className = row.className;
    row.replaceWith(fresh);
  }

  // save what stands in the open cell; resolves to whether the cell could be left
  function leave() {
    if (!open) return Promise.resolve(true);
    var td = open, form = td.querySelector("form");
    if (isUnchanged(td)) { close(); return Promise.resolve(true); }
    if (leaving) return leaving;
    var pk = td.closest("tr").dataset.pk;
    leaving = send(form.action, new FormData(form)).then(function (answer) {
      if (answer.status !== 200) {
        if (answer.text.indexOf('class="cell"') > -1) fill(td, answer.text); else say(answer.text);
        return false;
      }
      var done = JSON.parse(answer.text);
      open = null;
      put(pk, done.row);
      if (done.undo) undos.push({ pk: pk, undo: done.undo });
      tell(done.said, done.undo);
      document.dispatchEvent(new CustomEvent("ledger:changed"));
      return true;
    }).catch(function (error) { lost(error); return false; }).finally(function () { leaving = null; });
    return leaving;
  }

  function takeBack() {
    var last = undos.pop();
    if (!last || !table()) return;
    var body = new FormData();
    Object.keys(last.undo).forEach(function (key) { body.append(key, last.undo[key]); });
    body.append("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    send(table().dataset.base + last.pk + "/revert/" + table().dataset.state, body).then(function (answer) {
      if (answer.status !== 200) { say(answer.text); return; }
      var done = JSON.parse(answer.text), row = table().querySelector('tr[data-pk="' + last.pk + '"]');
      if (row) {
        var at = row.querySelector("td.at"), name = at && at.dataset.f;
        put(last.pk, done.row);
        if (name) stand(table().querySelector('tr[data-pk="' + last.pk + '"] td[data-f="' + name + '"]'));
      }
      tell(done.said);
      document.dispatchEvent(new CustomEvent("ledger:changed"));
    }).catch(lost);
  }

  document.addEventListener("dblclick", function (event) {
    var td = event.target.closest("table.grid td[data-f]");
    if (td && !event.target.closest("a, form")) { event.preventDefault(); edit(td); }
  });
  document.addEventListener("mousedown", function (event) {
    if (!open || open.contains(event.target)) return;
    var td = open;
    if (!isUnchanged(td)) { leave(); return; }
    // not at once: the columns would move away under the mouse, and what is clicked would not be hit
    window.addEventListener("click", function (click) { if (open === td && !td.contains(click.target)) close(true); }, { once: true });
  });
  // a way out of the list waits for the cell: what does not fit is told before it is gone
  document.addEventListener("click", function (event) {
    var way = leaving && !event.ctrlKey && !event.metaKey && event.target.closest("a[href], button, summary");
    if (!way || open.contains(way)) return;
    event.preventDefault();
    event.stopPropagation();
    leaving.then(function (left) {
      if (!left) return;
      if (way.isConnected) way.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
      else if (way.href) location.href = way.href; // in the row that was put in anew
    });
  }, true);
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-undo]")) { takeBack(); return; }
    var td = event.target.closest("table.grid td[data-f]");
    if (td && td !== open && !event.target.closest("a, form, input")) stand(td);
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form.cell")) event.preventDefault();
  });
  document.addEventListener("focusin", function (event) {
    // Tab into the sheet: the first cell takes the place of its many links
    var pane = event.target.closest && event.target.closest(".pane");
    if (pane && event.target === pane && table()) stand(table().querySelector("td.at") || table().querySelector("tbody td[data-f]"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.matches("input, textarea, select")) {
      if (undos.length) { event.preventDefault(); takeBack(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (open && open.contains(event.target)) typing(event); else if (event.target.matches("table.grid td.at")) moving(event, event.target);
    else if (event.target.matches("table.grid tbody a, table.grid tbody [name=pick]")) entering(event);
  });

  // a row's link or box has the focus: from there the arrows lead into the sheet
  function entering(event) {
    var box = event.target.matches("[name=pick]"), td = event.target.closest("td[data-f]") || cells(event.target.closest("tr"))[0];
    if (box && event.key === "Enter") { event.preventDefault(); event.target.click(); return; } // not the button for all rows
    if (box && event.key === "ArrowRight") { event.preventDefault(); stand(td); return; }
    if (event.key.indexOf("Arrow") === 0 || event.key === "F2") moving(event, td);
  }

  function typing(event) {
    var td = open, pk;
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); return; }
    if (event.key === "Tab") {
      var parts = Array.from(td.querySelectorAll("select, textarea, input:not([type=hidden])")), at = parts.indexOf(event.target);
      if (parts[at + (event.shiftKey ? -1 : 1)]) return; // the day beside a stage
      event.preventDefault();
      var to = next(td, event.shiftKey ? -1 : 1);
      leave().then(function (left) { if (left && to) edit(here(to)); else if (left) stand(here(td)); });
    } else if (event.key === "Enter" && !(event.target.matches("textarea") && event.shiftKey)) {
      event.preventDefault();
      var below = beside(td, 0, 1);
      leave().then(function (left) { if (left) stand(here(below || td)); });
    }
  }
  function moving(event, td) {
    var steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (steps[event.key]) {
      event.preventDefault();
      stand(beside(td, steps[event.key][0], steps[event.key][1]));
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      var row = cells(td.closest("tr"));
      stand(event.key === "Home" ? row[0] : row[row.length - 1]);
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      if (canEdit(td)) edit(td); else { var link = td.querySelector("a"); if (link && event.key === "Enter") link.click(); }
    } else if (event.key === " ") {
      var box = td.closest("tr").querySelector("[name=pick]");
      if (box) { event.preventDefault(); box.click(); }
    }
  }
})();
